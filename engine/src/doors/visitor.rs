//! The caller of a request: what their token allows, and what belongs to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiff::Timestamp;
use shared::agent::AgentId;
use shared::contact::{Contact, ContactState, Owner};
use shared::event::{Event, What};
use shared::time::Millis;
use tokio_util::sync::CancellationToken;

use super::rule::{Role, Scope};
use super::token::{Token, TokenName};
use crate::quota::{Caller, Most, Taken, Thing, Usage, Whose};

/// A token of the file.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) token: Token,
    /// Cancelled when the token is no longer valid: its streams end then.
    pub(super) revoked: CancellationToken,
    /// What its callers use at present.
    usage: Arc<Usage>,
    /// When it was last used, in milliseconds since 1970; 0 if never.
    shown: AtomicU64,
    /// Whether its coming expiry was reported.
    pub(super) told: AtomicBool,
}

impl Known {
    pub(super) fn new(token: Token) -> Self {
        Self {
            token,
            revoked: CancellationToken::new(),
            usage: Arc::default(),
            shown: AtomicU64::new(0),
            told: AtomicBool::new(false),
        }
    }

    /// Returns a copy without its streams, which have ended.
    pub(super) fn anew(&self) -> Self {
        Self {
            usage: Arc::clone(&self.usage),
            shown: AtomicU64::new(self.shown.load(Ordering::Relaxed)),
            told: AtomicBool::new(self.told.load(Ordering::Relaxed)),
            ..Self::new(self.token.clone())
        }
    }

    /// Records a use at that moment.
    pub(super) fn shown_at(&self, now: Timestamp) {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        self.shown.store(millis, Ordering::Relaxed);
    }

    /// Returns its last use since this process started.
    pub(super) fn last_shown(&self) -> Option<Timestamp> {
        let millis = i64::try_from(self.shown.load(Ordering::Relaxed)).ok()?;
        (millis > 0)
            .then(|| Timestamp::from_millisecond(millis).ok())
            .flatten()
    }
}

/// The caller. Handlers find it in the request's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// Their token; `None` without a token file.
    known: Option<Arc<Known>>,
    /// When the previous agent with this id was deleted: anything older is not theirs. `None` for
    /// other roles.
    before: Option<Millis>,
    /// How their usage is counted; `None` without a token file.
    caller: Option<Caller>,
}

impl Visitor {
    /// Returns the caller of an API without tokens.
    pub(crate) fn anybody() -> Self {
        Self {
            known: None,
            before: None,
            caller: None,
        }
    }

    pub(super) fn with(known: Arc<Known>) -> Self {
        let caller = Caller {
            token: Arc::clone(&known.usage),
            address: None,
            is_agent: known.token.role.agent().is_some(),
        };
        Self {
            known: Some(known),
            before: None,
            caller: Some(caller),
        }
    }

    /// Counts them under their address, unless it is shared, as behind a proxy.
    pub(super) fn comes_from(&mut self, address: Option<Arc<Usage>>) {
        if let Some(caller) = &mut self.caller {
            caller.address = address;
        }
    }

    /// Counts one more thing for them, if their limits allow.
    pub(crate) fn take(&self, thing: Thing, most: Most) -> Result<Option<Taken>, Whose> {
        let caller = self.caller.as_ref();
        caller.map(|caller| caller.take(thing, most)).transpose()
    }

    /// Returns whether the reserved capacity is for them.
    pub(crate) fn runs_the_floor(&self) -> bool {
        matches!(self.role(), Role::Supervisor | Role::Admin)
    }

    pub(super) fn known(&self) -> Option<&Arc<Known>> {
        self.known.as_ref()
    }

    /// Returns the name of their token; `None` without a token file.
    pub(crate) fn name(&self) -> Option<&TokenName> {
        self.known.as_ref().map(|known| &known.token.name)
    }

    pub(super) fn role(&self) -> &Role {
        self.known
            .as_ref()
            .map_or(&Role::Admin, |known| &known.token.role)
    }

    /// Returns the agent that their token is bound to.
    pub(crate) fn agent(&self) -> Option<&AgentId> {
        self.role().agent()
    }

    /// Sets when the previous agent with their id was deleted.
    pub(super) fn came_after(&mut self, deletion: Option<Millis>) {
        self.before = deletion;
    }

    /// Returns the owner of the contacts that they create.
    pub(crate) fn owner(&self) -> Option<&Owner> {
        match self.role() {
            Role::Integrator { .. } => self.name().map(TokenName::owner),
            _ => None,
        }
    }

    /// Returns whether a contact is theirs. An integrator's are those it created. An agent's are
    /// those they are on or were last on, so that completing one can be repeated.
    pub(super) fn owns(&self, contact: &Contact) -> bool {
        match self.role() {
            Role::Integrator { scope: Scope::All } => true,
            Role::Integrator { scope: Scope::Own } => contact.owner.as_ref() == self.owner(),
            Role::Agent { agent } => {
                served(&contact.state).is_some_and(|(by, at)| by == agent && self.is_since(at))
            }
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
        self.before.is_none_or(|before| moment > before)
    }
}

/// Returns who is or was on a contact, and since when.
fn served(state: &ContactState) -> Option<(&AgentId, Millis)> {
    match state {
        ContactState::Assigned { agent, at } => Some((agent, *at)),
        ContactState::Complete { served, .. } => served.as_ref().map(|(agent, at)| (agent, *at)),
        ContactState::Queued => None,
    }
}

#[cfg(test)]
mod tests {
    use shared::agent::AgentId;
    use shared::contact::ContactId;

    use super::*;

    fn visitor(role: Role) -> Visitor {
        let (token, _) = Token::create("shop".parse().unwrap(), role, None);
        Visitor::with(Arc::new(Known::new(token)))
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
        }
    }

    #[test]
    fn an_integrator_sees_its_own_contacts_alone_unless_it_was_made_for_all() {
        let sees = |scope, owner| {
            let integrator = visitor(Role::Integrator { scope });
            integrator.sees(&event(9, owner, assigned("agent:7")))
        };
        for (owner, own) in [(Some("shop"), true), (Some("bank"), false), (None, false)] {
            assert_eq!(sees(Scope::Own, owner), own, "{owner:?}");
            assert!(sees(Scope::All, owner), "{owner:?}");
        }
        let all = visitor(Role::Integrator { scope: Scope::All });
        assert!(!all.sees(&event(9, None, What::AcdOpened)));
    }

    #[test]
    fn an_agent_sees_nothing_of_the_one_of_that_id_before_them() {
        let mut me = visitor(Role::Agent {
            agent: agent("agent:7"),
        });
        let gone = || What::AgentDeleted {
            agent: agent("agent:7"),
        };
        assert!(me.sees(&event(50, None, assigned("agent:7"))));
        assert!(!me.sees(&event(50, None, assigned("agent:8"))));
        assert!(me.ends_with(&event(50, None, gone())));
        me.came_after(Some(Millis(50)));
        assert!(!me.sees(&event(50, None, assigned("agent:7"))));
        assert!(!me.ends_with(&event(50, None, gone())));
        assert!(me.sees(&event(51, None, assigned("agent:7"))));
        assert!(me.ends_with(&event(51, None, gone())));
        assert!(!visitor(Role::Admin).ends_with(&event(51, None, gone())));
    }
}
