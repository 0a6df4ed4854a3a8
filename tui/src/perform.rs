//! Asks the ACD what the model wants asked, each request on a task of its own.

use std::sync::Arc;
use std::time::Duration;

use shared::contact::{ContactId, NewContact};
use shared::{Acd, Error};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::effect::Request;
use crate::message::Message;
use crate::sentence;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks on a task, and sends back what became of it.
pub fn ask(
    tasks: &TaskTracker,
    acd: Arc<dyn Acd>,
    request: Request,
    replies: mpsc::Sender<Message>,
) {
    tasks.spawn(async move {
        let answer = match timeout(PATIENCE, perform(acd.as_ref(), &request)).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_) => Err(format!(
                "no answer in {} seconds; it may or may not have happened",
                PATIENCE.as_secs()
            )),
        };
        // The only way to fail is that the console has left meanwhile.
        let _ = replies.send(Message::Answered { request, answer }).await;
    });
}

/// Asks, and gives the sentence that says what came of it.
pub async fn perform(acd: &dyn Acd, request: &Request) -> Result<String, Error> {
    match request {
        Request::SetPresence {
            agent,
            presence,
            busy,
        } => {
            acd.set_presence(agent, presence.clone()).await?;
            Ok(sentence::present(agent, presence, *busy))
        }
        Request::Inject(skills) => {
            let id = ContactId::random();
            let contact = NewContact::needing(id, skills.clone())?;
            let state = acd.create_contact(contact).await?;
            Ok(sentence::injected(id, skills, &state))
        }
        Request::Complete(id) => {
            let state = acd.complete_contact(*id).await?;
            Ok(sentence::completed(*id, &state))
        }
        Request::Open => {
            acd.open().await?;
            Ok("The ACD is open.".to_owned())
        }
        Request::Close => {
            acd.close().await?;
            Ok("The ACD is closed: it takes no new contacts.".to_owned())
        }
    }
}
