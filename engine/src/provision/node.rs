//! The answers of a node, and how they are interpreted; only the sending is not pure.

use reqwest::Client;
use serde_json::Value;

use super::call::Call;
use super::{Options, ProvisionError};

/// The answer to a call.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// Success, with the body.
    Done(Value),
    /// The node asks for a login, or rejects it.
    Login,
    /// It exists already, or is in progress.
    Conflict,
    /// A failure that may pass, and its reason.
    Passing(String),
}

/// Sends a call once. Fails only with errors that a retry cannot fix.
pub(super) async fn send(
    client: &Client,
    options: &Options,
    call: &Call,
) -> Result<Answer, ProvisionError> {
    let mut request = client.request(call.method.clone(), call.url.clone());
    if call.login {
        request = request.basic_auth(&options.user, Some(&options.password));
    }
    if let Some(body) = &call.body {
        request = request.json(body);
    }
    let answer = async {
        let response = request.send().await?;
        let status = response.status().as_u16();
        Ok::<_, reqwest::Error>((status, response.text().await?))
    };
    match answer.await {
        Ok((status, text)) => judge(call, status, &text),
        Err(broken) => Ok(Answer::Passing(plainly(&broken))),
    }
}

fn judge(call: &Call, status: u16, text: &str) -> Result<Answer, ProvisionError> {
    match status {
        200..=299 => Ok(Answer::Done(
            serde_json::from_str(text).unwrap_or(Value::Null),
        )),
        401 => Ok(Answer::Login),
        409 => Ok(Answer::Conflict),
        408 | 425 | 429 | 500..=599 => Ok(Answer::Passing(format!("status {status}"))),
        _ => Err(ProvisionError::Refused {
            call: call.to_string(),
            status,
            said: text.chars().take(300).collect(),
        }),
    }
}

/// Describes a failed request without the address, which the message has already.
fn plainly(broken: &reqwest::Error) -> String {
    let kind = if broken.is_timeout() {
        "no answer in time"
    } else if broken.is_connect() {
        "no connection"
    } else {
        "the connection was lost"
    };
    kind.to_owned()
}

/// The bootstrap state of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bootstrap {
    /// It belongs to no cluster; with the error of the last attempt, if any.
    New(Option<String>),
    /// It is joining.
    UnderWay(String),
    /// It is a member.
    Member,
}

impl Bootstrap {
    /// Parses it from the answer of `/v1/bootstrap`.
    pub(super) fn read(answer: &Value) -> Self {
        let status = &answer["bootstrap_status"];
        match status["state"].as_str().unwrap_or("unknown") {
            "idle" => Self::New(None),
            "error" => {
                let code = status["error_code"].as_str().unwrap_or("no error code");
                Self::New(Some(code.to_owned()))
            }
            "completed" => Self::Member,
            state => Self::UnderWay(state.to_owned()),
        }
    }
}

/// Returns the number of the database with that name.
pub(super) fn find(databases: &Value, name: &str) -> Option<u64> {
    let mut databases = databases.as_array()?.iter();
    databases.find(|database| database["name"] == name)?["uid"].as_u64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_node_is_new_under_way_or_a_member() {
        for (status, read) in [
            (json!({"state": "idle"}), Bootstrap::New(None)),
            (
                json!({"state": "error", "error_code": "connect_error"}),
                Bootstrap::New(Some("connect_error".into())),
            ),
            (
                json!({"state": "joining_cluster"}),
                Bootstrap::UnderWay("joining_cluster".into()),
            ),
            (json!({"state": "completed"}), Bootstrap::Member),
            (Value::Null, Bootstrap::UnderWay("unknown".into())),
        ] {
            assert_eq!(Bootstrap::read(&json!({"bootstrap_status": status})), read);
        }
    }
}
