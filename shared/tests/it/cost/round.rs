//! A round of measured operations that leaves a floor unchanged.

use shared::Acd;
use shared::agent::{AgentId, Presence};
use shared::contact::{Attributes, ContactId, NewContact, Priority};
use shared::seen::{AgentSeen, ContactSeen};
use shared::skill::Skill;
use shared::view::{Page, Start};

use super::floor::Floor;

/// Measures operations.
pub(super) trait Meter {
    /// The measure.
    type Cost;

    /// Returns the answer of an operation and its cost.
    async fn measure<T>(&mut self, operation: impl Future<Output = T>) -> (T, Self::Cost);
}

/// Costs with the names of the operations, in order.
pub(super) type Costs<Cost> = Vec<(&'static str, Cost)>;

/// Creates the agents for the rounds.
pub(super) async fn hire(floor: &Floor) {
    floor.create_agent(&id("greeter"), floor.greeter(0)).await;
    floor.create_agent(&id("clerk"), floor.clerk(0)).await;
    // The specialist's one skill anchors many lines, but they serve only one, and its only contact
    // ranks last of all.
    let one = vec![floor.subject(0)];
    floor.create_agent(&id("specialist"), one.clone()).await;
    floor.create_contact(needing(one, Priority(255))).await;
}

/// Runs a round.
pub(super) async fn round<M: Meter>(floor: &Floor, meter: &mut M) -> Costs<M::Cost> {
    let mut round = Round {
        floor,
        acd: &floor.acd,
        meter,
        costs: vec![],
    };
    round.waiting().await;
    round.matching().await;
    round.working().await;
    round.specialist().await;
    round.looking().await;
    round.costs
}

/// Runs operations on an agent and contacts whose skill nobody else holds or needs, so that the
/// skill is removed and added again.
pub(super) async fn alone<M: Meter>(floor: &Floor, meter: &mut M) -> Costs<M::Cost> {
    let acd = &floor.acd;
    let mut round = Round {
        floor,
        acd,
        meter,
        costs: vec![],
    };
    let rare: Skill = "Rare".parse().unwrap();
    let [one, other] = [(); 2].map(|()| needing(vec![rare.clone()], Priority(5)));
    let (first, second, hermit) = (one.id, other.id, id("hermit"));
    round.of("first to wait", acd.create_contact(one)).await;
    round
        .of(
            "only one leaves",
            acd.complete_contact(first, &ContactSeen::ANYTHING),
        )
        .await;
    floor.create_agent(&hermit, vec![]).await;
    let learn = acd.add_skill(&hermit, &rare, &AgentSeen::ANYTHING);
    round.of("first to learn", learn).await;
    round.of("waits alone", acd.create_contact(other)).await;
    let available = acd.set_presence(&hermit, Presence::Available, &AgentSeen::ANYTHING);
    round.of("gets the only one", available).await;
    let requeue = acd.requeue_contact(second, &hermit, &ContactSeen::ANYTHING);
    round.of("back to an empty line", requeue).await;
    let urgent = acd.set_priority(second, Priority(1), &ContactSeen::ANYTHING);
    round.of("more urgent than nobody", urgent).await;
    let available = acd.set_presence(&hermit, Presence::Available, &AgentSeen::ANYTHING);
    round.of("gets it again", available).await;
    round
        .of(
            "frees them",
            acd.complete_contact(second, &ContactSeen::ANYTHING),
        )
        .await;
    let forget = acd.remove_skill(&hermit, &rare, &AgentSeen::ANYTHING);
    round.of("last to forget", forget).await;
    acd.add_skill(&hermit, &rare, &AgentSeen::ANYTHING)
        .await
        .unwrap();
    round
        .of("deleted", acd.delete_agent(&hermit, &AgentSeen::ANYTHING))
        .await;
    round.costs
}

struct Round<'a, M: Meter> {
    floor: &'a Floor,
    acd: &'a dyn Acd,
    meter: &'a mut M,
    costs: Costs<M::Cost>,
}

