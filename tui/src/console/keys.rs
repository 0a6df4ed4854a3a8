//! The key table. What a key does, the hint row, the help overlay and the list in `--help` all come
//! from it.

use std::borrow::Cow;
use std::fmt::Write as _;

use crossterm::event::{KeyCode, KeyEvent};

use super::Pane;
use crate::parts::binding::{Binding, Chord, binding, char, ctrl, key};
use crate::parts::cursor::Motion;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Focuses the next pane.
    NextPane,
    /// Focuses the previous pane.
    PreviousPane,
    /// Focuses that pane.
    Focus(Pane),
    /// Moves through the rows.
    Move(Motion),
    /// Changes the selected agent's availability.
    ToggleAgent,
    /// Injects a contact.
    Inject,
    /// Completes a contact.
    Complete,
    /// Asks whether to open or close the ACD.
    ToggleAcd,
    /// Pauses or resumes the display.
    Pause,
    /// Polls the floor now. The name of the action is also that of the setting, `poll-now`.
    LookNow,
    /// Shows the help.
    Help,
    /// Redraws every cell.
    Repaint,
    /// Suspends the program.
    Suspend,
    /// Quits; asks first if that ends an ACD with something to lose.
    Quit,
    /// Quits at once.
    Leave,
    /// Answers a question with yes.
    Yes,
    /// Answers a question with no.
    No,
    /// Closes what covers the panes.
    Dismiss,
    /// Opens the command prompt.
    Command,
    /// Completes the command.
    CompleteCommand,
    /// Steps through the command history: to an older command (true), or to a newer one.
    Recall(bool),
    /// Searches the help.
    Search,
    /// Opens the filter prompt for the pane.
    Filter,
    /// Goes from an agent to their contact, or from a contact to its agent.
    Jump,
    /// Goes back to the previous subject of the detail.
    Back,
    /// Makes agents unavailable, with a reason.
    Away,
    /// Adds an agent.
    AddAgent,
    /// Changes the name of an agent.
    RenameAgent,
    /// Changes the skills of an agent.
    EditSkills,
    /// Cancels or deletes what is selected, after a question.
    Remove,
    /// Requeues a contact, after a question.
    Requeue,
    /// Changes the priority of a contact.
    Priority,
    /// Switches the window of the service figures.
    Window,
    /// Marks or unmarks the selected row.
    Mark,
    /// Completes the word being typed, or goes to the next field.
    Tab,
    /// Goes to the next field.
    NextField,
    /// Goes to the previous field.
    PreviousField,
    /// Sorts by the next column.
    Sort,
    /// Selects the next column to the left.
    ColumnLeft,
    /// Selects the next column to the right.
    ColumnRight,
    /// Starts or stops the demo session.
    Demo,
    /// Reverses the order.
    Reverse,
    /// Captures the mouse, or releases it to the terminal.
    Mouse,
    /// Scrolls the detail.
    Scroll(Motion),
    /// Lets one pane fill the screen, or restores the others.
    Zoom,
    /// Clears the filter of the pane.
    ClearFilter,
    /// Accepts what is typed, or opens what is selected.
    Enter,
}

/// Where a row of the table applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// On the panes.
    Panes,
    /// While a detail is open; keys not listed for it work as on the panes.
    Detail,
    /// While the help is shown.
    Help,
    /// While the help is searched.
    Search,
    /// While a command is typed.
    Command,
    /// While a filter is typed.
    Filter,
    /// While a dialog is open.
    Dialog,
    /// While a question is asked.
    Question,
    /// Always.
    Anywhere,
}

