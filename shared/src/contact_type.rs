//! The names of contact types: lines of business with their own settings
//! ([`crate::settings::ContactType`]).

use crate::text::name_type;

name_type! {
    /// The name of a contact type: `billing`, `sales chat`.
    TypeName, "contact type"
}
