//! What is common to the requests of all routes: how they are parsed and checked.

pub(super) mod extract;
pub(super) mod form;
pub(super) mod page;
pub(super) mod prefer;
pub(super) mod seen;
pub(super) mod version;
