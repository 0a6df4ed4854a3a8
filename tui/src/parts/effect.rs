//! Effects, as values: the `update` of a screen returns them, the event loop performs them.

/// One effect of a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect<Task> {
    /// Draws the screen, which changed.
    Draw,
    /// Redraws every cell, whatever the terminal shows.
    Repaint,
    /// Captures the mouse, or releases it to the terminal.
    Mouse(bool),
    /// Restores the terminal and suspends the program.
    Suspend,
    /// Quits.
    Quit,
    /// Starts what does not concern the terminal: a request, a poll.
    Run(Task),
}
