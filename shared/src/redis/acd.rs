//! What can be read, and what is due, each by its script or command. `changes.rs` has the changes.

use async_trait::async_trait;
use redis::{Cmd, FromRedisValue};
use tokio::sync::watch;

use super::arguments::{ask_page, up_to_name, with_id};
use super::failure::store_error;
use super::reply::{self, EventReply, ExplainReply, FiguresReply, SkillReply};
use super::seen::no_contact;
use super::{RedisAcd, changes, connect, scripts};
use crate::acd::Acd;
use crate::agent::{Agent, AgentId};
use crate::contact::{Contact, ContactId, Rank};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::figures::{Figures, MINUTES_KEPT, QUARTER, QUARTERS_KEPT, SERIES_POINTS};
use crate::keeping::Keeping;
use crate::operation::{Answer, Operation};
use crate::seen::ContactSeen;
use crate::settings::{ContactType, Settings};
use crate::skill::Skill;
use crate::store::Store;
use crate::text::AcdName;
use crate::time::Millis;
use crate::view::{Due, Explanation, Listing, Overview, Page, SkillView};

#[async_trait]
impl Acd for RedisAcd {
    fn name(&self) -> &AcdName {
        &self.name
    }

    async fn apply(&self, operation: Operation) -> Result<Answer> {
        changes::apply(self, &operation).await
    }

    async fn settings(&self) -> Result<Settings> {
        let json = self.stored_settings().await?;
        Ok(reply::settings(json.as_deref()))
    }

    async fn types(&self) -> Result<Vec<ContactType>> {
        self.all_types().await
    }

    async fn overview(&self) -> Result<Overview> {
        let mut script = self.script(scripts::OVERVIEW);
        script.arg(reply::counter_names());
        let figures: Vec<u64> = self.run(&script).await?;
        reply::overview(&figures)
    }

    async fn figures(&self, since: Millis) -> Result<Figures> {
        let mut script = self.script(scripts::FIGURES);
        script
            .arg(since.0)
            .arg(&[MINUTES_KEPT, QUARTERS_KEPT, QUARTER, SERIES_POINTS])
            .arg(reply::counter_names());
        let reply: FiguresReply = self.run(&script).await?;
        Ok(reply::figures(since, reply))
    }

    async fn contact(&self, id: ContactId) -> Result<Contact> {
        let json = self.json(&self.contact_key(id)).await?;
        reply::contact(id, &json.ok_or(Error::UnknownContact(id))?)
    }

    async fn explain(&self, id: ContactId) -> Result<Explanation> {
        let mut script = self.script_on(scripts::EXPLAIN, &self.contact_key(id));
        with_id(&mut script, id).arg(&[
            Explanation::HOLDERS_SHOWN,
            Explanation::HOLDERS_LOOKED_AT,
            Explanation::LINES_LOOKED_AT,
            Explanation::SKILLS_LOOKED_AT,
        ]);
        let reply: ExplainReply = self
            .run(&script)
            .await
            .map_err(|failure| no_contact(failure, id, &ContactSeen::ANYTHING))?;
        reply::explanation(id, reply)
    }

    async fn queue(&self, page: Page<Rank>) -> Result<Listing<Contact, Rank>> {
        let mut script = self.script(scripts::QUEUE);
        ask_page(&mut script, &page, |rank, counted| {
            let open = if counted { "" } else { "(" };
            format!("{open}{}", rank.0)
        });
        Ok(reply::contacts(self.run(&script).await?))
    }

    async fn agent(&self, id: &AgentId) -> Result<Agent> {
        let json = self.json(&self.agent_key(id)).await?;
        reply::document(&json.ok_or_else(|| Error::UnknownAgent(id.clone()))?)
    }

    async fn agents(&self, page: Page<AgentId>) -> Result<Listing<Agent, AgentId>> {
        let mut script = self.script(scripts::AGENTS);
        ask_page(&mut script, &page, |id, counted| {
            up_to_name(id.as_str(), counted)
        });
        Ok(reply::agents(self.run(&script).await?))
    }

    async fn skills(&self, page: Page<Skill>) -> Result<Listing<SkillView, Skill>> {
        let mut script = self.script(scripts::SKILLS);
        ask_page(&mut script, &page, |skill, counted| {
            up_to_name(skill.as_str(), counted)
        });
        script.arg(SkillView::NEXT_SHOWN);
        let (first, total, rows): (u64, u64, Vec<SkillReply>) = self.run(&script).await?;
        let items = rows.into_iter().map(reply::skill_view).collect();
        Ok(Listing::new((first, total), items, |view: &SkillView| {
            view.skill.clone()
        }))
    }

    async fn events_after(&self, number: u64, limit: usize) -> Result<Vec<Event>> {
        let mut command = redis::cmd("XRANGE");
        command
            .arg(self.key("events"))
            .arg(number.saturating_add(1))
            .arg("+")
            .arg("COUNT")
            .arg(limit);
        let entries: Vec<EventReply> = self.ask(&command).await?;
        let mut events = vec![];
        for entry in entries {
            events.extend(reply::events(entry)?);
        }
        // The first entry may begin with earlier events.
        events.retain(|event| event.number > number);
        events.truncate(limit);
        Ok(events)
    }

    fn latest_event(&self) -> watch::Receiver<u64> {
        self.latest.clone()
    }

    async fn ready(&self) -> Result<()> {
        let mut lease = self.link.lease();
        let number = lease.number();
        let proof = connect::proved(&mut lease.connection, &self.meta);
        let proved = self.link.await_answer(number, proof).await;
        proved.map_err(|error| match error.code() {
            Some("WRONGTYPE") => Error::StoreRefuses(
                "a key of the ACD has a wrong type: `switchboard-engine check` names it, and \
                 --repair repairs what it can"
                    .to_owned(),
            ),
            _ => store_error(&error),
        })?;
        let keeping = self.keeping().await.unwrap_or_default();
        match keeping.eviction() {
            Some(why) => Err(Error::StoreRefuses(why)),
            None => Ok(()),
        }
    }

    async fn keeping(&self) -> Option<Keeping> {
        let mut told = String::new();
        for part in ["memory", "persistence"] {
            let mut command = redis::cmd("INFO");
            command.arg(part);
            told += &self.ask::<String>(&command).await.ok()?;
        }
        Some(Keeping::read(&told))
    }
}

#[async_trait]
impl Store for RedisAcd {
    async fn run_due(&self) -> Result<Due> {
        let script = self.script(scripts::RUN_DUE);
        let (applied, repaired, next, now) = self.change(&script).await?;
        Ok(Due {
            applied,
            repaired,
            next: Millis(next),
            now: Millis(now),
        })
    }

    async fn last_deletions(&self, ids: &[AgentId]) -> Result<Vec<Option<Millis>>> {
        if ids.is_empty() {
            return Ok(vec![]);
        }
        let mut command = redis::cmd("ZMSCORE");
        command.arg(self.key("deleted"));
        for id in ids {
            command.arg(id.as_str());
        }
        let moments: Vec<Option<f64>> = self.ask(&command).await?;
        Ok(moments.into_iter().map(reply::moment).collect())
    }
}

impl RedisAcd {
    async fn json(&self, key: &str) -> Result<Option<String>> {
        let mut command = redis::cmd("JSON.GET");
        command.arg(key);
        self.ask(&command).await
    }

    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        let answer = self.send(command).await;
        answer.map_err(|error| store_error(&error))
    }
}
