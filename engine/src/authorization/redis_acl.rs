//! `switchboard-engine redis-acl`: the Redis user for the engine and the console.
//! [`shared::redis::acl`] defines its permissions.

use sha2::{Digest as _, Sha256};
use shared::redis::acl;
use shared::secret::Secret;
use shared::text::{AcdName, Invalid};

/// For which ACD, and whom.
#[derive(Debug, clap::Args)]
pub struct RedisAclArgs {
    /// The ACD whose keys the user may access.
    #[arg(
        long,
        env = "SWITCHBOARD_ACD",
        value_name = "NAME",
        default_value = "acd"
    )]
    acd: AcdName,
    /// The name of the user.
    #[arg(long, value_name = "NAME", default_value = "switchboard", value_parser = user)]
    user: String,
    /// Also permit what `switchboard-engine check` needs. It searches for keys, so the user can see
    /// the names of all keys on the server.
    #[arg(long)]
    check: bool,
    /// For a server that other ACDs use, too: the user may not load functions, because all ACDs
    /// share them. Load them as an admin: switchboard-engine redis-functions | redis-cli -x
    /// FUNCTION LOAD
    #[arg(long)]
    shared: bool,
    // Only from the environment, because everybody on this machine can see arguments.
    #[arg(
        long,
        env = "REDIS_PASSWORD",
        hide = true,
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    password: Option<Secret>,
}

/// Returns the command for `redis-cli`, with the SHA-256 of the password if there is one.
pub fn line(args: &RedisAclArgs) -> String {
    let password = args.password.as_ref().map(|password| {
        let fingerprint = hex::encode(Sha256::digest(password.reveal()));
        ["resetpass".to_owned(), format!("#{fingerprint}")]
    });
    let words = ["ACL", "SETUSER", &args.user].map(str::to_owned);
    let words = words.into_iter().chain(password.into_iter().flatten());
    let audit = args.check.then_some(acl::OF_THE_AUDIT);
    let commands = acl::COMMANDS.into_iter().chain(audit.into_iter().flatten());
    let of_the_server = [acl::LOADING, acl::UNLOADING];
    let commands = commands.filter(|command| !args.shared || !of_the_server.contains(command));
    let words = words.chain(acl::rules(&args.acd, commands));
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

/// Quotes a word that `redis-cli` would misread, such as some names of an ACD.
fn quoted(word: String) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_.-:@~{}*+#|".contains(c);
    if word.chars().all(plain) {
        return word;
    }
    format!("\"{}\"", word.replace('\\', "\\\\"))
}

fn user(text: &str) -> Result<String, Invalid> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.-:@".contains(c);
    if (1..=64).contains(&text.len()) && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(
        "the user",
        "cannot have that name",
        "use 1 to 64 letters, digits or _ . - : @",
    ))
}
