//! Comes to an ACD elsewhere, however long that takes: the console is there to be seen meanwhile.

use std::sync::Arc;

use shared::Acd;
use tokio::time::timeout;

use super::{Feeding, away, backoff};
use crate::message::Message;
use crate::remote::{Closed, Remote};

/// Opens the ACD, trying again while nobody answers, and says what it is called. None if the
/// console has left, or has to, for trying again would not help.
pub async fn open(remote: &Remote, feeding: &Feeding) -> Option<Arc<dyn Acd>> {
    let mut failures = 0;
    loop {
        let message = match remote.open().await {
            Ok(acd) => {
                let opened = Message::Opened(acd.name().clone());
                feeding.messages.send(opened).await.ok()?;
                return Some(acd);
            }
            Err(Closed::Away(why)) => away(&mut failures, &why),
            Err(Closed::ForGood(why)) => Message::CannotBegin(why),
        };
        let last = matches!(message, Message::CannotBegin(_));
        if feeding.messages.send(message).await.is_err() || last {
            return None;
        }
        let _ = timeout(backoff(failures), feeding.look_now.notified()).await;
    }
}
