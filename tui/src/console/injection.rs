//! A series of contacts that this console injects at a rate.

use super::Model;
use super::effect::{Effect, Task};
use super::refuse::{refuse, refused};
use crate::sentence;
use crate::series::Series;

/// A running series of injected contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injection {
    /// What is being injected.
    pub series: Series,
    /// The number of contacts created so far.
    pub made: u32,
    /// Whether it is being stopped.
    pub stopped: bool,
}

impl Injection {
    /// Describes its progress.
    pub fn progress(&self) -> String {
        format!("{} of {}", self.made, self.series.count)
    }
}

/// Starts a series of injected contacts, unless one is running.
pub(crate) fn start(model: &mut Model, series: Series) -> Vec<Effect> {
    if let Some(injection) = &model.injection {
        let progress = injection.progress();
        let text =
            format!("Not sent: a series is running ({progress} injected); inject stop ends it.");
        return refuse(model, &text);
    }
    if refused(model) {
        return vec![Effect::Draw];
    }
    model.injection = Some(Injection {
        series: series.clone(),
        made: 0,
        stopped: false,
    });
    vec![Effect::Run(Task::Inject(series)), Effect::Draw]
}

/// Updates the number of contacts created by the series.
pub(crate) fn injected(model: &mut Model, made: u32) -> Vec<Effect> {
    if let Some(injection) = &mut model.injection {
        injection.made = made;
    }
    vec![Effect::Draw]
}

/// Handles the end of the series.
pub(crate) fn ended(model: &mut Model, made: u32, why: Option<&String>) -> Vec<Effect> {
    if let Some(injection) = model.injection.take() {
        let text = sentence::series(&injection.series, made, why);
        if why.is_some() {
            model.refuse(text);
        } else {
            model.say(text);
        }
    }
    vec![Effect::Draw, Effect::Run(Task::PollNow)]
}

/// Stops the series. The contacts created so far stay.
pub(crate) fn stop(model: &mut Model) -> Vec<Effect> {
    let Some(injection) = &mut model.injection else {
        return refuse(model, "Nothing is being injected at a rate.");
    };
    injection.stopped = true;
    vec![Effect::Run(Task::StopInjecting), Effect::Draw]
}
