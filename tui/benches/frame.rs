//! Measures how long a frame takes: `view` and the comparison with the previous frame. The floors
//! have a thousand and a million waiting contacts with ten thousand agents; the model has what a
//! feed would have read of them. Run it with `just bench-frame`; docs/benchmarks.md says what it
//! measures.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on must stop"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hdrhistogram::Histogram;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use shared::agent::{Agent, AgentId, AgentState};
use shared::contact::{Attributes, Contact, ContactId, ContactState, Priority, Rank, Taken};
use shared::event::{Event, What};
use shared::skill::Skill;
use shared::time::{Millis, Tick};
use shared::view::SkillView;
use tui::console::Model;
use tui::console::floor::{Floor, Part, Poll, Why};
use tui::console::message::Message;
use tui::console::update::update;
use tui::console::view::view;
use tui::console::wanted::Want;
use tui::sample;

const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
const AGENTS: usize = 10_000;
const SKILLS: usize = 50;
/// Drawn before anything is measured, and measured, on each floor.
const WARM: usize = 200;
const FRAMES: usize = 4_000;
/// How many frames scroll in one direction before it reverses, to stay in the middle.
const LEG: usize = 100;
/// How many rows a feed reads on either side of those visible.
const MARGIN: usize = 10;
const TARGET_RATIO: f64 = 1.1;

/// A size of the terminal, and the target for the 99th percentile of a frame.
const SIZES: [((u16, u16), Duration); 2] = [
    ((120, 36), Duration::from_millis(2)),
    ((300, 100), Duration::from_millis(8)),
];

fn main() {
    println!("a frame, built and compared: {FRAMES} frames on each floor, {AGENTS} agents\n");
    println!("| terminal | waiting | p50 | p99 | target p99 | |");
    println!("|---|---|---|---|---|---|");
    let mut ratios = vec![];
    for (size, target) in SIZES {
        let mut floors = [FEW, MANY].map(|waiting| Measured::new(waiting, size));
        // Alternates, so that other activity on the machine affects both alike.
        for _ in 0..(WARM + FRAMES) / LEG {
            floors.iter_mut().for_each(Measured::leg);
        }
        for floor in &floors {
            floor.print(target);
        }
        let [few, many] = floors.map(|floor| floor.at(0.5));
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        let verdict = verdict(ratio <= TARGET_RATIO);
        let (width, height) = size;
        ratios.push(format!(
            "| {width}x{height} | p50 of {MANY} : {FEW} | {ratio:.2} | ≤ {TARGET_RATIO} | {verdict} |"
        ));
    }
    println!(
        "\n| terminal | ratio | measured | target | |\n|---|---|---|---|---|\n{}",
        ratios.join("\n")
    );
}

fn verdict(met: bool) -> char {
    if met { '✓' } else { '✗' }
}

/// A console on a floor of its own, and the durations of its frames.
struct Measured {
    model: Model,
    terminal: Terminal<TestBackend>,
    waiting: usize,
    frames: usize,
    nanos: Histogram<u64>,
}

