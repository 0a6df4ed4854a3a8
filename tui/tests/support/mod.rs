//! A floor of its own on the Redis that tests use.

use shared::Acd as _;
use shared::agent::{AgentId, NewAgent, Presence};
use shared::redis::RedisAcd;
use shared::text::{AcdName, PersonName};

/// A floor with one agent, `agent:7`, who speaks English and knows Billing.
pub(crate) struct Floor {
    pub(crate) acd: RedisAcd,
    pub(crate) name: AcdName,
    pub(crate) agent: AgentId,
}

/// Gives the Redis that tests use.
pub(crate) fn redis_url() -> String {
    std::env::var("TEST_REDIS_URL")
        .expect("TEST_REDIS_URL names no Redis with JSON: run stacks/dev/test, which brings one up")
}

impl Floor {
    /// Makes a floor.
    pub(crate) async fn new() -> Self {
        let name: AcdName = format!("test-{}", uuid::Uuid::new_v4().simple())
            .parse()
            .unwrap();
        let acd = RedisAcd::connect(&redis_url(), name.clone()).await.unwrap();
        let agent: AgentId = "agent:7".parse().unwrap();
        let skills = vec!["English".parse().unwrap(), "Billing".parse().unwrap()];
        let new = NewAgent::new(agent.clone(), person("Ada"), person("Byron"), skills);
        acd.create_agent(new.unwrap()).await.unwrap();
        Self { acd, name, agent }
    }

    /// Gives what the agent chose last.
    pub(crate) async fn chosen(&self) -> Presence {
        self.acd.agent(&self.agent).await.unwrap().state.chosen()
    }

    /// Deletes every key of the floor; after a failed test they stay, to be looked at.
    pub(crate) async fn clean(self) {
        let client = redis::Client::open(redis_url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut cursor = 0;
        loop {
            let (next, keys): (u64, Vec<String>) = redis::cmd("SCAN")
                .arg(cursor)
                .arg("MATCH")
                .arg(format!("{{{}}}:*", self.name))
                .arg("COUNT")
                .arg(1000)
                .query_async(&mut connection)
                .await
                .unwrap();
            if !keys.is_empty() {
                let _: u64 = redis::cmd("UNLINK")
                    .arg(keys)
                    .query_async(&mut connection)
                    .await
                    .unwrap();
            }
            if next == 0 {
                return;
            }
            cursor = next;
        }
    }
}

fn person(name: &str) -> PersonName {
    name.to_owned().try_into().unwrap()
}
