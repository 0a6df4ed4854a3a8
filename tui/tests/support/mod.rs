//! A separate floor on the Redis used by tests.

use shared::Acd as _;
use shared::agent::{AgentId, NewAgent, Presence};
use shared::redis::RedisAcd;
pub(crate) use shared::testing::redis_url;
use shared::testing::{clean, fresh_name};
use shared::text::{AcdName, PersonName};

/// A floor with one agent, `agent:7`, who has English and Billing.
pub(crate) struct TestFloor {
    pub(crate) acd: RedisAcd,
    pub(crate) name: AcdName,
    pub(crate) agent: AgentId,
}

impl TestFloor {
    /// Makes a floor.
    pub(crate) async fn new() -> Self {
        let name = fresh_name();
        let acd = RedisAcd::connect(&redis_url(), name.clone()).await.unwrap();
        let agent: AgentId = "agent:7".parse().unwrap();
        let skills = vec!["English".parse().unwrap(), "Billing".parse().unwrap()];
        let new = NewAgent::new(agent.clone(), person("Ada"), person("Byron"), skills);
        acd.create_agent(new.unwrap()).await.unwrap();
        Self { acd, name, agent }
    }

    /// Returns the presence that the agent chose last.
    pub(crate) async fn chosen(&self) -> Presence {
        self.acd.agent(&self.agent).await.unwrap().state.chosen()
    }

    /// Deletes every key of the floor. After a failed test they remain, for inspection.
    pub(crate) async fn clean(self) {
        clean(&self.name).await;
    }
}

fn person(name: &str) -> PersonName {
    name.to_owned().try_into().unwrap()
}
