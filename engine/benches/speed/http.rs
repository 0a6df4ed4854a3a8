//! A client of the API: plain kept connections, all on one thread, because the client shares the
//! cores with the engine and Redis.

use std::sync::Arc;
use std::time::Instant;

use color_eyre::eyre::{Result, bail};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::connection::{Connection, request};
use crate::cpu::Processes;
use crate::engine::Engine;
use crate::play::{Operation, Play, Played, Player, SKILLS, Samples, Step, Tickets};

/// Plays over the API of an engine of its own.
#[derive(Debug)]
pub(crate) struct Http {
    engine: Engine,
    runtime: Runtime,
    redis: Option<u32>,
}

impl Http {
    /// Takes an engine, and the process of the Redis that it uses.
    pub(crate) fn new(engine: Engine, redis: Option<u32>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            engine,
            runtime,
            redis,
        })
    }
}

impl Player for Http {
    fn play(&self, play: &Play<'_>) -> Result<Played> {
        self.runtime.block_on(async {
            let mut connections = vec![];
            for _ in 0..play.shape.in_flight() {
                connections.push(Connection::open(&self.engine.address).await?);
            }
            let before = self.processes().used()?;
            let tickets = Arc::new(Tickets::begin(play));
            let mut tasks = JoinSet::new();
            for connection in connections {
                tasks.spawn(work(connection, Arc::clone(&tickets), play.steps.to_vec()));
            }
            let samples: Result<Vec<Samples>> = tasks.join_all().await.into_iter().collect();
            tickets.end(&samples?, self.processes().used()? - before)
        })
    }

    fn processes(&self) -> Processes {
        let (engine, redis) = (Some(self.engine.id()), self.redis);
        Processes { engine, redis }
    }
}

async fn work(
    mut connection: Connection,
    tickets: Arc<Tickets>,
    steps: Vec<Step>,
) -> Result<Samples> {
    let mut samples = Samples::of(&steps);
    while let Some(numbers) = tickets.take(1) {
        for (place, step) in steps.iter().enumerate() {
            let wanted = Wanted::of(step.operation, numbers.start + step.ahead);
            let asked = Instant::now();
            let (status, body) = connection.call(&wanted.request).await?;
            samples.answered(place, asked);
            if status != wanted.status || !contains(body, wanted.part) {
                let said = String::from_utf8_lossy(body);
                bail!("{:?} was answered with {status}: {said}", step.operation);
            }
        }
        samples.through(1);
    }
    Ok(samples)
}

fn contains(body: &[u8], part: &str) -> bool {
    body.windows(part.len()).any(|here| here == part.as_bytes())
}

/// A request, and what has to be answered.
struct Wanted {
    request: Vec<u8>,
    status: u16,
    part: &'static str,
}

impl Wanted {
    fn of(operation: Operation, number: u64) -> Self {
        let subject = operation.subject(number);
        let [first, second] = SKILLS;
        let skills = format!(r#"["{first}","{second}"]"#);
        let (method, path, body, status, part) = match operation {
            Operation::CreateAgent => {
                let body = format!(r#"{{"fname":"Ada","lname":"Ada","skills":{skills}}}"#);
                ("POST", format!("/agent/{subject}"), body, 201, "agent_key")
            }
            Operation::Available | Operation::Unavailable => {
                let state = u8::from(operation == Operation::Available);
                let path = format!("/agent/{subject}/state");
                (
                    "PATCH",
                    path,
                    format!(r#"{{"state":{state}}}"#),
                    200,
                    "agent_key",
                )
            }
            Operation::CreateQueued | Operation::CreateAssigned => {
                // The client names the contact, so that it is known which one is next.
                let body = format!(r#"{{"contact_key":"contact:{subject}","skills":{skills}}}"#);
                let queued = operation == Operation::CreateQueued;
                let part = if queued {
                    r#""state":1"#
                } else {
                    r#""state":2"#
                };
                ("POST", "/contact".to_owned(), body, 201, part)
            }
            Operation::Complete => {
                let path = format!("/contact/contact:{subject}");
                ("PATCH", path, String::new(), 200, "contact_key")
            }
            Operation::Get => (
                "GET",
                format!("/contact/contact:{subject}"),
                String::new(),
                200,
                "skills",
            ),
        };
        let request = request(method, &path, &body);
        Self {
            request,
            status,
            part,
        }
    }
}
