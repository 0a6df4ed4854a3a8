//! The operations, each as a request.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use shared::agent::{Agent, AgentId, NewAgent, Presence};
use shared::contact::{Attributes, Contact, ContactId, Done, NewContact, Priority, Rank};
use shared::event::Event;
use shared::figures::Figures;
use shared::seen::{AgentSeen, ContactSeen};
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
use crate::api::replaced::{Answer, Chosen, Held, WasNamed, WasOpen, WasPriority};
use crate::api::settings::SettingsBody;
use crate::api::skill::SkillBody;
use crate::api::standing::WholeAnswer;
use crate::api::stats::Stats;

/// The body of `POST /contact`. It is serialized directly: going through a `Value` would change
/// numbers in the attributes.
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

    async fn open(&self) -> Result<bool> {
        self.set_state(1).await
    }

    async fn close(&self) -> Result<bool> {
        self.set_state(0).await
    }

    async fn settings(&self) -> Result<Settings> {
        let body: SettingsBody = self
            .connection
            .request(Call::get(["acd", "settings"]))
            .await?;
        Ok(body.into())
    }

    async fn change_settings(&self, change: SettingsChange) -> Result<Settings> {
        let change = json!(change);
        let call = Call::patch(["acd", "settings"], Some(&change));
        let was: SettingsBody = self.before(call).await?;
        Ok(was.into())
    }

    async fn overview(&self) -> Result<Overview> {
        self.overview().await
    }

    async fn figures(&self, since: Millis) -> Result<Figures> {
        let call = Call::get(["stats"]).query(&json!({"since_ms": since}));
        let stats: Stats = self.connection.request(call).await?;
        Ok(stats.into())
    }

    async fn create_contact(&self, contact: NewContact) -> Result<Done> {
        let body = ContactToCreate {
            contact_key: contact.id,
            skills: &contact.skills,
            priority: contact.priority,
            attributes: &contact.attributes,
        };
        self.changed_contact(Call::post(["contact"], &body), contact.id)
            .await
    }

    async fn complete_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done> {
        let call = Call::patch(["contact", &id.to_string()], None).if_contact(seen);
        self.changed_contact(call, id).await
    }

    async fn cancel_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done> {
        let call = Call::delete(["contact", &id.to_string()]).if_contact(seen);
        self.changed_contact(call, id).await
    }

    async fn requeue_contact(
        &self,
        id: ContactId,
        from: &AgentId,
        seen: &ContactSeen,
    ) -> Result<Done> {
        let path = ["contact", &id.to_string(), "requeue"];
        let call = Call::post(path, &json!({"agent": from})).of_agent(from);
        self.changed_contact(call.if_contact(seen), id).await
    }

    async fn set_priority(
        &self,
        id: ContactId,
        priority: Priority,
        seen: &ContactSeen,
    ) -> Result<Priority> {
        let path = ["contact", &id.to_string(), "priority"];
        let call = Call::patch(path, Some(&json!({"priority": priority})));
        let was: WasPriority = self.before(call.of_contact(id).if_contact(seen)).await?;
        Ok(Priority(was.priority))
    }

    async fn contact(&self, id: ContactId) -> Result<Contact> {
        let call = Call::get(["contact", &id.to_string()]).of_contact(id);
        let body: ContactBody = self.connection.request(call).await?;
        body.try_into().map_err(Error::Contract)
    }

    async fn explain(&self, id: ContactId) -> Result<Explanation> {
        let call = Call::get(["contact", &id.to_string(), "explain"]).of_contact(id);
        let body: ExplanationBody = self.connection.request(call).await?;
        body.try_into().map_err(Error::Contract)
    }

    async fn queue(&self, page: Page<Rank>) -> Result<Listing<Contact, Rank>> {
        let call = with_page(Call::get(["queue"]), &page);
        let body: PageBody<ContactBody> = self.connection.request(call).await?;
        body.listing().map_err(Error::Contract)
    }

    async fn create_agent(&self, agent: NewAgent) -> Result<()> {
        let body = json!({
            "fname": agent.fname,
            "lname": agent.lname,
            "skills": agent.skills,
        });
        let call = Call::post(["agent", agent.id.as_str()], &body).once();
        self.connection.send(call.of_agent(&agent.id)).await
    }

    async fn rename_agent(
        &self,
        id: &AgentId,
        fname: PersonName,
        lname: PersonName,
        seen: &AgentSeen,
    ) -> Result<(PersonName, PersonName)> {
        let body = json!({"fname": fname, "lname": lname});
        let call = Call::patch(["agent", id.as_str()], Some(&body));
        let was: WasNamed = self.before(call.of_agent(id).if_agent(seen)).await?;
        Ok((was.fname, was.lname))
    }

    async fn set_presence(
        &self,
        id: &AgentId,
        presence: Presence,
        seen: &AgentSeen,
    ) -> Result<Presence> {
        let mut body = json!(Chosen::from(&presence));
        if let Some(seen) = seen.seen_standing() {
            body["seen"] = json!(Chosen::from(seen));
        }
        let call = Call::patch(["agent", id.as_str(), "state"], Some(&body)).of_agent(id);
        let call = call.in_version(seen.seen_versions());
        let was: Chosen = self.before(call).await?;
        Ok(was.try_into()?)
    }

    async fn add_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<bool> {
        let body = json!({"skill": skill});
        let call = Call::patch(["agent", id.as_str(), "skill"], Some(&body)).if_agent(seen);
        let was: Held = self.before(call.of_agent(id).of_skill(skill)).await?;
        Ok(!was.held)
    }

    async fn remove_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<()> {
        let call = Call::delete(["agent", id.as_str(), "skill", skill.as_str()]).once();
        let call = call.if_agent(seen);
        self.connection
            .send(call.of_agent(id).of_skill(skill))
            .await
    }

    async fn delete_agent(&self, id: &AgentId, seen: &AgentSeen) -> Result<Agent> {
        let call = Call::delete(["agent", id.as_str()]).once();
        let was: AgentBody = self.before(call.of_agent(id).if_agent(seen)).await?;
        Ok(was.into())
    }

    async fn agent(&self, id: &AgentId) -> Result<Agent> {
        let call = Call::get(["agent", id.as_str()]).of_agent(id);
        let body: AgentBody = self.connection.request(call).await?;
        Ok(body.into())
    }

    async fn agents(&self, page: Page<AgentId>) -> Result<Listing<Agent, AgentId>> {
        let call = with_page(Call::get(["agent"]), &page);
        let body: PageBody<AgentBody> = self.connection.request(call).await?;
        body.listing().map_err(Error::Contract)
    }

    async fn delete_skill(&self, skill: &Skill) -> Result<()> {
        let call = Call::delete(["skill", skill.as_str()]).once();
        self.connection.send(call.of_skill(skill)).await
    }

    async fn skills(&self, page: Page<Skill>) -> Result<Listing<SkillView, Skill>> {
        let call = with_page(Call::get(["skill"]), &page);
        let body: PageBody<SkillBody> = self.connection.request(call).await?;
        body.listing().map_err(Error::Contract)
    }

    async fn events_after(&self, number: u64, limit: usize) -> Result<Vec<Event>> {
        let call = Call::get(["events", "past"]).query(&PastQuery::of(number, limit));
        let past: PastEvents = self.connection.request(call).await?;
        Ok(past.items)
    }

    fn latest_event(&self) -> watch::Receiver<u64> {
        self.follow()
    }

    async fn ready(&self) -> Result<()> {
        self.connection.send(Call::get(["readyz"])).await
    }
}

impl ApiAcd {
    /// Opens or closes the ACD. Returns whether it was open before.
    async fn set_state(&self, state: u8) -> Result<bool> {
        let call = Call::post(["acd"], &json!({"state": state}));
        let was: WasOpen = self.before(call).await?;
        Ok(was.acd_state == 1)
    }

    /// Changes a contact, and returns its new state.
    async fn changed_contact(&self, call: Call, id: ContactId) -> Result<Done> {
        let answer: WholeAnswer = self.connection.request(call.of_contact(id).whole()).await?;
        let repeated = answer.repeated;
        let state = answer.standing.try_into().map_err(Error::Contract)?;
        Ok(Done { state, repeated })
    }

    /// Changes something, and returns the state before.
    async fn before<Before: DeserializeOwned>(&self, call: Call) -> Result<Before> {
        let answer: Answer<Before> = self.connection.request(call.whole()).await?;
        Ok(answer.before)
    }
}

/// Adds the page of a list to a call.
fn with_page<C: Cursor>(call: Call, page: &Page<C>) -> Call {
    call.query(&PageQuery::of(page))
}
