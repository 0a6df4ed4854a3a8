//! Whose a contact is, where several integrators share a floor.

use crate::text::name_type;

name_type! {
    /// The integrator that a contact belongs to: the name of the token by which the API knew who
    /// created it.
    Owner, "token name"
}
