//! What can be read, each as a request. `changes.rs` has the changes.

use async_trait::async_trait;
use shared::agent::{Agent, AgentId};
use shared::contact::{Contact, ContactId, Rank};
use shared::event::Event;
use shared::figures::Figures;
use shared::operation::{Answer, Operation};
use shared::settings::ContactType;
use shared::settings::Settings;
use shared::skill::Skill;
use shared::text::AcdName;
use shared::time::Millis;
use shared::view::{Explanation, Listing, Overview, Page, SkillView};
use shared::{Acd, Error, Result};
use tokio::sync::watch;

use super::call::Call;
use super::{ApiAcd, changes};
use crate::messages::agent::AgentBody;
use crate::messages::contact::ContactBody;
use crate::messages::contact_type::TypesBody;
use crate::messages::events::{PastEvents, PastQuery};
use crate::messages::explanation::ExplanationBody;
use crate::messages::page::{Cursor, PageBody, PageQuery};
use crate::messages::skill::SkillBody;
use crate::messages::stats::{Stats, WindowQuery};
use crate::route;

#[async_trait]
impl Acd for ApiAcd {
    fn name(&self) -> &AcdName {
        &self.name
    }

    async fn apply(&self, operation: Operation) -> Result<Answer> {
        changes::apply(self, &operation).await
    }

    async fn settings(&self) -> Result<Settings> {
        let call = Call::get(route::ACD_SETTINGS, &[]);
        self.connection.request(call).await
    }

    async fn types(&self) -> Result<Vec<ContactType>> {
        let body: TypesBody = self
            .connection
            .request(Call::get(route::TYPES, &[]))
            .await?;
        Ok(body.types)
    }

    async fn overview(&self) -> Result<Overview> {
        self.overview().await
    }

    async fn figures(&self, since: Millis) -> Result<Figures> {
        let call = Call::get(route::STATS, &[]).query(&WindowQuery::since(since));
        let stats: Stats = self.connection.request(call).await?;
        Ok(stats.into())
    }

    async fn contact(&self, id: ContactId) -> Result<Contact> {
        let call = Call::get(route::CONTACT, &[&id.to_string()]).of_contact(id);
        let body: ContactBody = self.connection.request(call).await?;
        body.try_into().map_err(Error::Contract)
    }

    async fn explain(&self, id: ContactId) -> Result<Explanation> {
        let call = Call::get(route::CONTACT_EXPLAIN, &[&id.to_string()]).of_contact(id);
        let body: ExplanationBody = self.connection.request(call).await?;
        body.try_into().map_err(Error::Contract)
    }

    async fn queue(&self, page: Page<Rank>) -> Result<Listing<Contact, Rank>> {
        let call = with_page(Call::get(route::QUEUE, &[]), &page);
        let body: PageBody<ContactBody> = self.connection.request(call).await?;
        body.listing().map_err(Error::Contract)
    }

    async fn agent(&self, id: &AgentId) -> Result<Agent> {
        let call = Call::get(route::AGENT, &[id.as_str()]).of_agent(id);
        let body: AgentBody = self.connection.request(call).await?;
        body.try_into().map_err(Error::Contract)
    }

    async fn agents(&self, page: Page<AgentId>) -> Result<Listing<Agent, AgentId>> {
        let call = with_page(Call::get(route::AGENTS, &[]), &page);
        let body: PageBody<AgentBody> = self.connection.request(call).await?;
        body.listing().map_err(Error::Contract)
    }

    async fn skills(&self, page: Page<Skill>) -> Result<Listing<SkillView, Skill>> {
        let call = with_page(Call::get(route::SKILLS, &[]), &page);
        let body: PageBody<SkillBody> = self.connection.request(call).await?;
        body.listing().map_err(Error::Contract)
    }

    async fn events_after(&self, number: u64, limit: usize) -> Result<Vec<Event>> {
        let call = Call::get(route::EVENTS_PAST, &[]).query(&PastQuery::of(number, limit));
        let past: PastEvents = self.connection.request(call).await?;
        Ok(past.items)
    }

    fn latest_event(&self) -> watch::Receiver<u64> {
        self.follow()
    }

    async fn ready(&self) -> Result<()> {
        self.connection.send(Call::get(route::READYZ, &[])).await
    }
}

/// Adds the page of a list to a call.
fn with_page<C: Cursor>(call: Call, page: &Page<C>) -> Call {
    call.query(&PageQuery::of(page))
}
