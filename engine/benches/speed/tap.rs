//! A tap between a client and Redis: it notes the bytes of both ways, and can hold each of them
//! back for a time, as a longer way would.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, eyre};

/// What went over one connection since it was last asked for.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    pub(crate) sent: Vec<u8>,
    pub(crate) received: Vec<u8>,
}

/// A listening tap. What is connected stays so when it is dropped.
#[derive(Debug)]
pub(crate) struct Tap {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    /// The connections in the order they came.
    noted: Mutex<Vec<Noted>>,
    noting: bool,
    ending: AtomicBool,
}

impl Tap {
    /// Taps the way to a Redis, and notes what goes over it.
    pub(crate) fn noting(redis: SocketAddr) -> Result<Self> {
        Self::start(redis, Duration::ZERO, true)
    }

    /// Makes the way to a Redis longer: each direction takes half of the time more.
    pub(crate) fn slower(redis: SocketAddr, round_trip: Duration) -> Result<Self> {
        Self::start(redis, round_trip / 2, false)
    }

    fn start(redis: SocketAddr, held_back: Duration, noting: bool) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (noted, ending) = (Mutex::default(), AtomicBool::new(false));
        let shared = Arc::new(Shared {
            noted,
            noting,
            ending,
        });
        let theirs = Arc::clone(&shared);
        let listening = thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if theirs.ending.load(Ordering::Relaxed) {
                    return;
                }
                // A client that is not connected on sees its connection end.
                let _ = join(&theirs, client, redis, held_back);
            }
        });
        Ok(Self {
            address,
            shared,
            listening: Some(listening),
        })
    }

    /// Gives where a client connects.
    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Gives what went over the first connection since last time. The ops layer performs its
    /// operations on it; the second follows the events.
    pub(crate) fn take(&self) -> Result<Noted> {
        let mut noted = self.shared.noted();
        let first = noted
            .first_mut()
            .ok_or_else(|| eyre!("nobody has connected to the tap"))?;
        Ok(std::mem::take(first))
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.shared.ending.store(true, Ordering::Relaxed);
        // Wakes the listener, which looks then.
        let _ = TcpStream::connect(self.address);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

impl Shared {
    fn noted(&self) -> MutexGuard<'_, Vec<Noted>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connects a client on.
fn join(
    shared: &Arc<Shared>,
    client: TcpStream,
    redis: SocketAddr,
    held_back: Duration,
) -> Result<()> {
    let server = TcpStream::connect(redis)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let number = {
        let mut noted = shared.noted();
        noted.push(Noted::default());
        noted.len() - 1
    };
    let (client_too, server_too) = (client.try_clone()?, server.try_clone()?);
    let theirs = Arc::clone(shared);
    carry(client, server, held_back, move |bytes| {
        if theirs.noting {
            theirs.noted()[number].sent.extend_from_slice(bytes);
        }
    });
    let theirs = Arc::clone(shared);
    carry(server_too, client_too, held_back, move |bytes| {
        if theirs.noting {
            theirs.noted()[number].received.extend_from_slice(bytes);
        }
    });
    Ok(())
}

/// Carries bytes one way until one end closes: one thread takes them, one delivers them in time.
fn carry(
    mut from: TcpStream,
    mut to: TcpStream,
    held_back: Duration,
    note: impl Fn(&[u8]) + Send + 'static,
) {
    let (sender, parcels) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            note(&bytes[..read]);
            let due = Instant::now() + held_back;
            if sender.send((due, bytes[..read].to_vec())).is_err() {
                return;
            }
        }
    });
    thread::spawn(move || {
        for (due, bytes) in parcels {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
