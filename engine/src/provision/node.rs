//! What a node answers, and what follows from it; sending is all that is not pure here.

use reqwest::Client;
use serde_json::Value;

use super::call::Call;
use super::{Options, Trouble};

/// What came back.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// It was done, or this is what there is.
    Done(Value),
    /// The node wants to know who asks, or does not believe it.
    Login,
    /// It is there already, or under way.
    Conflict,
    /// It may go better later; why it did not now.
    Passing(String),
}

/// Sends a call once. Fails only for what no repetition mends.
pub(super) async fn send(
    client: &Client,
    options: &Options,
    call: &Call,
) -> Result<Answer, Trouble> {
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

fn judge(call: &Call, status: u16, text: &str) -> Result<Answer, Trouble> {
    match status {
        200..=299 => Ok(Answer::Done(
            serde_json::from_str(text).unwrap_or(Value::Null),
        )),
        401 => Ok(Answer::Login),
        409 => Ok(Answer::Conflict),
        408 | 425 | 429 | 500..=599 => Ok(Answer::Passing(format!("it answers {status}"))),
        _ => Err(Trouble::Refused {
            call: call.to_string(),
            status,
            said: text.chars().take(300).collect(),
        }),
    }
}

/// Says what broke without the address, which the reader has before him.
fn plainly(broken: &reqwest::Error) -> String {
    let kind = if broken.is_timeout() {
        "no answer in time"
    } else if broken.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    kind.to_owned()
}

/// How far a node is on its way into a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bootstrap {
    /// It belongs to no cluster; if the last attempt failed, why.
    New(Option<String>),
    /// It is being made a member.
    UnderWay(String),
    /// It is a member.
    Member,
}

impl Bootstrap {
    /// Reads it from the answer of `/v1/bootstrap`.
    pub(super) fn read(answer: &Value) -> Self {
        let status = &answer["bootstrap_status"];
        match status["state"].as_str().unwrap_or("unknown") {
            "idle" => Self::New(None),
            "error" => {
                let code = status["error_code"].as_str().unwrap_or("no reason");
                Self::New(Some(code.to_owned()))
            }
            "completed" => Self::Member,
            state => Self::UnderWay(state.to_owned()),
        }
    }
}

/// Finds the database of that name, and gives its number.
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
