//! `switchboard-engine check`: checks the data in Redis for consistency.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use shared::redis::{Audit, Finding, RedisAcd};
use shared::secret::Secret;
use shared::text::AcdName;

use crate::output;
use crate::redis_files::RedisFiles;

/// What the command line says.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// The URL of the Redis that holds the ACD. Use the environment variable if it has a password.
    #[arg(
        long,
        env = "REDIS_URL",
        hide_env_values = true,
        value_name = "URL",
        required = true
    )]
    redis_url: Secret,
    #[command(flatten)]
    redis_files: RedisFiles,
    /// The name of the ACD.
    #[arg(
        long,
        env = "SWITCHBOARD_ACD",
        value_name = "NAME",
        default_value = "acd"
    )]
    acd: AcdName,
    /// Repair what can be repaired. Without it nothing is written.
    #[arg(long)]
    repair: bool,
}

/// Audits, prints the findings, and returns whether everything is consistent now.
pub async fn command(args: CheckArgs) -> Result<bool, String> {
    for warning in args.redis_url.warnings() {
        output::print_error(format_args!("switchboard-engine: {warning}"));
    }
    let server = args.redis_files.server(args.redis_url.reveal());
    let acd = RedisAcd::connect_to(&server, args.acd).await;
    let acd = acd.map_err(|why| why.to_string())?;
    let bar = spinner();
    let began = Instant::now();
    let audit = acd
        .check(args.repair, |audit| bar.set_message(looked_at(audit)))
        .await;
    bar.finish_and_clear();
    let audit = audit.map_err(|why| format!("the check stopped before its end: {why}"))?;
    let report = report(&audit, began.elapsed(), args.repair);
    output::print(format_args!("{report}\n"))?;
    Ok(audit.wrong == audit.mended)
}

fn spinner() -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::default_spinner());
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn looked_at(audit: &Audit) -> String {
    let [agents, contacts, places] = [audit.agents, audit.contacts, audit.places].map(HumanCount);
    format!("{agents} agents, {contacts} contacts, {places} places on lists")
}

/// Returns the report: one line per finding, then the summary.
fn report(audit: &Audit, took: Duration, repair: bool) -> String {
    let warnings = audit.warnings.iter();
    let warnings = warnings.map(|warning| format!("warning {warning}"));
    let mut lines: Vec<String> = warnings.chain(audit.findings.iter().map(line)).collect();
    let untold = audit.wrong - audit.findings.len() as u64;
    if untold > 0 {
        lines.push(format!("... and {untold} more"));
    }
    let left = audit.wrong - audit.mended;
    let verdict = match (audit.wrong, left) {
        (0, _) => "no inconsistencies".to_owned(),
        (wrong, 0) => format!("{wrong} wrong, all repaired"),
        (wrong, left) if repair => {
            format!(
                "{wrong} wrong, {left} of them left: run it again; what remains cannot be repaired"
            )
        }
        (wrong, _) => format!("{wrong} wrong; --repair repairs what it can"),
    };
    let seconds = took.as_secs_f32();
    lines.push(format!("{} in {seconds:.1} s: {verdict}", looked_at(audit)));
    lines.join("\n")
}

fn line(finding: &Finding) -> String {
    let mark = if finding.mended {
        "repaired"
    } else {
        "wrong   "
    };
    format!("{mark}  {}", finding.what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audit(wrong: u64, mended: u64) -> Audit {
        let what = "agent ann is busy with a contact that is not there".to_owned();
        let finding = Finding {
            what,
            mended: mended > 0,
        };
        Audit {
            agents: 1_204,
            wrong,
            mended,
            findings: if wrong > 0 { vec![finding] } else { vec![] },
            ..Audit::default()
        }
    }

    #[test]
    fn the_report_says_what_was_wrong_and_what_is_left() {
        let second = Duration::from_secs(1);
        assert_eq!(
            report(&audit(0, 0), second, false),
            "1,204 agents, 0 contacts, 0 places on lists in 1.0 s: no inconsistencies"
        );
        let warned = Audit {
            warnings: vec!["Redis keeps no append-only file".to_owned()],
            ..audit(0, 0)
        };
        let warned = report(&warned, second, false);
        assert!(warned.starts_with("warning Redis keeps no"), "{warned}");
        assert!(warned.ends_with("no inconsistencies"), "{warned}");
        let found = report(&audit(3, 0), second, false);
        assert!(found.starts_with("wrong     agent ann is busy"), "{found}");
        assert!(found.contains("... and 2 more\n"), "{found}");
        assert!(found.ends_with("3 wrong; --repair repairs what it can"));
        assert!(report(&audit(1, 1), second, true).ends_with("1 wrong, all repaired"));
        assert!(report(&audit(2, 1), second, true).contains("2 wrong, 1 of them left"));
    }
}