/// Every key. The order is that of the hint row and of the help.
#[rustfmt::skip]
pub const TABLE: &[Binding<Scope, Action>] = &[
    binding!(Panes, [char('q')], "q", Action::Quit, "quit; an ACD on a Redis runs on; one in this program ends, after a question", "quit"),
    binding!(Panes, [char('?'), key(KeyCode::F(1))], "?", Action::Help, "these keys", "help"),
    binding!(Panes, [key(KeyCode::Enter)], "Enter", Action::Enter, "open the contact or agent; for a skill: its part of the queue", "detail"),
    binding!(Panes, [char('i')], "i", Action::Inject, "inject a contact or several, also at a rate; during a series: stop it", "inject"),
    binding!(Panes, [char('a')], "a", Action::ToggleAgent, "agent available / unavailable; busy: after the contact; marked agents: after a question", "available"),
    binding!(Panes, [char('u')], "u", Action::Away, "agent or marked agents unavailable, with a reason: break, lunch ...", ""),
    binding!(Panes, [char('e')], "e", Action::EditSkills, "edit the skills of the selected agent", ""),
    binding!(Panes, [char('N')], "N", Action::RenameAgent, "change the name of the selected agent", ""),
    binding!(Panes, [char('+')], "+", Action::AddAgent, "add an agent", ""),
    binding!(Panes, [char('x'), key(KeyCode::Delete)], "x", Action::Remove, "cancel the contact, delete the agent or skill, or all marked; after a question", "cancel"),
    binding!(Panes, [char('R')], "R", Action::Requeue, "requeue the contact of the agent or of the marked, after a question", ""),
    binding!(Panes, [char('P')], "P", Action::Priority, "change the priority of the contact or of the marked contacts", ""),
    binding!(Panes, [char(' ')], "Space", Action::Mark, "mark the row, to act on all marked rows; Esc clears the marks", ""),
    binding!(Panes, [char('c')], "c", Action::Complete, "complete the contact of the agent or of the marked, after a question", "complete"),
    binding!(Panes, [char('O')], "O", Action::ToggleAcd, "open or close the ACD, after a question", "open/close"),
    binding!(Panes, [char('D')], "D", Action::Demo, "start or stop the demo session: agents and contacts to watch", ""),
    binding!(Panes, [char('/')], "/", Action::Filter, "filter, until \\ clears it: wait>30s (skill:A or skill:B) !word", "filter"),
    binding!(Panes, [char('\\')], "\\", Action::ClearFilter, "clear the filter of this pane", ""),
    binding!(Panes, [char(':'), ctrl('p')], ":", Action::Command, "type a command: all that the keys do, by name; Tab completes", "command"),
    binding!(Panes, [char('s')], "s", Action::Sort, "sort by the column chosen by h or l, or the next; last: default order", "sort"),
    binding!(Panes, [char('h'), key(KeyCode::Left)], "h ←", Action::ColumnLeft, "choose the column to the left, for s to sort by; Esc chooses none", ""),
    binding!(Panes, [char('l'), key(KeyCode::Right)], "l →", Action::ColumnRight, "choose the column to the right", ""),
    binding!(Panes, [char('S')], "S", Action::Reverse, "reverse the order", ""),
    binding!(Panes, [char('w')], "w", Action::Window, "service figures of the last 15, 30, 60 minutes or of today", ""),
    binding!(Panes, [char('m')], "m", Action::Mouse, "turn the mouse off, so that the terminal can mark text, or on again", ""),
    binding!(Panes, [char('z')], "z", Action::Zoom, "show this pane on the whole screen, or all panes again", ""),
    binding!(Panes, [char('f')], "f", Action::Jump, "from an agent to their contact, from a contact to its agent", ""),
    binding!(Panes, [char('[')], "[", Action::Back, "back to the previous contact or agent", ""),
    binding!(Panes, [char('p')], "p", Action::Pause, "pause the display, or resume it", "pause"),
    binding!(Panes, [key(KeyCode::Tab)], "Tab", Action::NextPane, "next pane", "pane"),
    binding!(Panes, [key(KeyCode::BackTab)], "S-Tab", Action::PreviousPane, "previous pane", ""),
    binding!(Panes, [char('1')], "1", Action::Focus(Pane::Queue), "the queue", ""),
    binding!(Panes, [char('2')], "2", Action::Focus(Pane::Skills), "the skills and their availability sets", ""),
    binding!(Panes, [char('3')], "3", Action::Focus(Pane::Agents), "the agents", ""),
    binding!(Panes, [char('4')], "4", Action::Focus(Pane::Events), "the event log", ""),
    binding!(Panes, [char('j'), key(KeyCode::Down)], "j ↓", Action::Move(Motion::Down), "next row", "move"),
    binding!(Panes, [char('k'), key(KeyCode::Up)], "k ↑", Action::Move(Motion::Up), "previous row", ""),
    binding!(Panes, [key(KeyCode::PageDown), ctrl('f')], "PgDn", Action::Move(Motion::PageDown), "ten rows down", ""),
    binding!(Panes, [key(KeyCode::PageUp), ctrl('b')], "PgUp", Action::Move(Motion::PageUp), "ten rows up", ""),
    binding!(Panes, [char('g'), key(KeyCode::Home)], "g", Action::Move(Motion::First), "first row", ""),
    binding!(Panes, [char('G'), key(KeyCode::End)], "G", Action::Move(Motion::Last), "last row", ""),
    binding!(Panes, [char('r')], "r", Action::LookNow, "refresh now, also while the store is unavailable", ""),
    binding!(Panes, [key(KeyCode::Esc)], "Esc", Action::Dismiss, "close what was opened last: detail, zoom, marks, notice", ""),
    binding!(Detail, [key(KeyCode::Esc)], "Esc", Action::Dismiss, "close the detail", "close"),
    binding!(Detail, [key(KeyCode::PageDown), ctrl('f')], "PgDn", Action::Scroll(Motion::PageDown), "scroll the detail down", "scroll"),
    binding!(Detail, [key(KeyCode::PageUp), ctrl('b')], "PgUp", Action::Scroll(Motion::PageUp), "scroll the detail up", ""),
    binding!(Help, [char('j'), key(KeyCode::Down)], "j ↓", Action::Move(Motion::Down), "next line", "down"),
    binding!(Help, [char('k'), key(KeyCode::Up)], "k ↑", Action::Move(Motion::Up), "previous line", "up"),
    binding!(Help, [key(KeyCode::PageDown), ctrl('f')], "PgDn", Action::Move(Motion::PageDown), "ten lines down", ""),
    binding!(Help, [key(KeyCode::PageUp), ctrl('b')], "PgUp", Action::Move(Motion::PageUp), "ten lines up", ""),
    binding!(Help, [char('/')], "/", Action::Search, "search the keys", "search"),
    binding!(Search, [key(KeyCode::Enter)], "Enter", Action::Enter, "keep what was found", "keep"),
    binding!(Search, [key(KeyCode::Esc)], "Esc", Action::Dismiss, "back to the floor", "back"),
    binding!(Command, [key(KeyCode::Enter)], "Enter", Action::Enter, "do it", "do it"),
    binding!(Command, [key(KeyCode::Tab)], "Tab", Action::CompleteCommand, "complete the word", "complete"),
    binding!(Command, [key(KeyCode::Up)], "↑", Action::Recall(true), "previous command", ""),
    binding!(Command, [key(KeyCode::Down)], "↓", Action::Recall(false), "next command", ""),
    binding!(Command, [key(KeyCode::Esc)], "Esc", Action::Dismiss, "leave it", "leave"),
    binding!(Help, [key(KeyCode::Esc), char('?'), char('q'), key(KeyCode::Enter), key(KeyCode::F(1))], "Esc", Action::Dismiss, "back to the floor", "back"),
    binding!(Filter, [key(KeyCode::Enter)], "Enter", Action::Enter, "keep the filter", "keep"),
    binding!(Filter, [key(KeyCode::Esc)], "Esc", Action::Dismiss, "back to the previous filter", "back"),
    binding!(Dialog, [key(KeyCode::Enter)], "Enter", Action::Enter, "go to the button; on the button: do it", "go on"),
    binding!(Dialog, [key(KeyCode::Tab)], "Tab", Action::Tab, "complete the word, or go to the next field", "complete, next"),
    binding!(Dialog, [key(KeyCode::Down)], "↓", Action::NextField, "next field", ""),
    binding!(Dialog, [key(KeyCode::BackTab), key(KeyCode::Up)], "S-Tab ↑", Action::PreviousField, "previous field", "back"),
    binding!(Dialog, [key(KeyCode::Esc)], "Esc", Action::Dismiss, "leave it", "leave"),
    binding!(Question, [char('y')], "y", Action::Yes, "yes, do it", "yes"),
    binding!(Question, [char('n'), key(KeyCode::Esc), char('q'), key(KeyCode::Enter)], "n Esc", Action::No, "no, leave it", "no"),
    binding!(Anywhere, [ctrl('l')], "Ctrl-L", Action::Repaint, "redraw the screen", ""),
    binding!(Anywhere, [ctrl('z')], "Ctrl-Z", Action::Suspend, "suspend; fg brings the console back", ""),
    binding!(Anywhere, [ctrl('c')], "Ctrl-C", Action::Leave, "quit at once", ""),
];

