//! What several targets need.

#![forbid(unsafe_code)]

use tokio::runtime::{Builder, Runtime};
use tui::console::Model;

/// Makes a runtime of this thread alone: the same input takes the same way each time.
pub fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime without I/O asks nothing of the system")
}

/// Makes a console's model of a full floor, the same one each time.
pub fn floor() -> Model {
    let model = tui::sample::model(tui::sample::LONG_ENOUGH);
    runtime().block_on(model).expect("the sample plays by the rules")
}
