//! What the API and its clients send each other: bodies and queries, each declared once, for the
//! server (`api`), the client (`client`) and the synthetic traffic (`traffic`).
//!
//! One file per subject. The OpenAPI document is made from these types.

pub(crate) mod acd;
pub(crate) mod agent;
pub(crate) mod change;
pub(crate) mod contact;
pub(crate) mod contact_state;
pub(crate) mod contact_type;
pub(crate) mod counts;
pub(crate) mod events;
pub(crate) mod explanation;
pub(crate) mod page;
pub(crate) mod query;
pub(crate) mod seen;
pub(crate) mod settings;
pub(crate) mod skill;
pub(crate) mod stats;
