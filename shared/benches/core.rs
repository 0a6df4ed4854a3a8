//! Benchmarks of the rules without a store, on floors of 10 to 100,000 agents and up to 1,000,000
//! waiting contacts. Run with `just bench-core`; the figures are in docs/performance.md.
//!
//! Each floor is filled once. The effect of an operation is undone before the next, unmeasured.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on must stop"
)]

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::{Mutex, MutexGuard, OnceLock};

use divan::Bencher;
use shared::agent::{AgentId, NewAgent, Presence};
use shared::contact::{ContactId, NewContact, Remarks};
use shared::core::{Core, EXPIRE_AFTER};
use shared::seen::{AgentSeen, ContactSeen};
use shared::skill::Skill;
use shared::time::Moment;
use uuid::Uuid;

const NOON: Moment = Moment(1_767_268_800_000_000);
/// When contacts that ended at noon have expired.
const LATER: Moment = Moment(NOON.0 + EXPIRE_AFTER * 1_000);

/// A contact that arrives during a measurement.
const FRESH: ContactId = ContactId(Uuid::max());

/// Kinds of contacts, for their ids.
const BUSY: u64 = 1;
const WAITING: u64 = 2;
const COMING: u64 = 3;

const LANGUAGES: u64 = 10;
const SUBJECTS: u64 = 30;
/// Skills that agents hold and no waiting contact needs.
const PLACES: u64 = 10;

static FLOORS: [Floor; 7] = [
    Floor::of(10, 0),
    Floor::of(10, 100),
    Floor::of(1_000, 0),
    Floor::of(1_000, 10_000),
    Floor::of(10_000, 1_000_000),
    Floor::of(100_000, 0),
    Floor::of(100_000, 1_000_000),
];

/// A floor. Half of its agents are available and hold a language and a place, so they serve no
/// waiting contact. The others hold two languages and three subjects, and half of them are on
/// contacts.
struct Floor {
    agents: u64,
    waiting: u64,
    core: OnceLock<Mutex<Core>>,
}

impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} agents, {} waiting", self.agents, self.waiting)
    }
}

impl Floor {
    const fn of(agents: u64, waiting: u64) -> Self {
        Self {
            agents,
            waiting,
            core: OnceLock::new(),
        }
    }

    /// Returns the core of the floor.
    fn core(&self) -> MutexGuard<'_, Core> {
        let core = self.core.get_or_init(|| Mutex::new(self.filled()));
        core.lock().unwrap()
    }

    fn filled(&self) -> Core {
        let mut core = Core::default();
        for number in 0..self.agents {
            let skills = if number % 2 == 0 {
                greeter(number / 2)
            } else {
                clerk(number / 2)
            };
            create_agent(&mut core, &format!("agent:{number}"), skills);
        }
        create_agent(&mut core, "greeter", greeter(0));
        create_agent(&mut core, "clerk", clerk(0));
        for number in (0..self.agents).filter(|number| number % 4 != 3) {
            let id = format!("agent:{number}").parse().unwrap();
            core.set_presence(NOON, &id, Presence::Available, &AgentSeen::ANYTHING)
                .unwrap();
            if number % 4 == 1 {
                // Goes to this agent: no other available agent holds all these skills.
                let theirs = contact(id_of(number, BUSY), clerk(number / 2));
                create(&mut core, theirs);
            }
        }
        for number in 0..self.waiting {
            create(&mut core, contact(id_of(number, WAITING), profile(number)));
        }
        core
    }
}

fn main() {
    // One call per sample, as its effect is undone before the next.
    divan::Divan::from_args()
        .sample_size(1)
        .sample_count(1_000)
        .main();
}

/// A contact is queued, in an existing line if there is one.
#[divan::bench(args = &FLOORS)]
fn create_that_queues(bencher: Bencher<'_, '_>, floor: &Floor) {
    let new = |_: &mut Core| contact(FRESH, profile(0));
    measure(bencher, floor, (new, create, end_fresh));
}

/// A contact goes to the first of many available agents.
#[divan::bench(args = &FLOORS)]
fn create_that_matches(bencher: Bencher<'_, '_>, floor: &Floor) {
    let new = |_: &mut Core| contact(FRESH, vec![language(0)]);
    measure(bencher, floor, (new, create, end_fresh));
}

/// The same for a contact that needs two skills, where all agents who hold both have become
/// available last. So the agents who have been available longer, nine tenths of those who hold
/// either skill, are examined in vain.
#[divan::bench(args = &FLOORS)]
fn create_that_matches_the_last(bencher: Bencher<'_, '_>, floor: &Floor) {
    {
        let mut core = floor.core();
        for _ in 0..floor.agents / (2 * LANGUAGES * PLACES) {
            create(&mut core, contact(FRESH, greeter(0)));
            end_fresh(&mut core);
        }
    }
    let new = |_: &mut Core| contact(FRESH, greeter(0));
    measure(bencher, floor, (new, create, end_fresh));
}

