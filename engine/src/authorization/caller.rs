//! The caller of a request: what their token allows, and what belongs to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiff::Timestamp;
use shared::agent::AgentId;
use shared::contact::{Contact, ContactState, Owner};
use shared::event::{Event, What};
use shared::time::Millis;
use tokio_util::sync::CancellationToken;

use super::roles::{Role, Scope};
use super::token::{Token, TokenName};
use crate::quota::{CallerSlot, CallerUsage, Most, Thing, Usage, Whose};

/// A token of the file, and its present state.
#[derive(Debug)]
pub(super) struct TokenState {
    pub(super) record: Token,
    /// Cancelled when the token is no longer valid: its streams end then.
    pub(super) revoked: CancellationToken,
    /// What its callers use at present.
    usage: Arc<Usage>,
    /// When it was last used, in milliseconds since 1970; 0 if never.
    last_used: AtomicU64,
    /// Whether its coming expiry was reported.
    pub(super) expiry_reported: AtomicBool,
}

impl TokenState {
    pub(super) fn new(token: Token) -> Self {
        Self {
            record: token,
            revoked: CancellationToken::new(),
            usage: Arc::default(),
            last_used: AtomicU64::new(0),
            expiry_reported: AtomicBool::new(false),
        }
    }

    /// Returns a copy without its streams, which have ended.
    pub(super) fn without_streams(&self) -> Self {
        Self {
            usage: Arc::clone(&self.usage),
            last_used: AtomicU64::new(self.last_used.load(Ordering::Relaxed)),
            expiry_reported: AtomicBool::new(self.expiry_reported.load(Ordering::Relaxed)),
            ..Self::new(self.record.clone())
        }
    }

    /// Records a use at that moment.
    pub(super) fn record_use(&self, now: Timestamp) {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        self.last_used.store(millis, Ordering::Relaxed);
    }

    /// Returns its last use since this process started.
    pub(super) fn last_use(&self) -> Option<Timestamp> {
        let millis = i64::try_from(self.last_used.load(Ordering::Relaxed)).ok()?;
        (millis > 0)
            .then(|| Timestamp::from_millisecond(millis).ok())
            .flatten()
    }
}

/// The caller. Handlers find it in the request's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// Their token; `None` without a token file.
    token: Option<Arc<TokenState>>,
    /// When the previous agent with this id was deleted: anything older is not theirs. `None` for
    /// other roles.
    last_deletion: Option<Millis>,
    /// Where their usage is counted; `None` without a token file.
    usage: Option<CallerUsage>,
}

impl Caller {
    /// Returns the caller of an API without tokens.
    pub(crate) fn anybody() -> Self {
        Self {
            token: None,
            last_deletion: None,
            usage: None,
        }
    }

    pub(super) fn with(token: Arc<TokenState>) -> Self {
        let usage = CallerUsage {
            token: Arc::clone(&token.usage),
            address: None,
            is_agent: token.record.role.agent().is_some(),
        };
        Self {
            token: Some(token),
            last_deletion: None,
            usage: Some(usage),
        }
    }

    /// Counts them under their address, unless it is shared, as behind a proxy.
    pub(super) fn counts_under(&mut self, address: Option<Arc<Usage>>) {
        if let Some(usage) = &mut self.usage {
            usage.address = address;
        }
    }

    /// Counts one more thing for them, if their limits allow.
    pub(crate) fn take(&self, thing: Thing, most: Most) -> Result<Option<CallerSlot>, Whose> {
        let usage = self.usage.as_ref();
        usage.map(|usage| usage.take(thing, most)).transpose()
    }

    /// Returns whether the reserved capacity is for them.
    pub(crate) fn runs_the_floor(&self) -> bool {
        matches!(self.role(), Role::Supervisor | Role::Admin)
    }

    pub(super) fn token(&self) -> Option<&Arc<TokenState>> {
        self.token.as_ref()
    }

    /// Returns the name of their token; `None` without a token file.
    pub(crate) fn name(&self) -> Option<&TokenName> {
        self.token.as_ref().map(|state| &state.record.name)
    }

    pub(super) fn role(&self) -> &Role {
        self.token
            .as_ref()
            .map_or(&Role::Admin, |state| &state.record.role)
    }

    /// Returns the agent that their token is bound to.
    pub(crate) fn agent(&self) -> Option<&AgentId> {
        self.role().agent()
    }

    /// Sets when the previous agent with their id was deleted.
    pub(super) fn set_last_deletion(&mut self, deletion: Option<Millis>) {
        self.last_deletion = deletion;
    }

    /// Returns the owner of the contacts that they create.
    pub(crate) fn owner(&self) -> Option<&Owner> {
        match self.role() {
            Role::Integrator { .. } => self.name().map(TokenName::owner),
            _ => None,
        }
    }

