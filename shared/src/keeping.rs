//! Whether the store keeps what it was given, and why not.

/// What a server's settings do to what it holds. What it does not tell is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keeping {
    /// What it does when its memory is full.
    pub policy: Option<String>,
    /// How many bytes it may use; 0 if as many as there are.
    pub most_bytes: Option<u64>,
    /// Whether it writes every change to its disk.
    pub append_only: Option<bool>,
}

/// Gives a figure out of what a server tells about itself (`INFO`): each is a line, `name:value`.
pub(crate) fn figure<'told>(told: &'told str, name: &str) -> Option<&'told str> {
    let mut lines = told.lines();
    lines.find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':'))
}

impl Keeping {
    /// Reads what a server tells about itself, a line a figure.
    pub fn read(told: &str) -> Self {
        let figure = |name| figure(told, name);
        Self {
            policy: figure("maxmemory_policy").map(str::to_owned),
            most_bytes: figure("maxmemory").and_then(|bytes| bytes.parse().ok()),
            append_only: figure("aof_enabled").map(|enabled| enabled == "1"),
        }
    }

    /// Whether a full server would throw any key away. The policies `volatile-...` take only keys
    /// with an expiry, which none of an ACD has.
    fn would_evict(&self) -> Option<&str> {
        let policy = self.policy.as_deref()?;
        policy.starts_with("allkeys").then_some(policy)
    }

    /// Whether the server throws contacts away when its memory is full.
    pub fn evicts(&self) -> bool {
        self.would_evict().is_some() && self.most_bytes.is_some_and(|most| most > 0)
    }

    /// Tells what is lost by a server that evicts, with the remedy.
    pub fn eviction(&self) -> Option<String> {
        let policy = self.would_evict().filter(|_| self.evicts())?;
        Some(format!(
            "Redis throws contacts away when its memory is full (maxmemory-policy {policy}): set \
             maxmemory-policy noeviction, which refuses new ones instead"
        ))
    }

    /// Gives what an operator should know, a sentence each, with the remedy.
    pub fn warnings(&self) -> Vec<String> {
        let later = self.would_evict().filter(|_| !self.evicts()).map(|policy| {
            format!(
                "Redis would throw contacts away if it were given a maxmemory (maxmemory-policy \
                 {policy}): set maxmemory-policy noeviction"
            )
        });
        let volatile = (self.append_only == Some(false)).then(|| {
            "Redis keeps no append-only file: if it ends, what it acknowledged since its last \
             snapshot is lost, or all of it if it writes none; set appendonly yes"
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
    fn a_server_that_throws_any_key_away_when_it_is_full_evicts() {
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
    fn a_server_without_an_append_only_file_is_warned_of() {
        let warnings = keeping("noeviction", "0", "0").warnings();
        assert!(warnings[0].contains("set appendonly yes"), "{warnings:?}");
    }

    #[test]
    fn of_a_server_that_tells_nothing_nothing_is_said() {
        for told in ["", "maxmemory_policy:allkeys-lru", "maxmemory:many"] {
            let told = Keeping::read(told);
            assert!(!told.evicts());
            assert_eq!(told.append_only, None);
        }
        assert_eq!(Keeping::read("").warnings(), [""; 0]);
    }
}
