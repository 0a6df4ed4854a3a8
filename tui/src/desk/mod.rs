//! The agent's desk: a small screen for one agent. It shows their state, their contact and the
//! contacts waiting for them, with keys to become available or not, to accept, to
//! complete and to end wrap-up.
//!
//! It has the console's structure: [`update`](Desk::update) decides, [`view`] draws, [`polled`]
//! polls and sends requests. The desk acts only for its one agent, and for nobody who gets their id
//! after they were deleted.

pub mod keys;
pub mod model;
mod offers;
pub mod poll;
mod remarks;
mod update;
pub mod view;

use std::sync::Arc;

use shared::Acd;
use tokio::sync::Mutex;

pub use model::Desk;
use poll::Poller;

use crate::event_loop::End;
use crate::terminal::Screen;
use crate::{perform, polled};

/// Runs the desk until it ends, and returns the sentence to print at the end.
pub async fn run(desk: Desk, acd: Arc<dyn Acd>, screen: Screen) -> std::io::Result<(End, String)> {
    let poller = Poller::new(desk.me.clone(), desk.visibility);
    // Polls run one after another, so this lock is never contended.
    let poller = Arc::new(Mutex::new(poller));
    let calls = polled::AcdCalls {
        poll: move |acd: Arc<dyn Acd>| {
            let poller = poller.clone();
            async move { poller.lock().await.poll(&*acd).await }
        },
        ask: |acd: Arc<dyn Acd>, request| async move { perform::perform(&*acd, &request).await },
    };
    let (end, desk) = polled::run(desk, calls, acd, screen).await?;
    Ok((end, desk.last_line()))
}