    /// Returns whether a contact is theirs. An integrator's are those it created. An agent's are
    /// those they are on or were last on, so that completing one can be repeated, and those that are
    /// offered to them.
    pub(super) fn owns(&self, contact: &Contact) -> bool {
        match self.role() {
            Role::Integrator { scope: Scope::All } => true,
            Role::Integrator { scope: Scope::Own } => contact.owner.as_ref() == self.owner(),
            Role::Agent { agent } => match &contact.state {
                // An offer ends when its agent is deleted, so it is to the present one.
                ContactState::Offered(offer) => offer.agent == *agent,
                state => served(state).is_some_and(|(by, at)| by == agent && self.is_since(at)),
            },
            Role::Wallboard | Role::Supervisor | Role::Admin => false,
        }
    }

    /// Returns whether they may see the attributes of contacts: everyone who serves contacts may, a
    /// wallboard may not.
    pub(crate) fn sees_attributes(&self) -> bool {
        !matches!(self.role(), Role::Wallboard)
    }

    /// Returns whether they may see an event. No event shows a caller more than they could read
    /// otherwise.
    pub(crate) fn sees(&self, event: &Event) -> bool {
        match self.role() {
            Role::Wallboard | Role::Supervisor | Role::Admin => true,
            Role::Integrator { scope } => {
                event.what.contact().is_some()
                    && (*scope == Scope::All || event.owner.as_ref() == self.owner())
            }
            Role::Agent { agent } => event.what.agent() == Some(agent) && self.is_since(event.at),
        }
    }

    /// Returns whether that event is the last they may see: their agent is deleted, and the next
    /// one with that id is another person.
    pub(crate) fn ends_with(&self, event: &Event) -> bool {
        let Role::Agent { agent: me } = self.role() else {
            return false;
        };
        matches!(&event.what, What::AgentDeleted { agent } if agent == me)
            && self.is_since(event.at)
    }

    fn is_since(&self, moment: Millis) -> bool {
        self.last_deletion.is_none_or(|deletion| moment > deletion)
    }
}

/// Returns who is or was on a contact, and since when.
fn served(state: &ContactState) -> Option<(&AgentId, Millis)> {
    match state {
        ContactState::Assigned { agent, at } => Some((agent, *at)),
        ContactState::Complete { served, .. } => served.as_ref().map(|(agent, at)| (agent, *at)),
        ContactState::Queued | ContactState::Offered(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use shared::agent::AgentId;
    use shared::contact::ContactId;

    use super::*;

    fn caller(role: Role) -> Caller {
        let (token, _) = Token::create("shop".parse().unwrap(), role, None);
        Caller::with(Arc::new(TokenState::new(token)))
    }

    fn agent(id: &str) -> AgentId {
        id.parse().unwrap()
    }

    fn event(at: u64, owner: Option<&str>, what: What) -> Event {
        Event {
            number: 1,
            at: Millis(at),
            owner: owner.map(|owner| owner.parse().unwrap()),
            what,
        }
    }

    fn assigned(by: &str) -> What {
        What::ContactAssigned {
            contact: ContactId::random(),
            agent: agent(by),
            wait: 0,
            offer: None,
        }
    }

    #[test]
    fn an_integrator_sees_its_own_contacts_alone_unless_it_was_made_for_all() {
        let sees = |scope, owner| {
            let integrator = caller(Role::Integrator { scope });
            integrator.sees(&event(9, owner, assigned("agent:7")))
        };
        for (owner, own) in [(Some("shop"), true), (Some("bank"), false), (None, false)] {
            assert_eq!(sees(Scope::Own, owner), own, "{owner:?}");
            assert!(sees(Scope::All, owner), "{owner:?}");
        }
        let all = caller(Role::Integrator { scope: Scope::All });
        assert!(!all.sees(&event(9, None, What::AcdOpened)));
    }

    #[test]
    fn an_agent_sees_nothing_of_the_one_of_that_id_before_them() {
        let mut me = caller(Role::Agent {
            agent: agent("agent:7"),
        });
        let gone = || What::AgentDeleted {
            agent: agent("agent:7"),
        };
        assert!(me.sees(&event(50, None, assigned("agent:7"))));
        assert!(!me.sees(&event(50, None, assigned("agent:8"))));
        assert!(me.ends_with(&event(50, None, gone())));
        me.set_last_deletion(Some(Millis(50)));
        assert!(!me.sees(&event(50, None, assigned("agent:7"))));
        assert!(!me.ends_with(&event(50, None, gone())));
        assert!(me.sees(&event(51, None, assigned("agent:7"))));
        assert!(me.ends_with(&event(51, None, gone())));
        assert!(!caller(Role::Admin).ends_with(&event(51, None, gone())));
    }
}