/// An agent becomes available and gets the first contact that they can serve, or is listed.
#[divan::bench(args = &FLOORS)]
fn ready(bencher: Bencher<'_, '_>, floor: &Floor) {
    let available = |core: &mut Core, clerk: AgentId| {
        core.set_presence(NOON, &clerk, Presence::Available, &AgentSeen::ANYTHING)
            .unwrap();
    };
    measure(bencher, floor, (clerk_id, available, clerk_leaves));
}

/// A contact ends and no other waits for its agent.
#[divan::bench(args = &FLOORS)]
fn complete_that_frees(bencher: Bencher<'_, '_>, floor: &Floor) {
    let assigned = |core: &mut Core| {
        create(core, contact(FRESH, vec![language(0)]));
        FRESH
    };
    measure(bencher, floor, (assigned, complete, forget_ended));
}

/// A contact ends and others wait for its agent. Each one that the agent gets is replaced.
#[divan::bench(args = FLOORS.iter().filter(|floor| floor.waiting > 0))]
fn complete_that_gives_the_next(bencher: Bencher<'_, '_>, floor: &Floor) {
    let number = Cell::new(0);
    let on_contact = |core: &mut Core| {
        let clerk = clerk_id(core);
        core.set_presence(NOON, &clerk, Presence::Available, &AgentSeen::ANYTHING)
            .unwrap();
        let on = core.agent(&clerk).unwrap().state.contact().unwrap();
        number.update(|number| number + 1);
        let like = core.contact(on).unwrap().skills;
        create(core, contact(id_of(number.get(), COMING), like));
        on
    };
    measure(bencher, floor, (on_contact, complete, clerk_leaves));
}

/// Explains why the last of all waiting contacts still waits.
#[divan::bench(args = FLOORS.iter().filter(|floor| floor.waiting > 0))]
fn explain(bencher: Bencher<'_, '_>, floor: &Floor) {
    let explain = |core: &mut Core, id| core.explain(NOON, id).unwrap();
    let last = |core: &mut Core| {
        create(core, contact(FRESH, profile(0)));
        FRESH
    };
    measure(bencher, floor, (last, explain, end_fresh));
}

/// Measures `act` on the prepared input and undoes it each time.
fn measure<Input, Output>(
    bencher: Bencher<'_, '_>,
    floor: &Floor,
    (prepare, act, undo): (
        impl Fn(&mut Core) -> Input,
        impl Fn(&mut Core, Input) -> Output,
        impl Fn(&mut Core),
    ),
) {
    let core = RefCell::new(floor.core());
    let ready = || {
        let core = &mut *core.borrow_mut();
        undo(core);
        prepare(core)
    };
    bencher
        .with_inputs(ready)
        .bench_local_values(|input| act(&mut core.borrow_mut(), input));
    undo(&mut core.borrow_mut());
}

fn create(core: &mut Core, new: NewContact) {
    core.create_contact(NOON, new).unwrap();
}

fn complete(core: &mut Core, id: ContactId) {
    core.complete_contact(NOON, id, &Remarks::default(), &ContactSeen::ANYTHING)
        .unwrap();
}

fn end_fresh(core: &mut Core) {
    if core.contact(FRESH).is_ok() {
        complete(core, FRESH);
    }
    forget_ended(core);
}

fn forget_ended(core: &mut Core) {
    core.run_due(LATER);
}

/// Takes the clerk's contact from them, if they are on one, and makes them unavailable.
fn clerk_leaves(core: &mut Core) {
    let clerk = clerk_id(core);
    match core.agent(&clerk).unwrap().state.contact() {
        Some(on) => drop(core.requeue_contact(NOON, on, &clerk, &ContactSeen::ANYTHING)),
        None => drop(core.set_presence(
            NOON,
            &clerk,
            Presence::Unavailable(None),
            &AgentSeen::ANYTHING,
        )),
    }
    forget_ended(core);
}

fn clerk_id(_: &mut Core) -> AgentId {
    "clerk".parse().unwrap()
}

fn id_of(number: u64, kind: u64) -> ContactId {
    ContactId(Uuid::from_u64_pair(kind, number))
}

fn contact(id: ContactId, skills: Vec<Skill>) -> NewContact {
    NewContact::needing(id, skills).unwrap()
}

fn create_agent(core: &mut Core, id: &str, skills: Vec<Skill>) {
    let name = || "x".to_owned().try_into().unwrap();
    let new = NewAgent::new(id.parse().unwrap(), name(), name(), skills).unwrap();
    core.create_agent(NOON, new).unwrap();
}

/// Returns the skills that a waiting contact needs.
fn profile(number: u64) -> Vec<Skill> {
    vec![language(number), subject(number / LANGUAGES)]
}

fn greeter(number: u64) -> Vec<Skill> {
    let place = number / LANGUAGES % PLACES;
    vec![language(number), format!("Place {place}").parse().unwrap()]
}

fn clerk(number: u64) -> Vec<Skill> {
    let languages = (0..2).map(|step| language(number + step));
    let subjects = (0..3).map(|step| subject(number / 2 + step));
    languages.chain(subjects).collect()
}

fn language(number: u64) -> Skill {
    format!("Language {}", number % LANGUAGES).parse().unwrap()
}

fn subject(number: u64) -> Skill {
    format!("Subject {}", number % SUBJECTS).parse().unwrap()
}