impl Measured {
    fn new(waiting: usize, (width, height): (u16, u16)) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.build().unwrap();
        // Its service figures and its log.
        let mut model = runtime
            .block_on(sample::model(sample::LONG_ENOUGH))
            .unwrap();
        update(&mut model, Message::Resized(width, height));
        let (contact, agent) = (contact(waiting / 2), agent(AGENTS / 2));
        model.queue.select(contact.id, waiting / 2);
        model.rank_in_view = Some(contact.rank);
        model.agents.select(agent.id, AGENTS / 2);
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut measured = Self {
            model,
            terminal,
            waiting,
            frames: 0,
            nanos: Histogram::new(3).unwrap(),
        };
        measured.poll();
        measured
    }

    /// Draws frames, each after a step through the queue and a poll of a changed floor.
    fn leg(&mut self) {
        let down = (self.frames / LEG).is_multiple_of(2);
        let key = KeyCode::Char(if down { 'j' } else { 'k' });
        for _ in 0..LEG {
            let key = KeyEvent::new(key, KeyModifiers::NONE);
            update(&mut self.model, Message::Key(key));
            self.poll();
            let begun = Instant::now();
            self.terminal
                .draw(|frame| view(&self.model, frame))
                .unwrap();
            let took = begun.elapsed();
            self.frames += 1;
            if self.frames > WARM {
                let took = u64::try_from(took.as_nanos()).unwrap();
                self.nanos.record(took).unwrap();
            }
        }
        let far = self.model.queue.index.abs_diff(self.waiting / 2);
        assert!(far <= LEG, "the selection is not in the middle");
        assert!(self.model.queue.selected.is_some(), "nothing is selected");
    }

    /// Sends the model a snapshot as the feed would read it: what is visible, with a margin.
    fn poll(&mut self) {
        let wanted = self.model.wanted();
        let taken = Millis(self.model.clock.0 + 100);
        let mut floor = Floor {
            queue: read(&wanted.queue, self.model.queue.index, self.waiting, contact),
            skills: Part::run(
                0,
                (0..SKILLS).map(|skill| self.skill_view(skill)).collect(),
                SKILLS,
            ),
            agents: read(&wanted.agents, self.model.agents.index, AGENTS, agent),
            wanted: Arc::new(wanted),
            taken,
            ..Floor::default()
        };
        for contact in floor.queue.iter() {
            let why = Why::Staff {
                busy: 3,
                soon: 0,
                unavailable: 2,
            };
            floor.reasons.insert(contact.profile(), why);
        }
        let seen = &mut floor.overview;
        (seen.open, seen.now) = (true, taken);
        seen.waiting = u64::try_from(self.waiting).unwrap();
        seen.oldest = Some(contact(0).created);
        seen.agents = u64::try_from(AGENTS).unwrap();
        seen.available = 200 + taken.0 / 100 % 7;
        seen.busy = 5_000 - taken.0 / 100 % 7;
        seen.event = self.model.log.newest() + 1;
        let event = Event {
            number: seen.event,
            at: taken,
            owner: None,
            what: What::AgentCreated {
                agent: agent(self.frames % AGENTS).id,
                skills: Vec::new(),
            },
        };
        let events = vec![event];
        update(
            &mut self.model,
            Message::Polled(Box::new(Poll { floor, events })),
        );
    }

    fn skill_view(&self, number: usize) -> SkillView {
        let next = |place: usize| (agent(number + place).id, Tick(1_795_348_800_000_000));
        SkillView {
            skill: skill(number),
            waiting: u64::try_from(self.frames % 1_000 + number).unwrap(),
            available: 4,
            staffed: 400,
            next: (0..SkillView::NEXT_SHOWN).map(next).collect(),
        }
    }

    fn at(&self, quantile: f64) -> Duration {
        Duration::from_nanos(self.nanos.value_at_quantile(quantile))
    }

    fn print(&self, target: Duration) {
        let area = self.terminal.backend().buffer().area;
        let millis = |took: Duration| took.as_secs_f64() * 1e3;
        println!(
            "| {}x{} | {} | {:.2} ms | {:.2} ms | ≤ {:.0} ms | {} |",
            area.width,
            area.height,
            self.waiting,
            millis(self.at(0.5)),
            millis(self.at(0.99)),
            millis(target),
            verdict(self.at(0.99) <= target),
        );
    }
}

/// Reads what is visible of a list, with a margin.
fn read<Item, Row>(
    want: &Want<Item>,
    at: usize,
    total: usize,
    row: impl Fn(usize) -> Row,
) -> Part<Row> {
    let around = want.height + MARGIN;
    let first = at
        .saturating_sub(around)
        .min(total.saturating_sub(2 * around));
    let rows = (first..total.min(first + 2 * around)).map(row).collect();
    Part::run(first, rows, total)
}

/// Returns the contact at a place. The list is computed, so a million of them need no memory.
fn contact(number: usize) -> Contact {
    let place = u64::try_from(number).unwrap();
    Contact {
        id: ContactId::for_key("bench", &number.to_string()),
        contact_type: None,
        taken: Taken::default(),
        skills: vec![skill(number % SKILLS), skill(number / SKILLS % SKILLS)],
        priority: Priority::default(),
        asked: Priority::default(),
        rank: Rank::new(Priority::default(), Tick(place)),
        created: Millis(1_795_345_200_000 + place),
        requeues: 0,
        attributes: Attributes::new(),
        owner: None,
        accepted: None,
        disposition: None,
        note: None,
        state: ContactState::Queued,
    }
}

fn agent(number: usize) -> Agent {
    let id: AgentId = format!("agent:{number}").parse().unwrap();
    let state = match number % 3 {
        0 => AgentState::Available { since: Tick(1) },
        1 => AgentState::Unavailable {
            reason: None,
            mark: None,
        },
        _ => AgentState::Busy {
            contact: ContactId::for_key("bench", "busy"),
            next: shared::agent::Presence::Available,
            next_mark: None,
        },
    };
    Agent {
        id,
        fname: "Ada".to_owned().try_into().unwrap(),
        lname: "Byron".to_owned().try_into().unwrap(),
        skills: (0..4)
            .map(|other| skill((number + other) % SKILLS))
            .collect(),
        state,
        changed: Millis(1_795_348_000_000),
        handled: 17,
        handle_time: 0,
        wrap_up_time: 0,
        ready: false,
        misses: 0,
        penalty: None,
        rejected: None,
    }
}

fn skill(number: usize) -> Skill {
    format!("Skill {number}").parse().unwrap()
}
