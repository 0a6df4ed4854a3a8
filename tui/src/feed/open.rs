//! Connects to a remote ACD, however long that takes. The console is already shown meanwhile.

use std::sync::Arc;

use shared::Acd;
use tokio::time::timeout;

use super::{Feeding, retries, unavailable};
use crate::console::message::Message;
use crate::remote::{Closed, Remote};

/// Opens the ACD, retrying while it does not answer, and reports its name. Returns none if the
/// console has quit, or must because retrying would not help.
pub async fn open(remote: &Remote, feeding: &Feeding) -> Option<Arc<dyn Acd>> {
    let mut backoff = retries();
    loop {
        let message = match remote.open().await {
            Ok(acd) => {
                let opened = Message::Opened(acd.name().clone());
                feeding.messages.send(opened).await.ok()?;
                return Some(acd);
            }
            Err(Closed::ForNow(why)) => unavailable(None, &why),
            Err(Closed::ForGood(why)) => Message::CannotBegin(why),
        };
        let last = matches!(message, Message::CannotBegin(_));
        if feeding.messages.send(message).await.is_err() || last {
            return None;
        }
        let _ = timeout(backoff.next_wait(), feeding.poll_now.notified()).await;
    }
}
