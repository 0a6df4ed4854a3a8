//! The operations, each calling its script.

use async_trait::async_trait;
use redis::{Cmd, FromRedisValue};
use tokio::sync::watch;

use super::arguments::{NewAgentDocument, ask_page, opened, up_to_name, with_id};
use super::failure::{Failure, store_error};
use super::reply::{self, EventReply, ExplainReply, FiguresReply, SkillReply};
use super::seen::{no_agent, no_contact, stale_requeue, with_agent_seen, with_contact_seen};
use super::{RedisAcd, connect, scripts};
use crate::acd::Acd;
use crate::agent::{Agent, AgentId, NewAgent, Presence};
use crate::contact::{Contact, ContactId, Done, NewContact, Priority, Rank};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::figures::{Figures, MINUTES_KEPT, QUARTER, QUARTERS_KEPT, SERIES_POINTS};
use crate::keeping::Keeping;
use crate::seen::{AgentSeen, ContactSeen};
use crate::settings::{Settings, SettingsChange};
use crate::skill::{MOST_SKILLS_OF_AN_AGENT, Profile, Skill, too_many};
use crate::store::Store;
use crate::text::{AcdName, PersonName};
use crate::time::Millis;
use crate::view::{Due, Explanation, Listing, Overview, Page, SkillView};

#[async_trait]
impl Acd for RedisAcd {
    fn name(&self) -> &AcdName {
        &self.name
    }

    async fn open(&self) -> Result<bool> {
        self.set_open("open").await
    }

    async fn close(&self) -> Result<bool> {
        self.set_open("closed").await
    }

    async fn settings(&self) -> Result<Settings> {
        let mut command = redis::cmd("HMGET");
        command.arg(self.key("meta")).arg(&Settings::NAMES[..]);
        reply::settings(self.ask(&command).await?)
    }

    async fn change_settings(&self, change: SettingsChange) -> Result<Settings> {
        let broken = |error: serde_json::Error| Error::Contract(error.to_string());
        let mut script = self.script(scripts::CHANGE_SETTINGS);
        script.arg(Settings::NAMES.len()).arg(&Settings::NAMES[..]);
        let fields = serde_json::to_value(&change).map_err(broken)?;
        for (name, value) in fields.as_object().into_iter().flatten() {
            let taken_back = value.is_null();
            script.arg(name);
            script.arg(if taken_back {
                String::new()
            } else {
                value.to_string()
            });
        }
        reply::settings(self.change(&script).await?)
    }

    async fn overview(&self) -> Result<Overview> {
        let mut script = self.script(scripts::OVERVIEW);
        script.arg(reply::counter_names());
        let figures: Vec<u64> = self.run(&script).await?;
        reply::overview(&figures)
    }

    async fn create_contact(&self, contact: NewContact) -> Result<Done> {
        let profile = Profile::new(&contact.skills).to_string();
        let document = opened(contact.document(&profile))?;
        let mut script = self.script_on(scripts::CREATE_CONTACT, &self.contact_key(contact.id));
        with_id(&mut script, contact.id).arg(profile);
        script.arg(contact.priority.0).arg(document);
        if let Some(owner) = &contact.owner {
            script.arg(owner.as_str());
        }
        let answer: Result<String, Failure> = self.change(&script).await;
        match answer {
            Ok(answer) => reply::created(&contact, &answer),
            Err(Failure::NobodyHolds(skill)) => Err(self.nobody_holds(&skill).await),
            Err(failure) => Err(failure.means(|code| (code == "CLOSED").then_some(Error::Closed))),
        }
    }

    async fn complete_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done> {
        self.end_contact(id, "complete", seen).await
    }

    async fn cancel_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done> {
        self.end_contact(id, "cancel", seen).await
    }

    async fn requeue_contact(
        &self,
        id: ContactId,
        from: &AgentId,
        seen: &ContactSeen,
    ) -> Result<Done> {
        let mut script = self.script_on(scripts::REQUEUE_CONTACT, &self.contact_key(id));
        with_id(&mut script, id).arg(from.as_str());
        with_contact_seen(&mut script, seen);
        let state: String = self
            .change(&script)
            .await
            .map_err(|failure| match failure {
                Failure::Refused(code, told) if code == "STALE" => {
                    stale_requeue(id, from, seen, &told)
                }
                other => no_contact(other, id, seen),
            })?;
        reply::done(&state)
    }

    async fn set_priority(
        &self,
        id: ContactId,
        priority: Priority,
        seen: &ContactSeen,
    ) -> Result<Priority> {
        let mut script = self.script_on(scripts::SET_PRIORITY, &self.contact_key(id));
        with_id(&mut script, id).arg(priority.0);
        with_contact_seen(&mut script, seen);
        let before = self
            .change(&script)
            .await
            .map_err(|failure| match failure {
                Failure::Refused(code, _) if code == "ENDED" => Error::ContactEnded(id),
                other => no_contact(other, id, seen),
            })?;
        Ok(Priority(before))
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
        reply::contacts(self.run(&script).await?)
    }

