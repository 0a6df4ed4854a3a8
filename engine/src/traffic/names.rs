//! Names for synthetic agents, so that a demo's floor reads like one.

use rand::RngExt;

const FIRST: [&str; 24] = [
    "Ada", "Amara", "Bruno", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hana", "Igor", "Jonas",
    "Kaia", "Luca", "Maya", "Nils", "Olga", "Priya", "Quentin", "Rosa", "Samir", "Tomas", "Uma",
    "Vera", "Yusuf",
];

const LAST: [&str; 24] = [
    "Abel",
    "Bianchi",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Haddad",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lindt",
    "Moreau",
    "Novak",
    "Okafor",
    "Petit",
    "Rossi",
    "Sato",
    "Takahashi",
    "Ueda",
    "Varga",
    "Weber",
    "Yilmaz",
    "Zhang",
];

/// Draws a first and a last name.
pub(super) fn draw(rng: &mut impl RngExt) -> (&'static str, &'static str) {
    let mut one_of = |names: [&'static str; 24]| names[rng.random_range(0..names.len())];
    (one_of(FIRST), one_of(LAST))
}