impl<M: Meter> Round<'_, M> {
    /// Runs one operation and stores its cost.
    async fn of<T>(
        &mut self,
        name: &'static str,
        operation: impl Future<Output = shared::Result<T>>,
    ) -> T {
        let (answer, cost) = self.meter.measure(operation).await;
        self.costs.push((name, cost));
        answer.unwrap()
    }

    /// Contacts that wait and end without an agent.
    async fn waiting(&mut self) {
        let acd = self.acd;
        let (one, other) = (self.contact(), self.contact());
        let (first, second) = (one.id, other.id);
        self.of("create that queues", acd.create_contact(one)).await;
        self.of(
            "set priority",
            acd.set_priority(first, Priority(4), &ContactSeen::ANYTHING),
        )
        .await;
        self.of("explain", acd.explain(first)).await;
        self.of(
            "cancel one that waits",
            acd.cancel_contact(first, &ContactSeen::ANYTHING),
        )
        .await;
        acd.create_contact(other).await.unwrap();
        self.of(
            "abandon",
            acd.complete_contact(second, &ContactSeen::ANYTHING),
        )
        .await;
    }

    /// An agent for whom no contact waits, and a contact that arrives while they are available. It
    /// goes to the last available of all who serve it. So from round to round more agents with only
    /// one of its skills are examined in vain, as on a floor that has been open for a while.
    async fn matching(&mut self) {
        let (acd, greeter) = (self.acd, id("greeter"));
        let contact = needing(self.floor.greeter(0), Priority(5));
        let assigned = contact.id;
        let available = acd.set_presence(&greeter, Presence::Available, &AgentSeen::ANYTHING);
        self.of("available, nobody waits", available).await;
        self.of("create that matches", acd.create_contact(contact))
            .await;
        self.of(
            "complete that frees",
            acd.complete_contact(assigned, &ContactSeen::ANYTHING),
        )
        .await;
        let language = &self.floor.clerk(0)[1];
        self.of(
            "add skill",
            acd.add_skill(&greeter, language, &AgentSeen::ANYTHING),
        )
        .await;
        self.of(
            "remove skill",
            acd.remove_skill(&greeter, language, &AgentSeen::ANYTHING),
        )
        .await;
        let break_ = Presence::Unavailable(Some("break".parse().unwrap()));
        self.of(
            "unavailable",
            acd.set_presence(&greeter, break_, &AgentSeen::ANYTHING),
        )
        .await;
    }

    /// An agent for whom many contacts wait.
    async fn working(&mut self) {
        let (acd, clerk) = (self.acd, id("clerk"));
        let available = acd.set_presence(&clerk, Presence::Available, &AgentSeen::ANYTHING);
        self.of("available, gets one", available).await;
        let first = self.on(&clerk).await;
        self.of(
            "complete that gives the next",
            acd.complete_contact(first, &ContactSeen::ANYTHING),
        )
        .await;
        let next = self.on(&clerk).await;
        self.of(
            "requeue",
            acd.requeue_contact(next, &clerk, &ContactSeen::ANYTHING),
        )
        .await;
        // Replaces the contact that was completed.
        acd.create_contact(self.contact()).await.unwrap();
    }

    /// An agent who can serve only the last of all waiting contacts.
    async fn specialist(&mut self) {
        let (acd, specialist) = (self.acd, id("specialist"));
        let available = acd.set_presence(&specialist, Presence::Available, &AgentSeen::ANYTHING);
        self.of("available, gets the last of all", available).await;
        let last = self.on(&specialist).await;
        let away = Presence::Unavailable(None);
        acd.set_presence(&specialist, away, &AgentSeen::ANYTHING)
            .await
            .unwrap();
        acd.complete_contact(last, &ContactSeen::ANYTHING)
            .await
            .unwrap();
        let again = needing(vec![self.floor.subject(0)], Priority(255));
        acd.create_contact(again).await.unwrap();
    }

    /// The read operations of supervisors.
    async fn looking(&mut self) {
        let acd = self.acd;
        let waiting = self.of("overview", acd.overview()).await.waiting;
        self.of("queue, 50 rows", acd.queue(Page::first(50))).await;
        let middle = Page {
            start: Start::At(waiting / 2),
            limit: 50,
        };
        self.of("queue, 50 rows in its middle", acd.queue(middle))
            .await;
    }

    /// Makes a contact of a profile that waits.
    fn contact(&self) -> NewContact {
        needing(self.floor.profile(1), Priority(5))
    }

    /// Returns the contact that an agent is on.
    async fn on(&self, agent: &AgentId) -> ContactId {
        let agent = self.acd.agent(agent).await.unwrap();
        agent.state.contact().unwrap()
    }
}

fn id(name: &str) -> AgentId {
    name.parse().unwrap()
}

fn needing(skills: Vec<Skill>, priority: Priority) -> NewContact {
    NewContact::new(ContactId::random(), skills, priority, Attributes::new()).unwrap()
}
