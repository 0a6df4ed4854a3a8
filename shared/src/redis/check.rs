//! The audit: checks whether everything in Redis is consistent, and repairs it on request.
//!
//! It goes through all keys of the ACD in bounded steps. Each step is a script that compares some
//! subjects with everything that must agree with them at that moment. So the floor may be live, and
//! a step costs it no more than any other small call; between two steps the audit pauses as long as
//! the step took. The order is: put keys of a wrong type aside, create a lost `meta` again, remove
//! from the lists what does not belong there, put all contacts where they belong, check all agents
//! (who may get contacts that were put back), compare the totals.

use redis::{Cmd, FromRedisValue, RedisError};
use tokio::time::Instant;

use super::RedisAcd;
use super::failure::{Failure, is_forbidden, store_error};
use super::reply::{self, Sentence};
use super::scripts::{self, LIBRARY_OF_THE_AUDIT, Script};
use crate::acd::Acd as _;
use crate::agent::Agent;
use crate::error::{Error, Result};

/// How many subjects a step checks.
const STEP: usize = 100;
/// How many keys the server examines in one step of the search.
const SEARCHED: usize = 500;
/// The most lines whose lengths are summed in one step.
const MOST_LINES: usize = 5_000;
/// The most agents whose marks are examined to tell whether the ACD was closed.
const MOST_AGENTS: usize = 5_000;
/// How often the audit's library is loaded for one step.
const LOADS: usize = 10;
/// How many findings are kept as sentences.
pub const FINDINGS_KEPT: usize = 200;

/// The result of an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// How many agents were checked.
    pub agents: u64,
    /// How many contacts were checked.
    pub contacts: u64,
    /// How many list entries were checked.
    pub places: u64,
    /// How many faults were found.
    pub wrong: u64,
    /// How many of them were repaired.
    pub mended: u64,
    /// The faults as sentences: the first [`FINDINGS_KEPT`].
    pub findings: Vec<Finding>,
    /// What an operator should know about the server, one sentence each.
    pub warnings: Vec<String>,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The fault as a sentence.
    pub what: String,
    /// Whether it was repaired.
    pub mended: bool,
}

/// The answer of a step: each fault, and whether it was repaired.
type Found = Vec<(Sentence, bool)>;

impl Audit {
    fn add(&mut self, found: Found) {
        for (Sentence(what), mended) in found {
            self.wrong += 1;
            self.mended += u64::from(mended);
            if self.findings.len() < FINDINGS_KEPT {
                self.findings.push(Finding { what, mended });
            }
        }
    }
}

/// The prefix of keys that a repair put aside (`pieces/call.lua`).
const SET_ASIDE: &str = "set-aside:";

/// What one pass over all keys checks.
#[derive(Clone, Copy)]
enum Round {
    /// Keys that an earlier repair put aside, before this one adds any.
    SetAside,
    Types,
    Lists,
    Contacts,
    Agents,
}

/// What a document is about.
#[derive(Clone, Copy)]
enum Kind {
    Agent,
    Contact,
}

impl Kind {
    /// Returns the part of the key before the id.
    fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Contact => "contact",
        }
    }

    fn script(self, repair: bool) -> Script {
        match self {
            Self::Agent => either(repair, scripts::CHECK_AGENTS, scripts::REPAIR_AGENTS),
            Self::Contact => either(repair, scripts::CHECK_CONTACTS, scripts::REPAIR_CONTACTS),
        }
    }

    /// Returns why a document cannot be read, or `None` if it can.
    fn fault(self, id: &str, json: &str) -> Option<String> {
        match self {
            Self::Agent => reply::document::<Agent>(json).err(),
            Self::Contact => match id.parse() {
                Ok(id) => reply::contact(id, json).err(),
                Err(error) => return Some(error.to_string()),
            },
        }
        .map(|error| match error {
            Error::Contract(why) => why,
            error => error.to_string(),
        })
    }
}

/// The lists of the whole floor, and those of a skill or a profile.
const LISTS: &[&str] = &[
    "queue", "agents", "busy", "away", "offered", "wrap_up", "penalty",
];
const LISTS_OF_A_NAME: &[&str] = &["available", "idle", "sets", "staffed", "heads", "waiting"];

