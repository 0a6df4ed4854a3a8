//! The audit: whether what stands in Redis agrees with itself, and mending it where it does not.
//!
//! It goes through all keys of the ACD in bounded steps, each a script that looks at some subjects
//! with all that has to agree with them at that moment. So the floor may be live, and feels it
//! as it feels any other small call; between two steps the audit rests as long as it worked.
//! First keys of a wrong type are put aside, and a lost `meta` is begun anew, then the lists lose who does not belong there, then
//! all contacts are put where they belong, then all agents, who may get contacts that were put back,
//! then the sums are compared.

use tokio::time::Instant;

use super::RedisAcd;
use super::scripts::{self, Script};
use crate::acd::Acd as _;
use crate::error::Result;

/// How many subjects a step looks at.
const STEP: usize = 100;
/// How many keys the server looks at in a step of the search for them.
const SEARCHED: usize = 500;
/// The most lines whose lengths are added up in one step, and agents whose marks are looked at.
const MOST_LINES: usize = 5_000;
/// How many findings are kept as sentences.
pub const FINDINGS_KEPT: usize = 200;

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// How many agents were looked at.
    pub agents: u64,
    /// How many contacts were looked at.
    pub contacts: u64,
    /// How many places on lists were looked at.
    pub places: u64,
    /// How much was wrong.
    pub wrong: u64,
    /// How much of it was mended.
    pub mended: u64,
    /// What was wrong, as sentences: the first [`FINDINGS_KEPT`].
    pub findings: Vec<Finding>,
    /// What an operator should know of the server, a sentence each.
    pub warnings: Vec<String>,
}

/// One thing that was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What, as a sentence.
    pub what: String,
    /// Whether it was mended.
    pub mended: bool,
}

/// What a step answers: what was wrong, and whether it was mended.
type Found = Vec<(String, bool)>;

impl Audit {
    fn add(&mut self, found: Found) {
        for (what, mended) in found {
            self.wrong += 1;
            self.mended += u64::from(mended);
            if self.findings.len() < FINDINGS_KEPT {
                self.findings.push(Finding { what, mended });
            }
        }
    }
}

/// How keys begin that a repair put aside (`pieces/call.lua`).
const SET_ASIDE: &str = "set-aside:";

/// What is looked at in one round through all keys.
#[derive(Clone, Copy)]
enum Round {
    /// What an earlier repair put aside, before this one puts anything there.
    SetAside,
    Types,
    Lists,
    Contacts,
    Agents,
}

