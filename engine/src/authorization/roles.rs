//! The role table: who may do what, in this one place. `docs/security.md` shows the same table, and
//! a test checks both against a running engine.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use shared::agent::AgentId;

use crate::route;

/// The role of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub(crate) enum Role {
    /// Reads everything and changes nothing.
    Wallboard,
    /// Creates contacts, follows them and ends them.
    Integrator {
        /// Which contacts.
        #[serde(default, skip_serializing_if = "Scope::is_own")]
        scope: Scope,
    },
    /// One agent: themselves and the contact they are on.
    Agent {
        /// The agent.
        agent: AgentId,
    },
    /// Runs the floor.
    Supervisor,
    /// Runs the floor, and manages agents and skills.
    Admin,
}

/// Which contacts an integrator follows and ends. Tokens from before scopes existed have none in the
/// file; for them the narrower one applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    /// Those that it created.
    #[default]
    Own,
    /// All, whoever created them.
    All,
}

impl Scope {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    fn is_own(&self) -> bool {
        *self == Self::Own
    }
}

/// The name of a role, as it is written on a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleName {
    /// Looks at everything and changes nothing.
    Wallboard,
    /// Creates contacts, follows them and ends them.
    Integrator,
    /// One agent, named by --agent: themselves and the contact they are on.
    Agent,
    /// Runs the floor: everything the console does, except what only an admin may do.
    Supervisor,
    /// Also creates and deletes agents, and deletes skills from everyone.
    Admin,
}

impl Role {
    /// Returns its name.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Wallboard => "wallboard",
            Self::Integrator { .. } => "integrator",
            Self::Agent { .. } => "agent",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
        }
    }

    /// Returns the agent that it is bound to.
    pub(crate) fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::Agent { agent } => Some(agent),
            _ => None,
        }
    }

    /// Returns its access to a route; none if the route has no row.
    pub(crate) fn access(&self, method: &str, route: &str) -> Permission {
        let row = TABLE
            .iter()
            .find(|row| (row.method, row.route) == (method, route));
        row.map_or(No, |row| match self {
            Self::Wallboard => row.wallboard,
            Self::Integrator { scope: Scope::All } if row.integrator == Own => Yes,
            Self::Integrator { .. } => row.integrator,
            Self::Agent { .. } => row.agent,
            Self::Supervisor => row.supervisor,
            Self::Admin => Yes,
        })
    }
}

/// The access of a role to a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    /// Nothing.
    No,
    /// To what belongs to the caller, as [`super::Caller`] decides.
    Own,
    /// Everything.
    Yes,
}

use Permission::{No, Own, Yes};

/// Routes that need no token: they reveal nothing of the floor, and their callers (a load balancer,
/// a browser that looks for the documentation) have none.
pub(crate) const OPEN: &[&str] = &[
    route::HEALTHZ,
    route::READYZ,
    "/openapi.json",
    "/docs",
    "/docs/",
    "/docs/{*rest}",
];

/// Returns whether the route has such a method.
pub(crate) fn is_known(method: &str, route: &str) -> bool {
    let mut rows = TABLE.iter();
    let is_open = || method == "GET" && OPEN.contains(&route);
    rows.any(|row| (row.method, row.route) == (method, route)) || is_open()
}

/// Describes which tokens a route is for.
pub(crate) fn users(method: &str, route: &str) -> String {
    let row = TABLE
        .iter()
        .find(|row| (row.method, row.route) == (method, route));
    let others = row.map(|row| {
        [
            ("wallboard", row.wallboard),
            ("integrator", row.integrator),
            ("agent", row.agent),
            ("supervisor", row.supervisor),
        ]
    });
    let words = others.into_iter().flatten().filter_map(|(role, access)| {
        Some(match access {
            No => return None,
            Own => format!("{role} (only for its own)"),
            Yes => role.to_owned(),
        })
    });
    words
        .chain(["admin".to_owned()])
        .collect::<Vec<_>>()
        .join(", ")
}

/// A route and the access of each role. An admin may use every route.
pub(crate) struct Row {
    pub(crate) method: &'static str,
    pub(crate) route: &'static str,
    wallboard: Permission,
    integrator: Permission,
    agent: Permission,
    supervisor: Permission,
}

/// Every route that needs a token. A route without a row is refused to everyone.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    //                                wallboard, integrator, agent, supervisor
    row("GET", route::ACD,                 [Yes,  No,  No,  Yes]),
    row("POST", route::ACD,                [No,   No,  No,  Yes]),
    row("GET", route::ACD_SETTINGS,        [Yes,  No,  Yes, Yes]),
    row("PATCH", route::ACD_SETTINGS,      [No,   No,  No,  Yes]),
    row("GET", route::TYPES,               [Yes,  No,  Yes, Yes]),
    row("GET", route::TYPE,                [Yes,  No,  Yes, Yes]),
    row("PUT", route::TYPE,                [No,   No,  No,  Yes]),
    row("DELETE", route::TYPE,             [No,   No,  No,  Yes]),
    row("GET", route::STATS,               [Yes,  No,  No,  Yes]),
    row("GET", route::EVENTS,              [Yes,  Own, Own, Yes]),
    row("GET", route::EVENTS_NEWEST,       [Yes,  Yes, Yes, Yes]),
    row("GET", route::EVENTS_PAST,         [Yes,  No,  No,  Yes]),
    row("GET", route::QUEUE,               [Yes,  No,  No,  Yes]),
    row("POST", route::CONTACTS,           [No,   Yes, No,  Yes]),
    row("GET", route::CONTACT,             [Yes,  Own, Own, Yes]),
    row("PATCH", route::CONTACT,           [No,   Own, Own, Yes]),
    row("DELETE", route::CONTACT,          [No,   Own, No,  Yes]),
    row("GET", route::CONTACT_EXPLAIN,     [Yes,  No,  No,  Yes]),
    row("POST", route::CONTACT_REQUEUE,    [No,   No,  No,  Yes]),
    row("PATCH", route::CONTACT_PRIORITY,  [No,   No,  No,  Yes]),
    row("POST", route::CONTACT_ACCEPT,     [No,   No,  Own, Yes]),
    row("POST", route::CONTACT_REJECT,     [No,   No,  Own, Yes]),
    row("POST", route::CONTACT_COMPLETE,   [No,   Own, Own, Yes]),
    row("PATCH", route::CONTACT_DISPOSITION, [No, Own, Own, Yes]),
    row("GET", route::AGENTS,              [Yes,  No,  No,  Yes]),
    row("GET", route::AGENT,               [Yes,  No,  Own, Yes]),
    row("POST", route::AGENT,              [No,   No,  No,  No]),
    row("PATCH", route::AGENT,             [No,   No,  No,  Yes]),
    row("DELETE", route::AGENT,            [No,   No,  No,  No]),
    row("PATCH", route::AGENT_STATE,       [No,   No,  Own, Yes]),
    row("POST", route::AGENT_WRAP_UP,      [No,   No,  Own, Yes]),
    row("PATCH", route::AGENT_SKILLS,      [No,   No,  No,  Yes]),
    row("DELETE", route::AGENT_SKILL,      [No,   No,  No,  Yes]),
    row("GET", route::SKILLS,              [Yes,  No,  No,  Yes]),
    row("DELETE", route::SKILL,            [No,   No,  No,  No]),
    row("GET", route::METRICS,             [Yes,  No,  No,  Yes]),
];

const fn row(method: &'static str, route: &'static str, of: [Permission; 4]) -> Row {
    let [wallboard, integrator, agent, supervisor] = of;
    Row {
        method,
        route,
        wallboard,
        integrator,
        agent,
        supervisor,
    }
}
