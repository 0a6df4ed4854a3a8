//! The connection that all operations share, and when it is given up for a new one.
//!
//! The client replaces a connection that breaks. Two kinds that do not break must be given up as
//! well, because behind a virtual address a new connection leads to another server: one that
//! answers nothing any more, and one to a server that is not in charge any more: an old primary
//! that is a replica now, a node of a cluster that gave its slot away. So must one that the server
//! refuses, as its password was changed: the client would not try again by itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, RedisError, RedisResult, ServerErrorKind};
use tokio::sync::watch;

use super::failure::is_refused;

/// How long an answer may take, connecting included: a caller is told within a second that the
/// store is away.
pub(super) const ANSWER: Duration = Duration::from_millis(900);

/// How many calls may be on their way to the server at once. Others wait, no longer than for an
/// answer: more on the way would only wait in the server, where nobody can take them back.
const CALLS: usize = 512;

/// How long a connection that the server refuses is kept before it is tried anew.
const REFUSED_FOR: Duration = Duration::from_millis(250);

/// The client that makes connections. Another takes its place when the files are renewed that it
/// was made from.
pub(super) struct Way {
    client: Mutex<Client>,
    /// How often it was replaced.
    number: AtomicU64,
}

impl Way {
    pub(super) fn by(client: Client) -> Arc<Self> {
        Arc::new(Self {
            client: Mutex::new(client),
            number: AtomicU64::new(0),
        })
    }

    pub(super) fn client(&self) -> Client {
        let client = self.client.lock();
        client.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another client into use: each link connects anew by it.
    pub(super) fn replace(&self, client: Client) {
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = client;
        self.number.fetch_add(1, Ordering::Release);
    }

    fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }
}

/// The shared connection.
pub(super) struct Link {
    way: Arc<Way>,
    current: Mutex<Current>,
    /// How often it was given up; whoever has a connection of his own follows this.
    given_up: watch::Sender<u64>,
}

/// The connection in use.
struct Current {
    connection: ConnectionManager,
    /// By which of the way's clients it was made.
    way: u64,
    since: Instant,
}

/// The connection for one operation.
pub(super) struct Lease {
    pub(super) connection: ConnectionManager,
    /// Which of the connections it is.
    number: u64,
}

impl Link {
    /// Connects, and fails if that fails.
    pub(super) async fn open(way: Arc<Way>) -> RedisResult<Self> {
        let number = way.number();
        let client = way.client();
        let first = client.get_connection_manager_with_config(config()).await?;
        Ok(Self {
            way,
            current: Mutex::new(Current {
                connection: first,
                way: number,
                since: Instant::now(),
            }),
            given_up: watch::Sender::new(0),
        })
    }

    /// Connects once more, for who must not share.
    pub(super) async fn another(&self) -> RedisResult<Self> {
        Self::open(Arc::clone(&self.way)).await
    }

    /// Gives the way that it connects by.
    pub(super) fn way(&self) -> Arc<Way> {
        Arc::clone(&self.way)
    }

    /// Tells whenever the shared connection is given up.
    pub(super) fn given_up(&self) -> watch::Receiver<u64> {
        self.given_up.subscribe()
    }

    /// Gives the connection for an operation.
    pub(super) fn lease(&self) -> Lease {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.way != self.way.number() {
            self.renew(&mut current);
        }
        Lease {
            connection: current.connection.clone(),
            number: *self.given_up.borrow(),
        }
    }

    /// Waits for the answer to an operation, and gives up the connection with that number if it
    /// must be.
    pub(super) async fn hear<T>(
        &self,
        number: u64,
        answer: impl Future<Output = RedisResult<T>>,
    ) -> RedisResult<T> {
        let answer = match tokio::time::timeout(ANSWER, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
        };
        if let Err(error) = &answer {
            if leads_nowhere(error) {
                self.give_up(number, Duration::ZERO);
            } else if is_refused(error) {
                self.give_up(number, REFUSED_FOR);
            }
        }
        answer
    }

    /// Lets the next operation connect anew, unless the connection was made within `at_least`.
    /// Operations on the old connection may still end.
    fn give_up(&self, number: u64, at_least: Duration) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        // Of many that fail together, only the first is about the connection in use.
        if *self.given_up.borrow() == number && current.since.elapsed() >= at_least {
            self.renew(&mut current);
        }
    }

    fn renew(&self, current: &mut Current) {
        current.way = self.way.number();
        // Fails only for a configuration that `open` would have refused.
        if let Ok(next) = ConnectionManager::new_lazy_with_config(self.way.client(), config()) {
            current.connection = next;
            current.since = Instant::now();
            self.given_up.send_modify(|so_often| *so_often += 1);
        }
    }
}

impl Lease {
    /// Gives the number by which the answer is told.
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

fn config() -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_connection_timeout(Some(Duration::from_millis(500)))
        // `hear` waits no longer, for the connection too; a second timer would cost as much again.
        .set_response_timeout(None)
        .set_concurrency_limit(CALLS)
        // The default retries would hold each caller for more than nine seconds.
        .set_number_of_retries(1)
        .set_max_delay(Duration::from_millis(200))
}

/// Whether a connection that answers so is not worth keeping, though it stands.
fn leads_nowhere(error: &RedisError) -> bool {
    error.is_timeout()
        || matches!(
            error.kind(),
            ErrorKind::Server(
                ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown | ServerErrorKind::Moved
            )
        )
}
