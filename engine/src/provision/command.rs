//! `switchboard-engine provision`: from the command line to the options.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Url;
use serde_json::Value;

use super::{Options, ProvisionError, call, run};
use crate::output;

/// What the command line says.
#[derive(clap::Args)]
pub struct ProvisionArgs {
    /// The nodes' REST APIs, with commas between; addresses, because nodes join by them. The
    /// first creates the cluster.
    #[arg(
        long,
        env = "CLUSTER_NODES",
        value_delimiter = ',',
        required = true,
        value_name = "URL"
    )]
    nodes: Vec<Url>,
    /// The cluster's name, in the form of a domain name.
    #[arg(
        long,
        env = "CLUSTER_NAME",
        value_name = "NAME",
        default_value = "switchboard.local"
    )]
    name: String,
    /// The administrator, in the form of a mail address.
    #[arg(long, env = "CLUSTER_USER", value_name = "MAIL")]
    user: String,
    /// The administrator's password, best given by the environment.
    #[arg(
        long,
        env = "CLUSTER_PASSWORD",
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    password: String,
    /// The database, as JSON that `POST /v1/bdbs` takes.
    #[arg(long, value_name = "FILE")]
    database: PathBuf,
    /// The database's password; none leaves it as the file has it.
    #[arg(
        long,
        env = "REDIS_PASSWORD",
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    database_password: Option<String>,
    /// Take certificates that nobody vouches for, as a new node's is.
    #[arg(long)]
    any_certificate: bool,
    /// How long all of it may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    within: u64,
    /// Print every call that new nodes would be sent, without secrets, and send none.
    #[arg(long)]
    dry_run: bool,
}

impl std::fmt::Debug for ProvisionArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "ProvisionArgs({} on {} nodes)",
            self.name,
            self.nodes.len()
        )
    }
}

/// Provisions, or with `dry_run` only prints the calls.
pub async fn command(args: ProvisionArgs) -> Result<(), ProvisionError> {
    let dry_run = args.dry_run;
    let options = args.options()?;
    if dry_run {
        for call in call::all(&options) {
            // A closed pipe does not matter.
            let _ = output::print(format_args!("{call}\n"));
        }
        return Ok(());
    }
    run(&options, &|progress| output::print_error(progress))
        .await
        .map(drop)
}

impl ProvisionArgs {
    fn options(self) -> Result<Options, ProvisionError> {
        let mut database = read(&self.database)?;
        if let Some(password) = self
            .database_password
            .filter(|password| !password.is_empty())
        {
            database["authentication_redis_pass"] = password.into();
        }
        Ok(Options {
            nodes: self.nodes,
            cluster: self.name,
            user: self.user,
            password: self.password,
            database,
            any_certificate: self.any_certificate,
            within: Duration::from_secs(self.within),
            answer_within: Duration::from_secs(15),
            pause: Duration::from_secs(3),
        })
    }
}

fn read(file: &Path) -> Result<Value, ProvisionError> {
    let unusable = |why: String| ProvisionError::Unusable(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|broken| unusable(broken.to_string()))?;
    let database: Value =
        serde_json::from_str(&text).map_err(|broken| unusable(broken.to_string()))?;
    if database["name"].is_string() && database["memory_size"].is_u64() {
        Ok(database)
    } else {
        Err(unusable(
            "name it, and give its memory_size in bytes".to_owned(),
        ))
    }
}
