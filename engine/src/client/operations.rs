//! The operations, each by its request.

use async_trait::async_trait;
use serde::Serialize;
use serde_json::json;
use shared::agent::{Agent, AgentId, NewAgent, Presence};
use shared::contact::{Attributes, Contact, ContactId, ContactState, NewContact, Priority, Rank};
use shared::event::Event;
use shared::figures::Figures;
use shared::settings::{Settings, SettingsChange};
use shared::skill::Skill;
use shared::text::{AcdName, PersonName};
use shared::time::Millis;
use shared::view::{Explanation, Listing, Overview, Page, SkillView};
use shared::{Acd, Error, Result};
use tokio::sync::watch;

use super::ApiAcd;
use super::call::Call;
use crate::api::agent_view::AgentBody;
use crate::api::contact::ContactBody;
use crate::api::explain::ExplanationBody;
use crate::api::news::{PastEvents, PastQuery};
use crate::api::page::{Cursor, PageBody, PageQuery};
use crate::api::settings::SettingsBody;
use crate::api::skill::SkillBody;
use crate::api::standing::WholeAnswer;
use crate::api::stats::Stats;

/// What `POST /contact` takes. It is written straight to JSON: on the way through a value of JSON,
/// numbers in attributes would become others.
#[derive(Serialize)]
struct ContactToCreate<'a> {
    contact_key: ContactId,
    skills: &'a [Skill],
    priority: Priority,
    attributes: &'a Attributes,
}

#[async_trait]
impl Acd for ApiAcd {
    fn name(&self) -> &AcdName {
        &self.name
    }

    async fn open(&self) -> Result<()> {
        self.set_state(1).await
    }

    async fn close(&self) -> Result<()> {
        self.set_state(0).await
    }

    async fn settings(&self) -> Result<Settings> {
        let body: SettingsBody = self.door.ask(Call::get(["acd", "settings"])).await?;
        Ok(body.into())
    }

    async fn change_settings(&self, change: SettingsChange) -> Result<Settings> {
        let change = json!(change);
        let call = Call::patch(["acd", "settings"], Some(&change));
        let body: SettingsBody = self.door.ask(call).await?;
        Ok(body.into())
    }

    async fn overview(&self) -> Result<Overview> {
        self.overview().await
    }

    async fn figures(&self, since: Millis) -> Result<Figures> {
        let call = Call::get(["stats"]).query(&json!({"since_ms": since}));
        let stats: Stats = self.door.ask(call).await?;
        Ok(stats.into())
    }

    async fn create_contact(&self, contact: NewContact) -> Result<ContactState> {
        let body = ContactToCreate {
            contact_key: contact.id,
            skills: &contact.skills,
            priority: contact.priority,
            attributes: &contact.attributes,
        };
        self.stands(Call::post(["contact"], &body), contact.id)
            .await
    }

    async fn complete_contact(&self, id: ContactId) -> Result<ContactState> {
        let call = Call::patch(["contact", &id.to_string()], None);
        self.stands(call, id).await
    }

    async fn cancel_contact(&self, id: ContactId) -> Result<ContactState> {
        let call = Call::delete(["contact", &id.to_string()]);
        self.stands(call, id).await
    }

    async fn requeue_contact(&self, id: ContactId, from: &AgentId) -> Result<ContactState> {
        let path = ["contact", &id.to_string(), "requeue"];
        let call = Call::post(path, &json!({"agent": from})).of_agent(from);
        self.stands(call, id).await
    }

    async fn set_priority(&self, id: ContactId, priority: Priority) -> Result<()> {
        let path = ["contact", &id.to_string(), "priority"];
        let call = Call::patch(path, Some(&json!({"priority": priority})));
        self.door.tell(call.of_contact(id)).await
    }

    async fn contact(&self, id: ContactId) -> Result<Contact> {
        let call = Call::get(["contact", &id.to_string()]).of_contact(id);
        let body: ContactBody = self.door.ask(call).await?;
        body.try_into().map_err(Error::Contract)
    }

    async fn explain(&self, id: ContactId) -> Result<Explanation> {
        let call = Call::get(["contact", &id.to_string(), "explain"]).of_contact(id);
        let body: ExplanationBody = self.door.ask(call).await?;
        body.try_into().map_err(Error::Contract)
    }

