//! Parses one Redis answer as every kind of reply. This is the entry point of the fuzz target for
//! script replies, which runs without a server.

use redis::{FromRedisValue, Value};

use super::reply::{
    AgentsReply, ContactsReply, EventReply, ExplainReply, FiguresReply, SkillReply, agents,
    contact_state, contacts, events, explanation, figures, overview, skill_view,
};
use crate::agent::AgentState;
use crate::contact::ContactId;
use crate::service_level::Within;
use crate::time::Millis;

/// Parses an answer as each operation would, computes with the results, and returns how many
/// parsers accepted it.
pub fn read_as_each(answer: &Value) -> usize {
    let taken = [
        read(answer, |reply: Vec<u64>| overview(&reply)).is_some(),
        read(answer, |reply: String| contact_state(&reply)).is_some(),
        read(answer, |reply: ExplainReply| {
            explanation(ContactId::random(), reply)
        })
        .is_some(),
        read(answer, |reply: EventReply| events(reply)).is_some(),
        read(answer, |reply: SkillReply| {
            for (_, since) in skill_view(reply).next {
                since.millis();
            }
            Ok(())
        })
        .is_some(),
        read(answer, |reply: ContactsReply| Ok(contacts(reply)))
            .inspect(|list| {
                for contact in &list.items {
                    contact.wait(Millis(u64::MAX));
                }
            })
            .is_some(),
        read(answer, |reply: AgentsReply| Ok(agents(reply)))
            .inspect(|list| {
                for agent in &list.items {
                    if let AgentState::Available { since } = agent.state {
                        since.millis();
                    }
                }
            })
            .is_some(),
        read(answer, |reply: FiguresReply| Ok(figures(Millis(0), reply)))
            .inspect(|figures| {
                figures.occupancy();
                figures.all.service_level(Within::default());
                figures.all.abandonment_rate();
            })
            .is_some(),
    ];
    taken.into_iter().filter(|taken| *taken).count()
}

fn read<Reply: FromRedisValue, T>(
    answer: &Value,
    reading: impl FnOnce(Reply) -> crate::Result<T>,
) -> Option<T> {
    let reply = Reply::from_redis_value(answer.clone()).ok()?;
    reading(reply).ok()
}
