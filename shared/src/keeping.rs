//! Whether a Redis server keeps what was written to it, and if not, why.

/// The settings of a server that decide whether it loses data. `None` means the server did not
/// report it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keeping {
    /// What it does when its memory is full (`maxmemory-policy`).
    pub policy: Option<String>,
    /// How many bytes of memory it may use; 0 means no limit.
    pub most_bytes: Option<u64>,
    /// Whether it writes every change to its disk.
    pub append_only: Option<bool>,
}

/// Returns a field of the answer to `INFO`, which has one `name:value` per line.
pub(crate) fn figure<'told>(told: &'told str, name: &str) -> Option<&'told str> {
    let mut lines = told.lines();
    lines.find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':'))
}

impl Keeping {
    /// Reads the settings from the answer to `INFO`.
    pub fn read(told: &str) -> Self {
        let figure = |name| figure(told, name);
        Self {
            policy: figure("maxmemory_policy").map(str::to_owned),
            most_bytes: figure("maxmemory").and_then(|bytes| bytes.parse().ok()),
            append_only: figure("aof_enabled").map(|enabled| enabled == "1"),
        }
    }

    /// Returns the eviction policy if it could evict any key. The `volatile-...` policies evict
    /// only keys with an expiry, and no key of an ACD has one.
    fn would_evict(&self) -> Option<&str> {
        let policy = self.policy.as_deref()?;
        policy.starts_with("allkeys").then_some(policy)
    }

    /// Returns whether the server evicts contacts when its memory is full.
    pub fn evicts(&self) -> bool {
        self.would_evict().is_some() && self.most_bytes.is_some_and(|most| most > 0)
    }

    /// Describes what a server that evicts loses, with the remedy.
    pub fn eviction(&self) -> Option<String> {
        let policy = self.would_evict().filter(|_| self.evicts())?;
        Some(format!(
            "Redis evicts contacts when its memory is full (maxmemory-policy {policy}): set \
             maxmemory-policy noeviction, so that it refuses new ones instead"
        ))
    }

    /// Returns what an operator should know, one sentence each, with the remedy.
    pub fn warnings(&self) -> Vec<String> {
        let later = self.would_evict().filter(|_| !self.evicts()).map(|policy| {
            format!(
                "Redis would evict contacts if maxmemory were set (maxmemory-policy {policy}): set \
                 maxmemory-policy noeviction"
            )
        });
        let volatile = (self.append_only == Some(false)).then(|| {
            "Redis keeps no append-only file: if it ends, it loses everything since its last \
             snapshot, or everything if it takes none; set appendonly yes"
                .to_owned()
        });
        later.into_iter().chain(volatile).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeping(policy: &str, most: &str, append_only: &str) -> Keeping {
        Keeping::read(&format!(
            "# Memory\r\nused_memory:1\r\nmaxmemory:{most}\r\nmaxmemory_human:0B\r\n\
             maxmemory_policy:{policy}\r\n# Persistence\r\naof_enabled:{append_only}\r\n"
        ))
    }

    #[test]
    fn a_server_with_a_limit_and_an_allkeys_policy_evicts() {
        for (policy, most, evicts, warnings) in [
            ("noeviction", "0", false, 0),
            ("noeviction", "1000", false, 0),
            ("allkeys-lru", "1000", true, 0),
            ("allkeys-lfu", "1000", true, 0),
            ("allkeys-random", "1", true, 0),
            ("allkeys-lru", "0", false, 1),
            ("volatile-lru", "1000", false, 0),
            ("volatile-ttl", "1000", false, 0),
        ] {
            let told = keeping(policy, most, "1");
            assert_eq!(told.evicts(), evicts, "{policy} {most}");
            assert_eq!(told.eviction().is_some(), evicts, "{policy} {most}");
            assert_eq!(told.warnings().len(), warnings, "{policy} {most}");
        }
    }

    #[test]
    fn a_server_without_an_append_only_file_causes_a_warning() {
        let warnings = keeping("noeviction", "0", "0").warnings();
        assert!(warnings[0].contains("set appendonly yes"), "{warnings:?}");
    }

    #[test]
    fn a_server_that_reports_nothing_causes_no_warning() {
        for told in ["", "maxmemory_policy:allkeys-lru", "maxmemory:many"] {
            let told = Keeping::read(told);
            assert!(!told.evicts());
            assert_eq!(told.append_only, None);
        }
        assert_eq!(Keeping::read("").warnings(), [""; 0]);
    }
}