/// A key of the ACD that is audited, by its kind.
enum Subject<'a> {
    List { kind: &'a str, name: &'a str },
    Counts,
    Agent(&'a str),
    Contact(&'a str),
}

impl<'a> Subject<'a> {
    /// Parses a key without the ACD's prefix.
    fn of(rest: &'a str) -> Option<Self> {
        match rest.split_once(':') {
            None if LISTS.contains(&rest) => Some(Self::List {
                kind: rest,
                name: "",
            }),
            Some((kind, name)) if LISTS_OF_A_NAME.contains(&kind) => {
                Some(Self::List { kind, name })
            }
            None | Some(("counts", _)) if rest.starts_with("counts") => Some(Self::Counts),
            Some(("agent", id)) => Some(Self::Agent(id)),
            Some(("contact", id)) => Some(Self::Contact(id)),
            _ => None,
        }
    }
}

impl RedisAcd {
    /// Audits everything in Redis, and repairs what it can if `repair` is set. Calls `progress`
    /// after each step with the findings so far.
    pub async fn check(&self, repair: bool, progress: impl FnMut(&Audit)) -> Result<Audit> {
        let audit = self.audit(repair, progress).await;
        self.unload().await;
        audit
    }

    async fn audit(&self, repair: bool, mut progress: impl FnMut(&Audit)) -> Result<Audit> {
        let mut audit = Audit::default();
        if let Some(keeping) = self.keeping().await {
            let evicts = keeping.eviction().map(|what| (Sentence(what), false));
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
            // Any other repair would create it again.
            if matches!(round, Round::Lists) {
                let meta = either(repair, scripts::CHECK_META, scripts::REPAIR_META);
                self.check_floor(repair, meta, MOST_AGENTS, &mut audit)
                    .await?;
                audit.add(self.check_settings(repair).await?);
            }
            let mut cursor = 0;
            loop {
                let (next, mut keys, no_text) = self.search(cursor).await?;
                let first = matches!(round, Round::SetAside);
                if first {
                    audit.add(no_text);
                }
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
        self.check_floor(repair, script, MOST_LINES, &mut audit)
            .await?;
        progress(&audit);
        Ok(audit)
    }

    /// Returns the cursor for the next keys, some of the ACD's keys without their prefix, and those
    /// that are not valid text.
    async fn search(&self, cursor: u64) -> Result<(u64, Vec<String>, Found)> {
        let mut scan = redis::cmd("SCAN");
        let ours = super::pattern(&self.tag) + "*";
        scan.arg(cursor).arg("MATCH").arg(ours);
        scan.arg("COUNT").arg(SEARCHED);
        let (next, found): (u64, Vec<Vec<u8>>) = self.ask(&scan).await?;
        let prefix = self.key("");
        let (mut keys, mut no_text) = (vec![], vec![]);
        for key in found {
            match String::from_utf8(key) {
                Ok(key) => keys.extend(key.strip_prefix(&prefix).map(str::to_owned)),
                Err(key) => {
                    let key = key.as_bytes().escape_ascii();
                    let what = format!("{key} is no name that Switchboard gives: delete it");
                    no_text.push((Sentence(what), false));
                }
            }
        }
        Ok((next, keys, no_text))
    }

    /// Runs one step, then rests for as long as it took.
    async fn step<T: FromRedisValue>(&self, script: &Cmd) -> Result<T> {
        let began = Instant::now();
        let reply = self.run_of_audit(script).await?;
        tokio::time::sleep(began.elapsed()).await;
        Ok(reply)
    }

    /// Runs a script of the audit. Loads its library first if the server does not have it; another
    /// audit that ends may take it away again before the script runs.
    async fn run_of_audit<T: FromRedisValue>(&self, script: &Cmd) -> Result<T> {
        for _ in 0..LOADS {
            match self.try_on(None, script).await {
                Err(Failure::UnknownScript) => {
                    let loaded = self.load(&LIBRARY_OF_THE_AUDIT).await;
                    loaded.map_err(|error| not_loaded(&error))?;
                }
                reply => return Ok(reply?),
            }
        }
        Ok(self.try_on(None, script).await?)
    }

    /// Deletes the audit's library. Without the permission it stays, as where an admin loads the
    /// libraries.
    async fn unload(&self) {
        let mut delete = redis::cmd("FUNCTION");
        delete.arg("DELETE").arg(&LIBRARY_OF_THE_AUDIT.name);
        let _: Result<()> = self.ask(&delete).await;
    }

    /// Audits the types of these keys.
    async fn check_types(&self, repair: bool, keys: &[String], audit: &mut Audit) -> Result<()> {
        let script = either(repair, scripts::CHECK_KEYS, scripts::REPAIR_KEYS);
        for keys in keys.chunks(STEP) {
            let mut script = self.script(script);
            script.arg(word(repair)).arg(keys);
            let (found,): (Found,) = self.step(&script).await?;
            audit.add(found);
        }
        Ok(())
    }

    /// Audits the lists and counters among these keys.
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

    /// Audits the contacts among these keys.
    async fn check_contacts(&self, repair: bool, keys: &[String], audit: &mut Audit) -> Result<()> {
        let ids = keys.iter().filter_map(|key| match Subject::of(key)? {
            Subject::Contact(id) => Some(id),
            _ => None,
        });
        audit.contacts += self
            .check_documents(repair, Kind::Contact, ids, audit)
            .await?;
        Ok(())
    }

    /// Audits the agents among these keys.
    async fn check_agents(&self, repair: bool, keys: &[String], audit: &mut Audit) -> Result<()> {
        let ids = keys.iter().filter_map(|key| match Subject::of(key)? {
            Subject::Agent(id) => Some(id),
            _ => None,
        });
        audit.agents += self
            .check_documents(repair, Kind::Agent, ids, audit)
            .await?;
        Ok(())
    }

    /// Audits documents of one kind. Returns how many exist.
    async fn check_documents<'a>(
        &self,
        repair: bool,
        kind: Kind,
        ids: impl Iterator<Item = &'a str>,
        audit: &mut Audit,
    ) -> Result<u64> {
        let script = kind.script(repair);
        let ids: Vec<&str> = ids.collect();
        let mut exist = 0;
        for ids in ids.chunks(STEP) {
            let mut script = self.script(script);
            script.arg(word(repair)).arg(ids);
            let (looked, found): (u64, Found) = self.step(&script).await?;
            exist += looked;
            let unreadable = self.unreadable(kind, ids, &found).await?;
            audit.add(found);
            audit.add(unreadable);
        }
        Ok(exist)
    }

    /// Reads documents as any reader does, and reports those that cannot be read. Skips those of
    /// which the script already `found` what it cannot repair.
    async fn unreadable(&self, kind: Kind, ids: &[&str], found: &Found) -> Result<Found> {
        let keys: Vec<String> = ids
            .iter()
            .map(|id| self.key(&format!("{}:{id}", kind.word())))
            .collect();
        let mut read = redis::cmd("JSON.MGET");
        read.arg(&keys).arg(".");
        let documents: Vec<Option<String>> = self.ask(&read).await?;
        let known = |id: &str| {
            found
                .iter()
                .any(|(Sentence(what), mended)| !mended && what.contains(id))
        };
        let documents = ids.iter().zip(&keys).zip(documents);
        Ok(documents
            .filter(|((id, _), _)| !known(id))
            .filter_map(|((id, key), json)| Some((key, kind.fault(id, &json?)?)))
            .map(|(key, fault)| {
                let what = format!(
                    "{key} cannot be read ({fault}): look at it, and delete it if it is of no use"
                );
                (Sentence(what), false)
            })
            .collect())
    }

    /// Audits what concerns the whole floor; `most` bounds how much of it.
    async fn check_floor(
        &self,
        repair: bool,
        script: Script,
        most: usize,
        audit: &mut Audit,
    ) -> Result<()> {
        let mut script = self.script(script);
        script.arg(word(repair)).arg(most);
        let (found,): (Found,) = self.run_of_audit(&script).await?;
        audit.add(found);
        Ok(())
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
            let (next, looked, found): (String, u64, Found) = self.step(&script).await?;
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
            let (next, found): (String, Found) = self.step(&script).await?;
            audit.add(found);
            if next == "0" {
                return Ok(());
            }
            cursor = next;
        }
    }
}

fn not_loaded(error: &RedisError) -> Error {
    if is_forbidden(error) {
        return Error::StoreRefuses(
            "the Redis user may not load the audit's scripts: `switchboard-engine redis-acl \
             --check` permits it, or an admin loads what `switchboard-engine redis-functions \
             --check` prints"
                .to_owned(),
        );
    }
    store_error(error)
}

fn either(repair: bool, check: Script, mend: Script) -> Script {
    if repair { mend } else { check }
}

fn word(repair: bool) -> &'static str {
    if repair { "repair" } else { "" }
}
