//! The command-line arguments, and the options they resolve to.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use reqwest::Url;
use shared::secret::Secret;
use shared::text::Invalid;

use super::Error;
use super::skills::SkillSet;
use super::span::Span;
use crate::argument::{at_least, between};
use crate::{http, output, trust};

/// Send test traffic to an engine and report how long contacts waited.
///
/// Creates the agents `agent:0`, `agent:1` and so on, and opens the ACD. Then contacts arrive at
/// the given rate, whether or not the engine keeps up. They hang up when their patience ends, and
/// agents complete them after a while. A floor that already has agents is refused, unless --guest
/// or --reuse is given.
#[derive(Clone, Debug, clap::Args)]
pub struct TrafficArgs {
    /// The address of the engine's API.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8000", value_parser = server_url)]
    pub url: Url,

    /// A file whose first line is the token for the engine. Its role must be admin, because agents
    /// are created.
    #[arg(long, env = "SWITCHBOARD_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// The number of agents.
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = between(1_u32, 10_000))]
    pub agents: u32,

    /// The number of contacts.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = at_least(1_u64))]
    pub contacts: u64,

    /// How many contacts arrive per second on average, for example 0.5.
    #[arg(long, value_name = "PER_SECOND", default_value_t = Rate(2.0))]
    pub rate: Rate,

    /// How many seconds an agent spends on a contact: a range like `1..3`, or a fixed time like
    /// `2`.
    #[arg(long, value_name = "SECONDS", default_value_t = Span::seconds(1, 3))]
    pub hold: Span,

    /// How many seconds a contact waits before it hangs up: a range like `5..15`, or a fixed time.
    #[arg(long, value_name = "SECONDS", default_value_t = Span::seconds(5, 15))]
    pub patience: Span,

    /// The share of offers that agents reject, 0 to 1. Only floors with `offer_timeout_s` offer
    /// contacts.
    #[arg(long, value_name = "SHARE", default_value_t = Habits::USUAL.reject)]
    pub reject: Share,

    /// The share of the other offers that agents do not answer in time, 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = Habits::USUAL.miss)]
    pub miss: Share,

    /// A file of skills, `{"languages":["English"],"expertise":["Billing"]}`, instead of the
    /// built-in five of each. Every agent and every contact has one of each.
    #[arg(long, value_name = "FILE")]
    pub skills: Option<PathBuf>,

    /// The seed of the random choices; the same seed repeats a run. Without it a seed is drawn and
    /// shown.
    #[arg(long, value_name = "N", value_parser = at_least(0_u64))]
    pub seed: Option<u64>,

    /// Agents take short breaks now and then.
    #[arg(long)]
    pub breaks: bool,

    /// Run beside other agents. Its own agents are `demo:0` and so on, with skills like
    /// `demo-English` that nobody else holds; they are removed at the end. No other agent is
    /// changed; a number whose id another agent has is left out. The ACD must be open.
    /// The totals of the floor count its contacts, the figures of other skills do not. At the end
    /// it cancels its contacts, and puts other contacts of its agents back in the queue.
    #[arg(long)]
    pub guest: bool,

    /// Run although there are agents, for example those of an earlier run. Agents named `agent:0`
    /// and so on get the skills that they lack, for good, and become available.
    #[arg(long, conflicts_with = "guest")]
    pub reuse: bool,
}

impl TrafficArgs {
    /// Resolves the arguments to options; reads the skills file and draws the seed.
    pub fn options(&self) -> Result<Options, Error> {
        let skills = match &self.skills {
            Some(path) => SkillSet::from_file(path)?,
            None => SkillSet::default(),
        };
        let warnings = self
            .token_file
            .iter()
            .flat_map(|file| trust::warnings("the token file", file));
        warnings
            .for_each(|warning| output::print_error(format_args!("switchboard-engine: {warning}")));
        Ok(Options {
            url: self.url.clone(),
            token: self.token_file.as_deref().map(http::token).transpose()?,
            agents: self.agents,
            contacts: Some(self.contacts),
            rate: self.rate,
            hold: self.hold,
            patience: self.patience,
            habits: Habits {
                reject: self.reject,
                miss: self.miss,
            },
            skills,
            seed: self.seed.unwrap_or_else(short_seed),
            breaks: self.breaks,
            cast: if self.guest { Cast::Guest } else { Cast::Stays },
        })
    }
}

/// The options of a run of synthetic traffic.
#[derive(Clone, Debug)]
pub struct Options {
    /// The engine's API.
    pub url: Url,
    /// The token, if the engine needs one.
    pub token: Option<Secret>,
    /// How many agents take contacts.
    pub agents: u32,
    /// How many contacts arrive in all; `None` for no end.
    pub contacts: Option<u64>,
    /// How many contacts arrive per second on average.
    pub rate: Rate,
    /// How long an agent spends on a contact.
    pub hold: Span,
    /// How long a contact waits before it abandons.
    pub patience: Span,
    /// What agents do with offers.
    pub habits: Habits,
    /// The skills of agents and contacts.
    pub skills: SkillSet,
    /// The seed of all random choices.
    pub seed: u64,
    /// Whether agents take short breaks.
    pub breaks: bool,
    /// Which agents take part, and whether they are removed.
    pub cast: Cast,
}

/// Which agents take part, and what happens to them at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cast {
    /// `agent:0` and on, who stay.
    Stays,
    /// `agent:0` and on, who are removed at the end.
    Leaves,
    /// `demo:0` and on with skills of their own, beside other agents; they are removed at the end.
    Guest,
}

