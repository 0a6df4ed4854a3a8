//! A display that is frozen while the operator reads it.

use shared::time::Millis;

use super::Model;
use super::effect::Effect;
use super::floor::Floor;

/// A frozen display.
#[derive(Clone, Debug)]
pub struct Pause {
    /// Since when, by this machine's clock.
    pub since: Millis,
    /// This machine's time up to which waits are shown meanwhile.
    pub shown_until: Millis,
    /// The snapshot shown meanwhile.
    pub floor: Floor,
    /// The newest event shown meanwhile.
    pub event: u64,
}

/// Pauses the display, or resumes it.
pub(crate) fn toggle(model: &mut Model) -> Vec<Effect> {
    model.pause = match (model.pause.take(), &model.newest) {
        (None, Some(floor)) => Some(Pause {
            since: model.clock,
            shown_until: model.shown_until(),
            floor: floor.clone(),
            event: model.log.newest(),
        }),
        (None, None) => {
            model.refuse("There is nothing to pause yet.");
            None
        }
        (Some(_), _) => None,
    };
    model.follow();
    vec![Effect::Draw]
}