/// The keys of one console: those of [`TABLE`], or as the user's settings change them.
#[derive(Clone, Debug)]
pub struct KeyTable(Cow<'static, [Binding<Scope, Action>]>);

impl Default for KeyTable {
    fn default() -> Self {
        Self(Cow::Borrowed(TABLE))
    }
}

impl KeyTable {
    /// Makes a table of these rows.
    pub(crate) fn new(rows: Vec<Binding<Scope, Action>>) -> Self {
        Self(Cow::Owned(rows))
    }

    /// Returns the rows.
    pub fn rows(&self) -> &[Binding<Scope, Action>] {
        &self.0
    }

    /// Returns what a key does in that scope.
    pub fn action(&self, event: KeyEvent, scope: Scope) -> Option<Action> {
        let chord = Chord::of(event)?;
        let found = |scope| {
            let mut rows = self.0.iter();
            rows.find(|row| row.scope == scope && row.chords.contains(&chord))
        };
        found(scope)
            .or_else(|| found(Scope::Anywhere))
            .or_else(|| found(Scope::Panes).filter(|_| scope == Scope::Detail))
            .map(|row| row.action)
    }

    /// Returns the rows for the hint row in that scope.
    pub fn hints(&self, scope: Scope) -> impl Iterator<Item = &Binding<Scope, Action>> {
        let of = |scope: Scope| {
            let rows = self.0.iter();
            rows.filter(move |row| row.scope == scope && !row.hint.is_empty())
        };
        // While a detail is open, the keys of the panes work too.
        let panes = (scope == Scope::Detail).then(|| of(Scope::Panes));
        of(scope).chain(panes.into_iter().flatten())
    }

    /// Returns the rows for the help overlay.
    pub fn help(&self) -> impl Iterator<Item = &Binding<Scope, Action>> {
        let rows = self.0.iter();
        rows.filter(|row| matches!(row.scope, Scope::Panes | Scope::Anywhere))
    }

    /// Returns the rows of the help that contain the text.
    pub fn found(&self, text: &str) -> impl Iterator<Item = &Binding<Scope, Action>> {
        let text = text.to_lowercase();
        self.help().filter(move |row| {
            let line = format!("{} {}", row.keys, row.help);
            line.to_lowercase().contains(&text)
        })
    }

    /// Returns the list of keys for `--help`.
    pub fn listed(&self) -> String {
        let mut text = String::from("Keys:\n");
        for row in self.help() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {:<7} {}", row.keys, row.help);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyEventKind, KeyModifiers};

    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for (place, row) in TABLE.iter().enumerate() {
            for other in &TABLE[place + 1..] {
                let meet = row.scope == other.scope
                    || row.scope == Scope::Anywhere
                    || other.scope == Scope::Anywhere;
                let clash = row.chords.iter().find(|chord| other.chords.contains(chord));
                assert!(
                    !(meet && clash.is_some()),
                    "{clash:?}: {} and {}",
                    row.help,
                    other.help
                );
            }
        }
    }

    #[test]
    fn shift_does_not_matter_where_the_letter_says_it() {
        let event = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(
            KeyTable::default().action(event, Scope::Panes),
            Some(Action::Move(Motion::Last))
        );
        let back = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(
            KeyTable::default().action(back, Scope::Panes),
            Some(Action::PreviousPane)
        );
    }

    #[test]
    fn a_released_key_does_nothing() {
        let event = KeyEvent::new_with_kind(
            KeyCode::Char('q'),
            KeyModifiers::NONE,
            KeyEventKind::Release,
        );
        assert_eq!(KeyTable::default().action(event, Scope::Panes), None);
    }

    #[test]
    fn ctrl_c_leaves_from_everywhere() {
        let event = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        for scope in [Scope::Panes, Scope::Help, Scope::Question] {
            assert_eq!(
                KeyTable::default().action(event, scope),
                Some(Action::Leave)
            );
        }
    }
}
