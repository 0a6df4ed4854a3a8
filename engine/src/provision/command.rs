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
    /// The URLs of the nodes' REST APIs, separated by commas. Use IP addresses, because nodes join
    /// by them. The first node creates the cluster.
    #[arg(
        long,
        env = "CLUSTER_NODES",
        value_delimiter = ',',
        required = true,
        value_name = "URL"
    )]
    nodes: Vec<Url>,
    /// The name of the cluster: a domain name.
    #[arg(
        long,
        env = "CLUSTER_NAME",
        value_name = "NAME",
        default_value = "switchboard.local"
    )]
    name: String,
    /// The administrator of the cluster: an e-mail address.
    #[arg(long, env = "CLUSTER_USER", value_name = "MAIL")]
    user: String,
    /// The administrator's password. Use the environment variable, because arguments are visible in
    /// the list of processes.
    #[arg(
        long,
        env = "CLUSTER_PASSWORD",
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    password: String,
    /// A file that describes the database: the JSON body of `POST /v1/bdbs`.
    #[arg(long, value_name = "FILE")]
    database: PathBuf,
    /// The database's password. Without it, that in the file is used.
    #[arg(
        long,
        env = "REDIS_PASSWORD",
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    database_password: Option<String>,
    /// Accept unverified certificates. New nodes have self-signed ones.
    #[arg(long)]
    any_certificate: bool,
    /// How many seconds everything together may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    within: u64,
    /// Only print the requests to new nodes, without secrets; send nothing.
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
            "it needs the fields name (a text) and memory_size (in bytes)".to_owned(),
        ))
    }
}
