//! Performs a one-shot command and prints its answer.

use shared::Acd;
use shared::contact::{Priority, Remarks};
use shared::service_level::ServiceLevel;
use shared::text::{Disposition, Note};

use super::failure::Failure;
use super::{OneShot, act, inject, offers, print, settings, status};
use crate::offer_answer::OfferAnswer;
use crate::series::{Needs, Series};

/// Performs a command and prints its answer.
pub(super) async fn perform(
    acd: &dyn Acd,
    command: &OneShot,
    level: ServiceLevel,
) -> Result<(), Failure> {
    match command {
        OneShot::Agent(agent, verb, json) => {
            print(&act::for_agent(acd, agent, verb).await?.written(*json))
        }
        OneShot::Status { json, watch } => report(acd, *json, *watch, level).await,
        OneShot::Inject {
            contact_type,
            skills,
            priority,
            count,
            per_minute,
            json,
        } => {
            let series = Series {
                needs: Needs::new(contact_type.clone(), skills.clone(), priority.map(Priority)),
                count: *count,
                per_minute: *per_minute,
            };
            inject::inject(acd, &series, *json).await
        }
        OneShot::Acd { verb, json } => print(&act::open_or_close(acd, *verb).await?.written(*json)),
        OneShot::Set {
            settings: words,
            json,
        } => print(&settings::set(acd, words).await?.written(*json)),
        OneShot::Type {
            name,
            settings: words,
            create,
            delete,
            json,
        } => {
            let done = if *delete {
                settings::delete_type(acd, name).await?
            } else if words.is_empty() && !create {
                settings::show_type(acd, name).await?
            } else {
                settings::change_type(acd, name, &settings::change(words)?).await?
            };
            print(&done.written(*json))
        }
        OneShot::Types { json } => print(&settings::types(acd).await?.written(*json)),
        OneShot::Explain { of } => {
            let contact = act::named(acd, &of.contact).await?;
            print(&act::explain(acd, contact).await?.written(of.json))
        }
        OneShot::Accept { of, agent } => {
            let contact = act::named(acd, &of.contact).await?;
            let done = offers::answer(acd, contact, agent, &OfferAnswer::Accept).await?;
            print(&done.written(of.json))
        }
        OneShot::Reject { of, agent, reason } => {
            let contact = act::named(acd, &of.contact).await?;
            let reject = OfferAnswer::Reject(reason.clone());
            let done = offers::answer(acd, contact, agent, &reject).await?;
            print(&done.written(of.json))
        }
        OneShot::Complete {
            of,
            disposition,
            note,
        } => {
            let contact = act::named(acd, &of.contact).await?;
            let remarks = remarks(disposition.as_ref(), note.as_ref());
            let done = offers::complete(acd, contact, remarks).await?;
            print(&done.written(of.json))
        }
        OneShot::Disposition {
            of,
            disposition,
            note,
        } => {
            let contact = act::named(acd, &of.contact).await?;
            let remarks = remarks(disposition.as_ref(), note.as_ref());
            let done = offers::disposition(acd, contact, remarks).await?;
            print(&done.written(of.json))
        }
        OneShot::WrapUp {
            agent,
            extend,
            json,
        } => print(&offers::wrap_up(acd, agent, *extend).await?.written(*json)),
        OneShot::Cancel { of } => {
            let contact = act::named(acd, &of.contact).await?;
            print(&act::cancel(acd, contact).await?.written(of.json))
        }
        OneShot::Requeue { of } => {
            let contact = act::named(acd, &of.contact).await?;
            print(&act::requeue(acd, contact).await?.written(of.json))
        }
        OneShot::Priority { of, priority } => {
            let contact = act::named(acd, &of.contact).await?;
            let done = act::priority(acd, contact, Priority(*priority)).await?;
            print(&done.written(of.json))
        }
    }
}

fn remarks(disposition: Option<&Disposition>, note: Option<&Note>) -> Remarks {
    Remarks {
        disposition: disposition.cloned(),
        note: note.cloned(),
    }
}

/// Prints the figures of the floor, once or at each change.
async fn report(
    acd: &dyn Acd,
    json: bool,
    watch: bool,
    level: ServiceLevel,
) -> Result<(), Failure> {
    let form = if json {
        status::Form::Json
    } else {
        status::Form::Plain
    };
    if watch {
        return status::watch(acd, form, level).await;
    }
    print(&status::Status::of(acd, level).await?.written(form))
}