    async fn queue(&self, page: Page<Rank>) -> Result<Listing<Contact, Rank>> {
        let call = part(Call::get(["queue"]), &page);
        let body: PageBody<ContactBody> = self.door.ask(call).await?;
        body.listing().map_err(Error::Contract)
    }

    async fn create_agent(&self, agent: NewAgent) -> Result<()> {
        let body = json!({
            "fname": agent.fname,
            "lname": agent.lname,
            "skills": agent.skills,
        });
        let call = Call::post(["agent", agent.id.as_str()], &body).once();
        self.door.tell(call.of_agent(&agent.id)).await
    }

    async fn rename_agent(&self, id: &AgentId, fname: PersonName, lname: PersonName) -> Result<()> {
        let body = json!({"fname": fname, "lname": lname});
        let call = Call::patch(["agent", id.as_str()], Some(&body));
        self.door.tell(call.of_agent(id)).await
    }

    async fn set_presence(&self, id: &AgentId, presence: Presence) -> Result<()> {
        let body = match presence {
            Presence::Available => json!({"state": 1}),
            Presence::Unavailable(reason) => json!({"state": 0, "reason": reason}),
        };
        let call = Call::patch(["agent", id.as_str(), "state"], Some(&body));
        self.door.tell(call.of_agent(id)).await
    }

    async fn add_skill(&self, id: &AgentId, skill: &Skill) -> Result<()> {
        let body = json!({"skill": skill});
        let call = Call::patch(["agent", id.as_str(), "skill"], Some(&body));
        self.door.tell(call.of_agent(id).of_skill(skill)).await
    }

    async fn remove_skill(&self, id: &AgentId, skill: &Skill) -> Result<()> {
        let call = Call::delete(["agent", id.as_str(), "skill", skill.as_str()]).once();
        self.door.tell(call.of_agent(id).of_skill(skill)).await
    }

    async fn delete_agent(&self, id: &AgentId) -> Result<()> {
        let call = Call::delete(["agent", id.as_str()]).once();
        self.door.tell(call.of_agent(id)).await
    }

    async fn agent(&self, id: &AgentId) -> Result<Agent> {
        let call = Call::get(["agent", id.as_str()]).of_agent(id);
        let body: AgentBody = self.door.ask(call).await?;
        Ok(body.into())
    }

    async fn agents(&self, page: Page<AgentId>) -> Result<Listing<Agent, AgentId>> {
        let call = part(Call::get(["agent"]), &page);
        let body: PageBody<AgentBody> = self.door.ask(call).await?;
        body.listing().map_err(Error::Contract)
    }

    async fn delete_skill(&self, skill: &Skill) -> Result<()> {
        let call = Call::delete(["skill", skill.as_str()]).once();
        self.door.tell(call.of_skill(skill)).await
    }

    async fn skills(&self, page: Page<Skill>) -> Result<Listing<SkillView, Skill>> {
        let call = part(Call::get(["skill"]), &page);
        let body: PageBody<SkillBody> = self.door.ask(call).await?;
        body.listing().map_err(Error::Contract)
    }

    async fn events_after(&self, number: u64, limit: usize) -> Result<Vec<Event>> {
        let call = Call::get(["events", "past"]).query(&PastQuery::of(number, limit));
        let past: PastEvents = self.door.ask(call).await?;
        Ok(past.items)
    }

    fn latest_event(&self) -> watch::Receiver<u64> {
        self.follow()
    }

    async fn ready(&self) -> Result<()> {
        self.door.tell(Call::get(["readyz"])).await
    }
}

impl ApiAcd {
    async fn set_state(&self, state: u8) -> Result<()> {
        let call = Call::post(["acd"], &json!({"state": state}));
        self.door.tell(call).await
    }

    /// Changes a contact, and gives where it stands then.
    async fn stands(&self, call: Call, id: ContactId) -> Result<ContactState> {
        let answer: WholeAnswer = self.door.ask(call.of_contact(id).whole()).await?;
        answer.standing.try_into().map_err(Error::Contract)
    }
}

/// Asks for a part of a list.
fn part<C: Cursor>(call: Call, page: &Page<C>) -> Call {
    call.query(&PageQuery::of(page))
}
