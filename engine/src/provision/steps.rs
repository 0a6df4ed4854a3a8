//! The steps, each a loop of check, act and wait.

use reqwest::{Client, Url};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::call::Call;
use super::node::{Answer, Bootstrap, find, send};
use super::{Options, ProvisionError};

/// How often joining a node may fail before giving up.
const MOST_ATTEMPTS: u32 = 3;

/// Sets everything up and reports progress one sentence at a time. Returns the database's number.
pub async fn run(options: &Options, say: &(dyn Fn(&str) + Sync)) -> Result<u64, ProvisionError> {
    let client = crate::http::client()
        .timeout(options.answer_within)
        .danger_accept_invalid_certs(options.any_certificate)
        .build()
        .map_err(|broken| {
            ProvisionError::Unusable(format!("the HTTP client cannot be created: {broken}"))
        })?;
    let began = Instant::now();
    let way = Way {
        options,
        client,
        began,
        say,
    };
    for (number, node) in options.nodes.iter().enumerate() {
        let join = if number == 0 {
            Call::create_cluster(options, node)
        } else {
            Call::join_cluster(options, node)
        };
        way.member(node, &join).await?;
        say(&format!("{node} is a member of {}", options.cluster));
    }
    way.patiently(&Call::handle_redirects(&options.nodes[0]))
        .await?;
    let uid = way.database().await?;
    say(&format!("database {uid} is active"));
    Ok(uid)
}

/// What all steps need.
struct Way<'a> {
    options: &'a Options,
    client: Client,
    began: Instant,
    say: &'a (dyn Fn(&str) + Sync),
}

impl Way<'_> {
    async fn send(&self, call: &Call) -> Result<Answer, ProvisionError> {
        send(&self.client, self.options, call).await
    }

    /// Waits until the next check; fails after the timeout.
    async fn wait(&self, waiting: &str, last: &str) -> Result<(), ProvisionError> {
        if self.began.elapsed() + self.options.pause >= self.options.within {
            return Err(ProvisionError::Late {
                seconds: self.options.within.as_secs(),
                waiting: waiting.to_owned(),
                last: last.to_owned(),
            });
        }
        (self.say)(&format!("{waiting} ({last})"));
        sleep(self.options.pause).await;
        Ok(())
    }

    /// Makes a node a member with this call, unless it is one.
    async fn member(&self, node: &Url, join: &Call) -> Result<(), ProvisionError> {
        let waiting = format!("waiting for {node}");
        let mut attempts = 0;
        loop {
            let last = match self.bootstrap(node).await? {
                Answer::Done(answer) => match Bootstrap::read(&answer) {
                    Bootstrap::Member => return Ok(()),
                    Bootstrap::UnderWay(state) => state,
                    Bootstrap::New(Some(why)) if attempts == MOST_ATTEMPTS => {
                        let node = node.clone();
                        return Err(ProvisionError::Bootstrap { node, why });
                    }
                    Bootstrap::New(_) => {
                        attempts += 1;
                        self.begin(node, join).await?
                    }
                },
                Answer::Passing(why) => why,
                Answer::Conflict => "in progress".to_owned(),
                Answer::Login => return Err(ProvisionError::Password { node: node.clone() }),
            };
            self.wait(&waiting, &last).await?;
        }
    }

    /// Asks for the state of a node: a member of a cluster requires a login.
    async fn bootstrap(&self, node: &Url) -> Result<Answer, ProvisionError> {
        match self.send(&Call::bootstrap_state(node)).await? {
            Answer::Login => self.send(&Call::member_state(node)).await,
            answer => Ok(answer),
        }
    }

    async fn begin(&self, node: &Url, join: &Call) -> Result<String, ProvisionError> {
        Ok(match self.send(join).await? {
            Answer::Done(_) => "started".to_owned(),
            Answer::Conflict => "already in progress".to_owned(),
            Answer::Passing(why) => why,
            Answer::Login => return Err(ProvisionError::Password { node: node.clone() }),
        })
    }

    /// Repeats an idempotent call until it is answered.
    async fn patiently(&self, call: &Call) -> Result<Value, ProvisionError> {
        loop {
            let last = match self.send(call).await? {
                Answer::Done(answer) => return Ok(answer),
                Answer::Passing(why) => why,
                Answer::Conflict => "another change is in progress".to_owned(),
                Answer::Login => {
                    let node = self.options.nodes[0].clone();
                    return Err(ProvisionError::Password { node });
                }
            };
            self.wait(&format!("sending {call}"), &last).await?;
        }
    }

    /// Finds or creates the database, and waits until it is active.
    async fn database(&self) -> Result<u64, ProvisionError> {
        let first = &self.options.nodes[0];
        let name = self.options.database["name"].as_str().unwrap_or_default();
        let uid = loop {
            // Checked before each attempt: an earlier one whose answer was lost may have created
            // it.
            let databases = self.patiently(&Call::databases(first)).await?;
            if let Some(uid) = find(&databases, name) {
                break uid;
            }
            let last = match self.send(&Call::create_database(self.options)).await? {
                Answer::Done(_) => "requested".to_owned(),
                Answer::Conflict => "another change is in progress".to_owned(),
                Answer::Passing(why) => why,
                Answer::Login => {
                    return Err(ProvisionError::Password {
                        node: first.clone(),
                    });
                }
            };
            self.wait(&format!("creating the database {name}"), &last)
                .await?;
        };
        loop {
            let database = self.patiently(&Call::database(first, uid)).await?;
            match database["status"].as_str().unwrap_or("unknown") {
                "active" => return Ok(uid),
                status @ ("creation-failed" | "delete-pending") => {
                    return Err(ProvisionError::Database(status.to_owned()));
                }
                status => {
                    self.wait(&format!("waiting for database {uid}"), status)
                        .await?;
                }
            }
        }
    }
}
