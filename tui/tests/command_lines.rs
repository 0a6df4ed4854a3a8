//! Which command lines are understood.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use clap::Parser as _;
use tui::cli::{Arguments, Command};

fn parsed(line: &str) -> Result<Command, clap::Error> {
    let arguments = Arguments::try_parse_from(line.split(' '))?;
    Ok(arguments.command.unwrap())
}

#[test]
fn every_command_is_understood() {
    for line in [
        "switchboard agent agent:7 available",
        "switchboard agent agent:7 unavailable",
        "switchboard agent agent:7 unavailable --reason lunch",
        "switchboard agent agent:7 complete --redis-url redis://h --acd other",
        "switchboard --redis-url redis://h status --json --watch",
        "switchboard inject --skills English,Billing --priority 0 --count 10",
        "switchboard inject",
        "switchboard inject --count 20 --per-minute 60",
        "switchboard acd open",
        "switchboard explain contact:0192f3c4-0000-7000-8000-000000000000",
        "switchboard explain c-5e3d2e39 --json",
        "switchboard cancel c-5e3d2e39",
        "switchboard requeue 5e3d2e39 --json",
        "switchboard priority c-5e3d2e39 0",
        "switchboard inject --type billing --skills English",
        "switchboard set short_abandon_s=10 reasons=lunch,break",
        "switchboard set --json",
        "switchboard type billing skills=a,b priority=3",
        "switchboard type billing --create",
        "switchboard type billing --delete --json",
        "switchboard types --json",
        "switchboard agent agent:7 available --json",
        "switchboard acd open --json",
        "switchboard inject --json",
        "switchboard accept c-5e3d2e39 agent:7",
        "switchboard reject c-5e3d2e39 agent:7 --reason busy --json",
        "switchboard complete c-5e3d2e39 --disposition sold --note later",
        "switchboard disposition c-5e3d2e39 sold",
        "switchboard disposition c-5e3d2e39 --note later",
        "switchboard wrap-up agent:7",
        "switchboard wrap-up agent:7 --extend 60",
    ] {
        assert!(parsed(line).is_ok(), "{line}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_as_usage() {
    for line in [
        "switchboard agent a{b} available",
        "switchboard agent agent:7 asleep",
        "switchboard agent agent:7 available --reason lunch",
        "switchboard inject --skills a,,b",
        "switchboard inject --priority 256",
        "switchboard inject --count 0",
        "switchboard inject --per-minute 0",
        "switchboard inject --per-minute 60001",
        "switchboard acd",
        "switchboard acd shut",
        "switchboard type",
        "switchboard type a,b",
        "switchboard type billing priority=3 --delete",
        "switchboard type billing --create --delete",
        "switchboard types billing",
        "switchboard explain agent:7",
        "switchboard priority c-5e3d2e39",
        "switchboard priority c-5e3d2e39 256",
        "switchboard cancel",
        "switchboard accept c-5e3d2e39",
        "switchboard disposition c-5e3d2e39",
        "switchboard wrap-up agent:7 --extend 0",
        "switchboard wrap-up agent:7 --extend 3601",
    ] {
        assert_eq!(parsed(line).unwrap_err().exit_code(), 2, "{line}");
    }
}
