//! Comes to an ACD on Redis, however long that takes: the console is there to be seen meanwhile.

use std::sync::Arc;

use shared::Acd;
use shared::redis::{ConnectError, RedisServer};
use shared::store;
use shared::text::AcdName;
use tokio::time::timeout;

use super::{Feeding, away, backoff};
use crate::message::Message;

/// Opens the ACD, trying again while no Redis answers. None if the console has left, or has to,
/// for trying again would not help.
pub async fn open(redis: &RedisServer, name: &AcdName, feeding: &Feeding) -> Option<Arc<dyn Acd>> {
    let mut failures = 0;
    loop {
        let message = match store::open(Some(redis), name.clone()).await {
            Ok(acd) => return Some(acd),
            Err(error @ ConnectError::Unreachable { .. }) => {
                away(&mut failures, &error.to_string())
            }
            Err(error) => Message::CannotBegin(error.to_string()),
        };
        let last = matches!(message, Message::CannotBegin(_));
        if feeding.messages.send(message).await.is_err() || last {
            return None;
        }
        let _ = timeout(backoff(failures), feeding.look_now.notified()).await;
    }
}
