//! The routes of the API, each written once: for the handlers, the role table and the clients.

/// The ACD: its present figures, and whether it is open.
pub(crate) const ACD: &str = "/acd";
/// What is set for the floor.
pub(crate) const ACD_SETTINGS: &str = "/acd/settings";
/// The contact types.
pub(crate) const TYPES: &str = "/type";
/// One contact type.
pub(crate) const TYPE: &str = "/type/{name}";
/// Figures over a window of time.
pub(crate) const STATS: &str = "/stats";
/// The stream of events.
pub(crate) const EVENTS: &str = "/events";
/// The stream of the newest number.
pub(crate) const EVENTS_NEWEST: &str = "/events/newest";
/// Events that are still kept.
pub(crate) const EVENTS_PAST: &str = "/events/past";
/// The waiting contacts.
pub(crate) const QUEUE: &str = "/queue";
/// Where contacts are created.
pub(crate) const CONTACTS: &str = "/contact";
/// One contact.
pub(crate) const CONTACT: &str = "/contact/{key}";
/// Why a contact is in its state.
pub(crate) const CONTACT_EXPLAIN: &str = "/contact/{key}/explain";
/// Puts a contact back in the queue.
pub(crate) const CONTACT_REQUEUE: &str = "/contact/{key}/requeue";
/// The priority of a contact.
pub(crate) const CONTACT_PRIORITY: &str = "/contact/{key}/priority";
/// Accepts an offer.
pub(crate) const CONTACT_ACCEPT: &str = "/contact/{key}/accept";
/// Rejects an offer.
pub(crate) const CONTACT_REJECT: &str = "/contact/{key}/reject";
/// Completes a contact, with a disposition.
pub(crate) const CONTACT_COMPLETE: &str = "/contact/{key}/complete";
/// What became of a contact.
pub(crate) const CONTACT_DISPOSITION: &str = "/contact/{key}/disposition";
/// The agents.
pub(crate) const AGENTS: &str = "/agent";
/// One agent.
pub(crate) const AGENT: &str = "/agent/{key}";
/// Whether an agent is available.
pub(crate) const AGENT_STATE: &str = "/agent/{key}/state";
/// The wrap-up of an agent.
pub(crate) const AGENT_WRAP_UP: &str = "/agent/{key}/wrap-up";
/// The skills of an agent.
pub(crate) const AGENT_SKILLS: &str = "/agent/{key}/skill";
/// One skill of an agent.
pub(crate) const AGENT_SKILL: &str = "/agent/{key}/skill/{skill}";
/// The skills.
pub(crate) const SKILLS: &str = "/skill";
/// One skill.
pub(crate) const SKILL: &str = "/skill/{skill}";
/// The metrics for Prometheus.
pub(crate) const METRICS: &str = "/metrics";
/// Whether the process is alive.
pub(crate) const HEALTHZ: &str = "/healthz";
/// Whether the engine takes work.
pub(crate) const READYZ: &str = "/readyz";

/// Returns the segments of a route's path, with these names for its variables.
pub(crate) fn segments(route: &str, names: &[&str]) -> Vec<String> {
    let mut names = names.iter();
    let parts = route
        .split('/')
        .skip(1)
        .map(|part| match part.strip_prefix('{') {
            Some(_) => names.next().copied().unwrap_or_default(),
            None => part,
        });
    parts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_the_variables_of_a_route() {
        assert_eq!(segments(ACD_SETTINGS, &[]), ["acd", "settings"]);
        let path = segments(AGENT_SKILL, &["agent:7", "a/b"]);
        assert_eq!(path, ["agent", "agent:7", "skill", "a/b"]);
    }
}