/// A key of the ACD that is audited, by what it is.
enum Subject<'a> {
    List { kind: &'a str, name: &'a str },
    Counts,
    Agent(&'a str),
    Contact(&'a str),
}

impl<'a> Subject<'a> {
    /// Reads a key without the ACD's name.
    fn of(rest: &'a str) -> Option<Self> {
        match rest.split_once(':') {
            None if matches!(rest, "queue" | "agents" | "busy" | "away") => Some(Self::List {
                kind: rest,
                name: "",
            }),
            Some((kind @ ("available" | "staffed" | "heads" | "waiting"), name)) => {
                Some(Self::List { kind, name })
            }
            None if rest == "counts" => Some(Self::Counts),
            Some(("counts", _)) => Some(Self::Counts),
            Some(("agent", id)) => Some(Self::Agent(id)),
            Some(("contact", id)) => Some(Self::Contact(id)),
            _ => None,
        }
    }
}

impl RedisAcd {
    /// Audits all that stands in Redis, and mends what it can if it is to `repair`. After each
    /// step `progress` sees what was found up to then.
    pub async fn check(&self, repair: bool, mut progress: impl FnMut(&Audit)) -> Result<Audit> {
        let mut audit = Audit::default();
        if let Some(keeping) = self.keeping().await {
            let evicts = keeping.eviction().map(|what| (what, false));
            audit.add(evicts.into_iter().collect());
            audit.warnings = keeping.warnings();
        }
        for round in [
            Round::SetAside,
            Round::Types,
            Round::Lists,
            Round::Contacts,
            Round::Agents,
        ] {
            // What else is mended begins it anew.
            if matches!(round, Round::Lists) {
                let script = either(repair, scripts::CHECK_META, scripts::REPAIR_META);
                let mut script = self.script(script);
                script.arg(word(repair)).arg(MOST_LINES);
                let (found,): (Found,) = self.run(&script).await?;
                audit.add(found);
            }
            let mut cursor = 0;
            loop {
                let (next, mut keys) = self.search(cursor).await?;
                let first = matches!(round, Round::SetAside);
                keys.retain(|key| key.starts_with(SET_ASIDE) == first);
                match round {
                    Round::SetAside | Round::Types => {
                        self.check_types(repair, &keys, &mut audit).await?;
                    }
                    Round::Lists => self.check_lists(repair, &keys, &mut audit).await?,
                    Round::Contacts => self.check_contacts(repair, &keys, &mut audit).await?,
                    Round::Agents => self.check_agents(repair, &keys, &mut audit).await?,
                }
                progress(&audit);
                cursor = next;
                if cursor == 0 {
                    break;
                }
            }
        }
        let script = either(repair, scripts::CHECK_FLOOR, scripts::REPAIR_FLOOR);
        let mut script = self.script(script);
        script.arg(word(repair)).arg(MOST_LINES);
        let (found,): (Found,) = self.run(&script).await?;
        audit.add(found);
        progress(&audit);
        Ok(audit)
    }

    /// Gives some of the ACD's keys, without its name, and where to go on.
    async fn search(&self, cursor: u64) -> Result<(u64, Vec<String>)> {
        let mut scan = redis::cmd("SCAN");
        let ours = super::pattern(&self.tag) + "*";
        scan.arg(cursor).arg("MATCH").arg(ours);
        scan.arg("COUNT").arg(SEARCHED);
        let (next, keys): (u64, Vec<String>) = self.ask(&scan).await?;
        let prefix = self.key("");
        let keys = keys
            .iter()
            .filter_map(|key| key.strip_prefix(&prefix))
            .map(str::to_owned)
            .collect();
        Ok((next, keys))
    }

    /// Audits the types of some keys.
    async fn check_types(&self, repair: bool, keys: &[String], audit: &mut Audit) -> Result<()> {
        let script = either(repair, scripts::CHECK_KEYS, scripts::REPAIR_KEYS);
        for keys in keys.chunks(STEP) {
            let mut script = self.script(script);
            script.arg(word(repair)).arg(keys);
            let began = Instant::now();
            let (found,): (Found,) = self.run(&script).await?;
            tokio::time::sleep(began.elapsed()).await;
            audit.add(found);
        }
        Ok(())
    }

    /// Audits those of some keys that are lists or counts.
    async fn check_lists(&self, repair: bool, keys: &[String], audit: &mut Audit) -> Result<()> {
        for key in keys {
            match Subject::of(key) {
                Some(Subject::List { kind, name }) => {
                    self.check_list(repair, key, kind, name, audit).await?;
                }
                Some(Subject::Counts) => self.check_counts(repair, key, audit).await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Audits those of some keys that are contacts.
    async fn check_contacts(&self, repair: bool, keys: &[String], audit: &mut Audit) -> Result<()> {
        let contacts = keys.iter().filter_map(|key| match Subject::of(key)? {
            Subject::Contact(id) => Some(id),
            _ => None,
        });
        let script = either(repair, scripts::CHECK_CONTACTS, scripts::REPAIR_CONTACTS);
        for ids in contacts.collect::<Vec<_>>().chunks(STEP) {
            audit.contacts += self.check_documents(repair, script, ids, audit).await?;
        }
        Ok(())
    }

    /// Audits those of some keys that are agents.
    async fn check_agents(&self, repair: bool, keys: &[String], audit: &mut Audit) -> Result<()> {
        let agents = keys.iter().filter_map(|key| match Subject::of(key)? {
            Subject::Agent(id) => Some(id),
            _ => None,
        });
        let script = either(repair, scripts::CHECK_AGENTS, scripts::REPAIR_AGENTS);
        for ids in agents.collect::<Vec<_>>().chunks(STEP) {
            audit.agents += self.check_documents(repair, script, ids, audit).await?;
        }
        Ok(())
    }

    async fn check_documents(
        &self,
        repair: bool,
        script: Script,
        ids: &[&str],
        audit: &mut Audit,
    ) -> Result<u64> {
        let mut script = self.script(script);
        script.arg(word(repair)).arg(ids);
        let began = Instant::now();
        let (looked, found): (u64, Found) = self.run(&script).await?;
        tokio::time::sleep(began.elapsed()).await;
        audit.add(found);
        Ok(looked)
    }

    async fn check_list(
        &self,
        repair: bool,
        key: &str,
        kind: &str,
        name: &str,
        audit: &mut Audit,
    ) -> Result<()> {
        let script = either(repair, scripts::CHECK_LIST, scripts::REPAIR_LIST);
        let mut cursor = "0".to_owned();
        loop {
            let mut script = self.script_on(script, &self.key(key));
            script.arg(word(repair)).arg(kind).arg(name).arg(cursor);
            let began = Instant::now();
            let (next, looked, found): (String, u64, Found) = self.run(&script).await?;
            tokio::time::sleep(began.elapsed()).await;
            audit.places += looked;
            audit.add(found);
            if next == "0" {
                return Ok(());
            }
            cursor = next;
        }
    }

    async fn check_counts(&self, repair: bool, key: &str, audit: &mut Audit) -> Result<()> {
        let script = either(repair, scripts::CHECK_COUNTS, scripts::REPAIR_COUNTS);
        let mut cursor = "0".to_owned();
        loop {
            let mut script = self.script_on(script, &self.key(key));
            script.arg(word(repair)).arg(cursor);
            let began = Instant::now();
            let (next, found): (String, Found) = self.run(&script).await?;
            tokio::time::sleep(began.elapsed()).await;
            audit.add(found);
            if next == "0" {
                return Ok(());
            }
            cursor = next;
        }
    }
}

fn either(repair: bool, check: Script, mend: Script) -> Script {
    if repair { mend } else { check }
}

fn word(repair: bool) -> &'static str {
    if repair { "repair" } else { "" }
}
