//! The calls to the REST API of a cluster.
//! <https://redis.io/docs/latest/operate/rs/references/rest-api/>

use std::fmt;

use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::Options;

/// Printed instead of a secret.
const HIDDEN: &str = "(hidden)";
/// The fields that are secret, at any depth.
const SECRETS: [&str; 4] = [
    "password",
    "authentication_redis_pass",
    "authentication_sasl_pass",
    "license",
];

/// A call of the REST API. Its printed form hides secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: Url,
    /// Whether it has user and password: a node without a cluster knows neither.
    pub(super) login: bool,
    pub(super) body: Option<Value>,
}

impl Call {
    fn new(method: Method, node: &Url, path: &str, body: Option<Value>) -> Self {
        let mut url = node.clone();
        url.set_path(path);
        Self {
            method,
            url,
            login: true,
            body,
        }
    }

    fn without_login(mut self) -> Self {
        self.login = false;
        self
    }

    /// Asks for the bootstrap state of a node.
    pub(super) fn bootstrap_state(node: &Url) -> Self {
        Self::new(Method::GET, node, "/v1/bootstrap", None).without_login()
    }

    /// The same, for a node that belongs to a cluster.
    pub(super) fn member_state(node: &Url) -> Self {
        Self::new(Method::GET, node, "/v1/bootstrap", None)
    }

    /// Makes a node the first of a new cluster.
    pub(super) fn create_cluster(options: &Options, node: &Url) -> Self {
        let body = json!({
            "action": "create_cluster",
            "cluster": {"name": options.cluster},
            "credentials": {"username": options.user, "password": options.password},
        });
        let path = "/v1/bootstrap/create_cluster";
        Self::new(Method::POST, node, path, Some(body)).without_login()
    }

    /// Makes a node a member of the first one's cluster.
    pub(super) fn join_cluster(options: &Options, node: &Url) -> Self {
        let first = options.nodes[0].host_str().unwrap_or_default();
        let body = json!({
            "action": "join_cluster",
            "cluster": {"name": options.cluster, "nodes": [first]},
            "credentials": {"username": options.user, "password": options.password},
        });
        let path = "/v1/bootstrap/join_cluster";
        Self::new(Method::POST, node, path, Some(body)).without_login()
    }

    /// Makes every node answer itself: a redirect to another node's internal address does not work
    /// from behind a load balancer.
    pub(super) fn handle_redirects(node: &Url) -> Self {
        let body = json!({"handle_redirects": true});
        Self::new(Method::PUT, node, "/v1/cluster", Some(body))
    }

    /// Lists the databases.
    pub(super) fn databases(node: &Url) -> Self {
        Self::new(Method::GET, node, "/v1/bdbs", None)
    }

    /// Gets one database.
    pub(super) fn database(node: &Url, uid: u64) -> Self {
        Self::new(Method::GET, node, &format!("/v1/bdbs/{uid}"), None)
    }

    /// Creates the database.
    pub(super) fn create_database(options: &Options) -> Self {
        let body = Some(options.database.clone());
        Self::new(Method::POST, &options.nodes[0], "/v1/bdbs", body)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)?;
        match &self.body {
            Some(body) => write!(f, " {}", without_secrets(body)),
            None => Ok(()),
        }
    }
}

fn without_secrets(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let shown = fields.iter().map(|(name, value)| {
                let value = if SECRETS.contains(&name.as_str()) {
                    HIDDEN.into()
                } else {
                    without_secrets(value)
                };
                (name.clone(), value)
            });
            Value::Object(shown.collect())
        }
        Value::Array(items) => items.iter().map(without_secrets).collect(),
        other => other.clone(),
    }
}

/// Returns the calls to a cluster of new nodes, in order. Waiting repeats the GETs.
pub(super) fn all(options: &Options) -> Vec<Call> {
    let first = &options.nodes[0];
    let mut calls = Vec::new();
    for (number, node) in options.nodes.iter().enumerate() {
        calls.push(Call::bootstrap_state(node));
        calls.push(if number == 0 {
            Call::create_cluster(options, node)
        } else {
            Call::join_cluster(options, node)
        });
        calls.push(Call::member_state(node));
    }
    calls.push(Call::handle_redirects(first));
    calls.push(Call::databases(first));
    calls.push(Call::create_database(options));
    calls.push(Call::database(first, 1));
    calls
}
