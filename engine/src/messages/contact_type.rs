//! Requests and answers about contact types.

use serde::{Deserialize, Serialize};
use shared::settings::ContactType;
use utoipa::ToSchema;

use super::settings::TypeSettingsBody;

/// All contact types.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = ContactTypes)]
pub(crate) struct TypesBody {
    /// The types, by name.
    #[schema(value_type = Vec<TypeBody>)]
    pub(crate) types: Vec<ContactType>,
}

/// A contact type.
#[derive(ToSchema)]
#[schema(as = ContactType)]
#[expect(dead_code, reason = "it is only there to be described")]
pub(crate) struct TypeBody {
    /// The name of the type.
    #[schema(example = "billing")]
    name: String,
    #[schema(inline = false)]
    settings: TypeSettingsBody,
}
