//! The search for an agent with several skills costs no more where more agents are idle, also where
//! the first of a list rarely hold what the contact needs.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use shared::Acd;
use shared::agent::Presence;
use shared::contact::{ContactState, NewContact};
use shared::seen::ContactSeen;
use shared::skill::Skill;

use super::SMALL;
use super::floor::{Floor, agent, each, id};
use super::meters::{Commands, Done};
use super::round::Meter as _;

/// Commands whose cost grows with the lists that they name, so their count says nothing.
const WHOLE_LISTS: [&str; 7] = [
    "ZDIFF",
    "ZDIFFSTORE",
    "ZINTER",
    "ZINTERCARD",
    "ZINTERSTORE",
    "ZUNION",
    "ZUNIONSTORE",
];
/// Contacts that come and go before the measured ones.
const WEAR: u64 = 300;
const MEASURED: u64 = 60;

/// A floor on which the search is hard.
#[derive(Clone, Copy, Debug)]
enum Hard {
    /// All pairs of six skills. Those with the same pair are available one after the other.
    Pairs,
    /// 300 sets out of 50 skills, likewise.
    Sets,
    /// All hold one skill, the last five another that contacts need.
    Lack,
}

#[tokio::test]
async fn a_search_among_pairs_costs_no_more_where_more_are_idle() {
    shared::needs_redis!();
    no_more_where_more_are_idle(Hard::Pairs, 60, 2_000).await;
}

#[tokio::test]
async fn a_search_among_sets_costs_no_more_where_more_are_idle() {
    shared::needs_redis!();
    no_more_where_more_are_idle(Hard::Sets, 300, 2_000).await;
}

#[tokio::test]
async fn a_search_past_those_who_lack_a_skill_costs_no_more_where_more_are_idle() {
    shared::needs_redis!();
    no_more_where_more_are_idle(Hard::Lack, 60, 2_000).await;
}

async fn no_more_where_more_are_idle(hard: Hard, few: u64, many: u64) {
    let ((small, of_few), (large, of_many)) = tokio::join!(hard.search(few), hard.search(many));
    println!("{hard:?}: commands and members: {small:?} with {few}, {large:?} with {many}");
    for (what, small, large) in [
        ("commands", small.0, large.0),
        ("members", small.1, large.1),
    ] {
        let most = small + small / 4 + 4 * MEASURED;
        assert!(
            large <= most,
            "{hard:?}: {small} {what} with {few} idle, {large} with {many}"
        );
    }
    for done in of_few.iter().chain(&of_many) {
        let whole = WHOLE_LISTS
            .iter()
            .find(|name| done.ran.contains_key(**name));
        assert_eq!(whole, None, "{hard:?}: it reads whole lists");
    }
}

impl Hard {
    /// Returns how many commands and members some creations needed, and what each did.
    async fn search(self, agents: u64) -> ((u64, u64), Vec<Done>) {
        let floor = Floor::empty(SMALL).await;
        let mut random = StdRng::seed_from_u64(7);
        let sets = self.sets(&mut random);
        each(0..agents, async |number| {
            let skills = self.held(&sets, number, agents);
            floor.create_agent(&agent(number), skills).await;
        })
        .await;
        each(0..agents, async |number| {
            floor.choose(&agent(number), Presence::Available).await;
        })
        .await;
        for number in 0..WEAR {
            let skills = self.wanted(&sets, &mut random);
            serve(&floor, None, number, skills).await;
        }
        let mut commands = Commands::of(&floor).await;
        let mut all = vec![];
        for number in WEAR..WEAR + MEASURED {
            let skills = self.wanted(&sets, &mut random);
            all.extend(serve(&floor, Some(&mut commands), number, skills).await);
        }
        let calls = all.iter().map(Done::calls).sum();
        let members = all.iter().map(|done| done.members).sum();
        ((calls, members), all)
    }

    /// Returns the sets of skills that several agents hold.
    fn sets(self, random: &mut StdRng) -> Vec<Vec<Skill>> {
        match self {
            Self::Pairs => (0..6)
                .flat_map(|one| (one + 1..6).map(move |other| vec![skill(one), skill(other)]))
                .collect(),
            Self::Sets => (0..300)
                .map(|_| {
                    let many = random.random_range(3..=8);
                    let mut numbers: Vec<u64> = (0..50).collect();
                    let mut one = || {
                        let place = random.random_range(0..numbers.len());
                        skill(numbers.swap_remove(place))
                    };
                    (0..many).map(|_| one()).collect()
                })
                .collect(),
            Self::Lack => vec![],
        }
    }

    fn held(self, sets: &[Vec<Skill>], number: u64, agents: u64) -> Vec<Skill> {
        match self {
            Self::Lack if number + 5 >= agents => vec![named("Common"), named("Rare")],
            Self::Lack => vec![named("Common"), skill(number % 5)],
            Self::Pairs | Self::Sets => {
                let place = usize::try_from(number).unwrap() * sets.len();
                sets[place / usize::try_from(agents).unwrap()].clone()
            }
        }
    }

    fn wanted(self, sets: &[Vec<Skill>], random: &mut StdRng) -> Vec<Skill> {
        if matches!(self, Self::Lack) {
            return vec![named("Common"), named("Rare")];
        }
        let set = &sets[random.random_range(0..sets.len())];
        let many = random.random_range(2..=set.len().min(3));
        set[..many].to_vec()
    }
}

/// Creates a contact, which gets an agent, and completes it. Returns what its creation did, if that
/// is measured.
async fn serve(
    floor: &Floor,
    meter: Option<&mut Commands>,
    number: u64,
    skills: Vec<Skill>,
) -> Option<Done> {
    let contact = NewContact::needing(id(number), skills).unwrap();
    let create = floor.acd.create_contact(contact);
    let (answer, done) = match meter {
        Some(meter) => {
            let (answer, done) = meter.measure(create).await;
            (answer, Some(done))
        }
        None => (create.await, None),
    };
    let state = answer.unwrap().state;
    assert!(matches!(state, ContactState::Assigned { .. }), "{state:?}");
    floor
        .acd
        .complete_contact(id(number), &ContactSeen::ANYTHING)
        .await
        .unwrap();
    done
}

fn skill(number: u64) -> Skill {
    named(&format!("Skill {number:02}"))
}

fn named(name: &str) -> Skill {
    name.parse().unwrap()
}
