//! The desk's key table. What a key does, the hints and the help all come from it.

use crossterm::event::{KeyCode, KeyEvent};

use crate::parts::binding::{Binding, Chord, binding, char, ctrl, key};

/// What a key does on the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Makes the agent available or unavailable; during a contact, when it ends.
    Toggle,
    /// Completes the contact.
    Complete,
    /// Asks for the reason of a break.
    NotReady,
    /// Accepts the contact that is offered.
    Accept,
    /// Rejects it.
    Reject,
    /// Ends the wrap-up.
    Done,
    /// Extends the wrap-up.
    Longer,
    /// Asks what became of the contact.
    Disposition,
    /// Asks for a note about it.
    Note,
    /// Goes to the next reason, or line of the help.
    Down,
    /// Goes to the previous reason or line.
    Up,
    /// Chooses the reason.
    Choose,
    /// Chooses the reason at that place.
    Nth(usize),
    /// Shows the help.
    Help,
    /// Closes what is on top.
    Back,
    /// Polls now.
    PollNow,
    /// Redraws every cell.
    Repaint,
    /// Suspends the program.
    Suspend,
    /// Quits.
    Quit,
}

/// Where a row of the table applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// On the desk itself.
    Desk,
    /// While the help is shown.
    Help,
    /// While a reason or a disposition is chosen.
    Reasons,
    /// While something is typed: all other keys are text.
    Typing,
    /// Always.
    Anywhere,
}

/// Every key. The order is that of the hints and of the help.
#[rustfmt::skip]
pub const TABLE: &[Binding<Scope, Action>] = &[
    binding!(Desk, [char(' ')], "Space", Action::Toggle, "available / unavailable; on a contact: afterwards", "available"),
    binding!(Desk, [char('c')], "c", Action::Complete, "complete your contact", "complete"),
    binding!(Desk, [char('o')], "o", Action::NotReady, "not ready, with a reason: break, lunch, training …", "break"),
    binding!(Desk, [key(KeyCode::Enter)], "Enter", Action::Accept, "accept the contact that is offered to you", "accept"),
    binding!(Desk, [char('x')], "x", Action::Reject, "reject it: it goes to another agent", "reject"),
    binding!(Desk, [char('d')], "d", Action::Done, "done: end your wrap-up", "done"),
    binding!(Desk, [char('m')], "m", Action::Longer, "one minute more of wrap-up", "+1 min"),
    binding!(Desk, [char('w')], "w", Action::Disposition, "what became of the contact", "outcome"),
    binding!(Desk, [char('n')], "n", Action::Note, "a note about the contact", "note"),
    binding!(Desk, [char('?'), key(KeyCode::F(1))], "?", Action::Help, "these keys", "help"),
    binding!(Desk, [char('q')], "q", Action::Quit, "leave the desk; your state stays", "leave"),
    binding!(Desk, [char('r')], "r", Action::PollNow, "refresh now, also while the store is unavailable", ""),
    binding!(Desk, [key(KeyCode::Esc)], "Esc", Action::Back, "close the notice", ""),
    binding!(Help, [char('j'), key(KeyCode::Down)], "j ↓", Action::Down, "next line", "down"),
    binding!(Help, [char('k'), key(KeyCode::Up)], "k ↑", Action::Up, "previous line", "up"),
    binding!(Help, [key(KeyCode::Esc), char('?'), char('q'), key(KeyCode::Enter), key(KeyCode::F(1))], "Esc", Action::Back, "back to the desk", "back"),
    binding!(Reasons, [char('j'), key(KeyCode::Down)], "j ↓", Action::Down, "next", "down"),
    binding!(Reasons, [char('k'), key(KeyCode::Up)], "k ↑", Action::Up, "before", "up"),
    binding!(Reasons, [key(KeyCode::Enter), char(' ')], "Enter", Action::Choose, "pick it", "pick"),
    binding!(Reasons, [char('1')], "1", Action::Nth(0), "pick the first", ""),
    binding!(Reasons, [char('2')], "2", Action::Nth(1), "pick the second", ""),
    binding!(Reasons, [char('3')], "3", Action::Nth(2), "pick the third", ""),
    binding!(Reasons, [char('4')], "4", Action::Nth(3), "pick the fourth", ""),
    binding!(Reasons, [key(KeyCode::Esc), char('q'), char('o')], "Esc", Action::Back, "back to the desk", "back"),
    binding!(Typing, [key(KeyCode::Enter)], "Enter", Action::Choose, "pick it", "pick"),
    binding!(Typing, [key(KeyCode::Esc)], "Esc", Action::Back, "back to the desk", "back"),
    binding!(Anywhere, [ctrl('l')], "Ctrl-L", Action::Repaint, "redraw the screen", ""),
    binding!(Anywhere, [ctrl('z')], "Ctrl-Z", Action::Suspend, "suspend; fg brings the desk back", ""),
    binding!(Anywhere, [ctrl('c')], "Ctrl-C", Action::Quit, "leave at once", ""),
];

/// Returns what a key does in that scope.
pub fn action(event: KeyEvent, scope: Scope) -> Option<Action> {
    let chord = Chord::of(event)?;
    TABLE
        .iter()
        .find(|row| {
            (row.scope == scope || row.scope == Scope::Anywhere) && row.chords.contains(&chord)
        })
        .map(|row| row.action)
}

/// Returns the rows for the hints in that scope.
pub fn hints(scope: Scope) -> impl Iterator<Item = &'static Binding<Scope, Action>> {
    TABLE
        .iter()
        .filter(move |row| row.scope == scope && !row.hint.is_empty())
}

/// Returns the rows for the help.
pub fn help() -> impl Iterator<Item = &'static Binding<Scope, Action>> {
    TABLE
        .iter()
        .filter(|row| matches!(row.scope, Scope::Desk | Scope::Anywhere))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for (place, row) in TABLE.iter().enumerate() {
            for other in &TABLE[place + 1..] {
                let meet = row.scope == other.scope || other.scope == Scope::Anywhere;
                let clash = row.chords.iter().find(|chord| other.chords.contains(chord));
                assert!(!(meet && clash.is_some()), "{clash:?}: {}", other.help);
            }
        }
    }
}