impl Options {
    /// Returns the options of a demo that runs until it is stopped: busy enough that queues build
    /// up and clear, with agents on breaks. On a floor used by others it is a guest.
    pub fn demo(url: Url, cast: Cast) -> Self {
        Self {
            url,
            token: None,
            agents: 40,
            contacts: None,
            rate: Rate(2.0),
            hold: Span::seconds(8, 24),
            patience: Span::seconds(10, 40),
            habits: Habits::USUAL,
            skills: SkillSet::default(),
            seed: short_seed(),
            breaks: true,
            cast,
        }
    }
}

/// Draws a seed that is short enough to retype.
fn short_seed() -> u64 {
    u64::from(rand::random::<u32>())
}

/// How many contacts arrive per second on average: above 0, at most [`Rate::MOST`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate(f64);

impl Rate {
    /// The highest rate; one process cannot follow more contacts.
    pub const MOST: f64 = 10_000.0;

    /// Draws the gap to the next arrival, exponentially distributed, as for independent callers.
    pub(super) fn gap(self, rng: &mut impl rand::RngExt) -> Duration {
        // 1 - u is in (0, 1], so the logarithm is finite.
        let u: f64 = rng.random();
        Duration::from_secs_f64(-(1.0 - u).ln() / self.0)
    }
}

impl FromStr for Rate {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.parse::<f64>() {
            // At a lower rate (one contact in eleven days) a gap could overflow the clock.
            Ok(rate) if (1e-6..=Self::MOST).contains(&rate) => Ok(Self(rate)),
            _ => Err(Invalid::new(
                format!("rate {text:?}"),
                "is not a number of contacts per second",
                format!("use a number above 0 and up to {}", Self::MOST),
            )),
        }
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What agents do with offers, where contacts are offered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Habits {
    /// The share of offers that they reject.
    pub reject: Share,
    /// The share of the others that they miss.
    pub miss: Share,
}

impl Habits {
    /// What agents usually do.
    pub const USUAL: Self = Self {
        reject: Share(0.05),
        miss: Share(0.02),
    };
}

/// A share, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(f64);

impl Share {
    /// Draws whether it is one of them.
    pub(super) fn draw(self, rng: &mut impl rand::RngExt) -> bool {
        rng.random_bool(self.0)
    }
}

impl FromStr for Share {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.parse::<f64>() {
            Ok(share) if (0.0..=1.0).contains(&share) => Ok(Self(share)),
            _ => Err(Invalid::new(
                format!("share {text:?}"),
                "is not a share",
                "use a number from 0 to 1, like 0.05",
            )),
        }
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Parses the address of an API.
fn server_url(text: &str) -> Result<Url, Invalid> {
    let refuse = |problem: &str| {
        Invalid::new(
            format!("URL {text:?}"),
            problem,
            "use one like http://127.0.0.1:8000",
        )
    };
    let url = Url::parse(text).map_err(|error| refuse(&format!("cannot be read ({error})")))?;
    if url.scheme() != "http" {
        // TLS ends at the load balancer; the generator is meant for a trusted network.
        return Err(refuse("does not begin with http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Invalid::new(
            "the URL",
            "has a user or password in it",
            "leave them out: the API takes a token, by --token-file",
        ));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        traffic: TrafficArgs,
    }

    fn parse(line: &str) -> Result<TrafficArgs, String> {
        Cli::try_parse_from(std::iter::once("x").chain(line.split_whitespace()))
            .map(|cli| cli.traffic)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn no_argument_is_needed() {
        let options = parse("").unwrap().options().unwrap();
        assert_eq!(options.url.as_str(), "http://127.0.0.1:8000/");
        assert_eq!((options.agents, options.contacts), (40, Some(100)));
        assert_eq!((options.rate, options.breaks), (Rate(2.0), false));
        assert_eq!(options.hold, Span::seconds(1, 3));
        assert_eq!(options.patience, Span::seconds(5, 15));
        assert_eq!(options.habits, Habits::USUAL);
    }

    #[test]
    fn every_argument_is_taken() {
        let line = "--url http://acd:80/v1 --agents 3 --contacts 9 --rate 0.5 --hold 2 \
                    --patience 1.5..2 --seed 7 --breaks --reject 0.5 --miss 1";
        let options = parse(line).unwrap().options().unwrap();
        assert_eq!(options.url.as_str(), "http://acd/v1");
        assert_eq!((options.agents, options.contacts), (3, Some(9)));
        assert_eq!((options.rate, options.seed), (Rate(0.5), 7));
        assert_eq!(options.hold, Span::seconds(2, 2));
        assert!(options.breaks);
        let (reject, miss) = (Share(0.5), Share(1.0));
        assert_eq!(options.habits, Habits { reject, miss });
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_a_remedy() {
        for (line, says) in [
            ("--rate 0", "above 0 and up to 10000"),
            ("--rate -1", "unexpected argument"),
            ("--rate=-1", "above 0 and up to 10000"),
            ("--rate NaN", "above 0 and up to 10000"),
            ("--reject 1.1", "a number from 0 to 1"),
            ("--miss=-0.1", "a number from 0 to 1"),
            ("--agents 0", "must be 1 to 10000"),
            ("--contacts 0", "must be 1 or more"),
            ("--url localhost", "cannot be read"),
            ("--url https://acd", "does not begin with http://"),
            ("--url http://me:secret@acd", "leave them out"),
            ("--hold 3..1", "smaller number first"),
        ] {
            let refused = parse(line).unwrap_err();
            assert!(refused.contains(says), "{line}: {refused}");
            assert!(!refused.contains("panic"), "{line}: {refused}");
        }
    }

    #[test]
    fn gaps_keep_the_rate_on_average() {
        use rand::SeedableRng;
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let total: Duration = (0..10_000).map(|_| Rate(50.0).gap(&mut rng)).sum();
        assert!((190.0..210.0).contains(&total.as_secs_f64()), "{total:?}");
    }
}
