//! The owner of a contact, where several integrators share a floor.

use crate::text::name_type;

name_type! {
    /// The integrator that owns a contact: the name of the API token that created it.
    Owner, "token name"
}