    async fn create_agent(&self, agent: NewAgent) -> Result<()> {
        let document = opened(serde_json::to_string(&NewAgentDocument {
            id: &agent.id,
            fname: &agent.fname,
            lname: &agent.lname,
            skills: &agent.skills,
        }))?;
        let mut script = self.script_on(scripts::CREATE_AGENT, &self.agent_key(&agent.id));
        script.arg(agent.id.as_str()).arg(document);
        for skill in &agent.skills {
            script.arg(skill.as_str());
        }
        let exists =
            |code: &str| (code == "AGENTEXISTS").then(|| Error::AgentExists(agent.id.clone()));
        self.change(&script)
            .await
            .map_err(|failure| failure.means(exists))
    }

    async fn rename_agent(
        &self,
        id: &AgentId,
        fname: PersonName,
        lname: PersonName,
        seen: &AgentSeen,
    ) -> Result<(PersonName, PersonName)> {
        let names = serde_json::json!({ "fname": fname, "lname": lname }).to_string();
        let mut script = self.script_on(scripts::RENAME_AGENT, &self.agent_key(id));
        script.arg(id.as_str()).arg(names);
        with_agent_seen(&mut script, seen);
        let before: (String, String) = self
            .change(&script)
            .await
            .map_err(|failure| no_agent(failure, id, seen))?;
        Ok((before.0.try_into()?, before.1.try_into()?))
    }

    async fn set_presence(
        &self,
        id: &AgentId,
        presence: Presence,
        seen: &AgentSeen,
    ) -> Result<Presence> {
        let mut script = self.script_on(scripts::SET_PRESENCE, &self.agent_key(id));
        script.arg(id.as_str()).arg(presence.word());
        script.arg(presence.reason().map_or("", |reason| reason.as_str()));
        with_agent_seen(&mut script, seen);
        let before: String = self
            .change(&script)
            .await
            .map_err(|failure| no_agent(failure, id, seen))?;
        reply::presence(&before)
    }

    async fn add_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<bool> {
        let mut script = self.script_on(scripts::ADD_SKILL, &self.agent_key(id));
        script.arg(id.as_str()).arg(skill.as_str());
        script.arg(MOST_SKILLS_OF_AN_AGENT);
        with_agent_seen(&mut script, seen);
        self.change(&script).await.map_err(|failure| match failure {
            Failure::Refused(code, _) if code == "TOOMANY" => {
                too_many(MOST_SKILLS_OF_AN_AGENT, "an agent").into()
            }
            other => no_agent(other, id, seen),
        })
    }

    async fn remove_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<()> {
        let mut script = self.script_on(scripts::REMOVE_SKILL, &self.agent_key(id));
        script.arg(id.as_str()).arg(skill.as_str());
        with_agent_seen(&mut script, seen);
        self.change(&script).await.map_err(|failure| match failure {
            Failure::Refused(code, _) if code == "NOTHELD" => Error::SkillNotHeld {
                agent: id.clone(),
                skill: skill.clone(),
            },
            other => no_agent(other, id, seen),
        })
    }

    async fn delete_agent(&self, id: &AgentId, seen: &AgentSeen) -> Result<Agent> {
        let mut script = self.script_on(scripts::DELETE_AGENT, &self.agent_key(id));
        script.arg(id.as_str());
        with_agent_seen(&mut script, seen);
        let json: String = self
            .change(&script)
            .await
            .map_err(|failure| match failure {
                Failure::Refused(code, _) if code == "AGENTBUSY" => Error::AgentBusy(id.clone()),
                other => no_agent(other, id, seen),
            })?;
        reply::document(&json)
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
        reply::agents(self.run(&script).await?)
    }

    async fn delete_skill(&self, skill: &Skill) -> Result<()> {
        let mut script = self.script(scripts::DELETE_SKILL);
        script.arg(skill.as_str());
        let unknown = |code: &str| (code == "NOSKILL").then(|| Error::UnknownSkill(skill.clone()));
        let more = self
            .change(&script)
            .await
            .map_err(|failure| failure.means(unknown))?;
        self.finish_floor(more).await
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
                 mends with --repair what can be mended"
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
    async fn end_contact(&self, id: ContactId, how: &str, seen: &ContactSeen) -> Result<Done> {
        let mut script = self.script_on(scripts::END_CONTACT, &self.contact_key(id));
        with_id(&mut script, id).arg(how);
        with_contact_seen(&mut script, seen);
        let state: String = self
            .change(&script)
            .await
            .map_err(|failure| no_contact(failure, id, seen))?;
        reply::done(&state)
    }

    /// Opens or closes the ACD. Returns whether it was open.
    async fn set_open(&self, word: &str) -> Result<bool> {
        let mut script = self.script(scripts::SET_OPEN);
        script.arg(word);
        let (more, was_open) = self.change(&script).await?;
        self.finish_floor(more).await?;
        Ok(was_open)
    }

    /// Completes an operation on the whole floor, in bounded steps.
    async fn finish_floor(&self, mut more: bool) -> Result<()> {
        while more {
            more = self.change(&self.script(scripts::CONTINUE_FLOOR)).await?;
        }
        Ok(())
    }

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
