//! The connection that all operations share, and when it is replaced.
//!
//! The client replaces a connection that breaks. These must be replaced as well:
//! - one on which no answers arrive any more, and one to a server that is no longer in charge (a
//!   former primary that is now a replica, a cluster node that gave its slot away): behind a
//!   virtual address, a new connection leads to another server;
//! - one that the server refuses since its password was changed: the client would not retry by
//!   itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, RedisError, RedisResult, ServerErrorKind};
use tokio::sync::watch;

use super::failure::is_refused;

/// How long an answer may take, including connecting. A caller learns within a second that the
/// store is unreachable.
pub(super) const ANSWER: Duration = Duration::from_millis(900);

/// How many calls may be in flight at once. Others wait, at most for the answer timeout. More in
/// flight would only wait in the server, where they cannot be withdrawn.
const CALLS: usize = 512;

/// How long a connection that the server refuses is kept before a new attempt.
const REFUSED_FOR: Duration = Duration::from_millis(250);

/// The client that makes connections. It is replaced when its certificate files are renewed.
pub(super) struct ClientSource {
    client: Mutex<Client>,
    /// How often it was replaced.
    number: AtomicU64,
}

impl ClientSource {
    pub(super) fn new(client: Client) -> Arc<Self> {
        Arc::new(Self {
            client: Mutex::new(client),
            number: AtomicU64::new(0),
        })
    }

    pub(super) fn client(&self) -> Client {
        let client = self.client.lock();
        client.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Uses another client from now on: each link reconnects with it.
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
    source: Arc<ClientSource>,
    current: Mutex<Current>,
    /// How often the connection was replaced. Tasks with a connection of their own follow this.
    given_up: watch::Sender<u64>,
}

/// The connection in use.
struct Current {
    connection: ConnectionManager,
    /// The number of the client that made it.
    source_number: u64,
    since: Instant,
}

/// The connection for one operation.
pub(super) struct Lease {
    pub(super) connection: ConnectionManager,
    /// The number of the connection.
    number: u64,
}

impl Link {
    /// Opens the connection, and fails if that fails.
    pub(super) async fn open(source: Arc<ClientSource>) -> RedisResult<Self> {
        let number = source.number();
        let client = source.client();
        let first = client.get_connection_manager_with_config(config()).await?;
        Ok(Self {
            source,
            current: Mutex::new(Current {
                connection: first,
                source_number: number,
                since: Instant::now(),
            }),
            given_up: watch::Sender::new(0),
        })
    }

    /// Opens another connection, for callers that must not share.
    pub(super) async fn another(&self) -> RedisResult<Self> {
        Self::open(Arc::clone(&self.source)).await
    }

    /// Returns the source of clients.
    pub(super) fn source(&self) -> Arc<ClientSource> {
        Arc::clone(&self.source)
    }

    /// Returns a watch that changes whenever the shared connection is replaced.
    pub(super) fn given_up(&self) -> watch::Receiver<u64> {
        self.given_up.subscribe()
    }

    /// Returns the connection for an operation.
    pub(super) fn lease(&self) -> Lease {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.source_number != self.source.number() {
            self.renew(&mut current);
        }
        Lease {
            connection: current.connection.clone(),
            number: *self.given_up.borrow(),
        }
    }

    /// Waits for the answer to an operation. Replaces the connection with that number if the error
    /// requires it.
    pub(super) async fn await_answer<T>(
        &self,
        number: u64,
        answer: impl Future<Output = RedisResult<T>>,
    ) -> RedisResult<T> {
        let answer = match tokio::time::timeout(ANSWER, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
        };
        if let Err(error) = &answer {
            if must_be_replaced(error) {
                self.give_up(number, Duration::ZERO);
            } else if is_refused(error) {
                self.give_up(number, REFUSED_FOR);
            }
        }
        answer
    }

    /// Makes the next operation reconnect, unless the connection is younger than `at_least`.
    /// Operations on the old connection may still finish.
    fn give_up(&self, number: u64, at_least: Duration) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        // Of many calls that fail together, only the first concerns the current connection.
        if *self.given_up.borrow() == number && current.since.elapsed() >= at_least {
            self.renew(&mut current);
        }
    }

    fn renew(&self, current: &mut Current) {
        current.source_number = self.source.number();
        // Fails only for a configuration that `open` would have refused.
        if let Ok(next) = ConnectionManager::new_lazy_with_config(self.source.client(), config()) {
            current.connection = next;
            current.since = Instant::now();
            self.given_up.send_modify(|so_often| *so_often += 1);
        }
    }
}

impl Lease {
    /// Returns the number to pass along with the answer.
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

fn config() -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_connection_timeout(Some(Duration::from_millis(500)))
        // `await_answer` times out, also while connecting; a second timer would double the cost.
        .set_response_timeout(None)
        .set_concurrency_limit(CALLS)
        // The default retries would hold each caller for more than nine seconds.
        .set_number_of_retries(1)
        .set_max_delay(Duration::from_millis(200))
}

/// Returns whether a connection with this error must be replaced although it is still open.
fn must_be_replaced(error: &RedisError) -> bool {
    error.is_timeout()
        || matches!(
            error.kind(),
            ErrorKind::Server(
                ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown | ServerErrorKind::Moved
            )
        )
}
