//! Access control: every role on every route, as the engine's own document and `docs/security.md`
//! have them; and changes of the token file at run time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use engine::authorization::Authorization;
use reqwest::RequestBuilder;
use serde_json::json;

use crate::floor::{Answer, Floor};

const ROLES: [&str; 5] = ["wallboard", "integrator", "agent", "supervisor", "admin"];
/// The agent to whom the role agent is bound in these tests.
const ME: &str = "agent:7";

/// A token file, and the tokens created in it.
pub(crate) struct Tokens {
    folder: tempfile::TempDir,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        let tokens = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        tokens.create("first", "admin");
        tokens
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("tokens.json")
    }

    pub(crate) fn command(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard-engine"));
        command.arg("token").args(words);
        command.env("SWITCHBOARD_TOKENS", self.file());
        command.output().unwrap()
    }

    /// Creates a token, and returns it as printed.
    pub(crate) fn create(&self, name: &str, role: &str) -> String {
        let agent = ["--agent", ME];
        self.create_with(name, role, if role == "agent" { &agent } else { &[] })
    }

    /// The same, with more arguments.
    pub(crate) fn create_with(&self, name: &str, role: &str, further: &[&str]) -> String {
        let mut words = vec!["create", "--name", name, "--role", role];
        words.extend(further);
        let made = self.command(&words);
        assert!(made.status.success(), "{made:?}");
        String::from_utf8(made.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    pub(crate) fn revoke(&self, name: &str) {
        let done = self.command(&["revoke", "--name", name]);
        assert!(done.status.success(), "{done:?}");
    }

    async fn floor(&self) -> Floor {
        let acd = shared::open(None, "acd".parse().unwrap()).await;
        let authorization = Authorization::with_tokens(&self.file(), vec![]).unwrap();
        Floor::behind(acd.unwrap(), authorization).await
    }
}

pub(crate) fn with(request: RequestBuilder, token: &str) -> RequestBuilder {
    request.header("authorization", format!("Bearer {token}"))
}

/// Returns the table of a documentation page: for each route a word per role.
fn table() -> BTreeMap<String, Vec<String>> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/security.md");
    let text = std::fs::read_to_string(page).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let route = cells.next().unwrap().trim_matches('`').to_owned();
        (route, cells.map(str::to_owned).collect::<Vec<_>>())
    });
    rows.filter(|(_, cells)| cells.len() == ROLES.len())
        .collect()
}

/// Returns every route that the engine's document has.
async fn documented(floor: &Floor) -> Vec<(String, String)> {
    let document = floor.get("/openapi.json").await;
    let mut routes = vec![];
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            routes.push((method.to_uppercase(), path.clone()));
        }
    }
    routes
}

/// Returns the status without reading the body, as an event stream never ends.
pub(crate) async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// Values for path parameters: the agent's own, and those of others.
struct Subjects {
    mine: BTreeMap<&'static str, String>,
    others: BTreeMap<&'static str, String>,
    /// What the integrator created.
    created: BTreeMap<&'static str, String>,
}

impl Subjects {
    /// Puts two agents on a contact each; a third contact is the integrator's.
    async fn on(floor: &Floor, admin: &str, integrator: &str) -> Self {
        let mut found = vec![];
        for agent in [ME, "agent:8"] {
            let send = |method: &'static str, path: String, body: serde_json::Value| {
                let request = floor.request(method, &path).body(body.to_string());
                Answer::to(with(request, admin))
            };
            let body = json!({"fname": "A", "lname": "B", "skills": ["English"]});
            let created = send("POST", format!("/agent/{agent}"), body).await;
            assert_eq!(created.status, 201, "{}", created.text);
            send(
                "PATCH",
                format!("/agent/{agent}/state"),
                json!({"state": 1}),
            )
            .await;
            let contact = send("POST", "/contact".to_owned(), json!({"skills": []})).await;
            assert_eq!(contact.json["agent"], agent, "{}", contact.text);
            let contact = contact.json["contact_key"].as_str().unwrap().to_owned();
            found.push(BTreeMap::from([
                ("agent", agent.to_owned()),
                ("contact", contact),
            ]));
        }
        let others = found.pop().unwrap();
        let mine = found.pop().unwrap();
        let create = floor.request("POST", "/contact").body(r#"{"skills":[]}"#);
        let created = Answer::to(with(create, integrator)).await;
        let created = created.json["contact_key"].as_str().unwrap().to_owned();
        let created = BTreeMap::from([("contact", created), ("agent", ME.to_owned())]);
        Self {
            mine,
            others,
            created,
        }
    }
}

/// Fills in the path parameters.
fn filled(path: &str, subjects: &BTreeMap<&'static str, String>) -> String {
    let kind = path.split('/').nth(1).unwrap();
    let key = subjects.get(kind).map_or("", String::as_str);
    let path = path.replace("{key}", key).replace("{name}", "billing");
    path.replace("{skill}", "Klingon")
}

#[tokio::test]
async fn every_role_can_do_what_its_row_says_and_nothing_else() {
    let tokens = Tokens::new();
    let admin = tokens.create("for the test", "admin");
    let secrets = ROLES.map(|role| tokens.create(role, role));
    let floor = tokens.floor().await;
    let subjects = Subjects::on(&floor, &admin, &secrets[1]).await;
    let (mut table, routes) = (table(), documented(&floor).await);
    assert!(routes.len() > 20, "{routes:?}");
    for (method, path) in &routes {
        let name = format!("{method} {path}");
        let row = table.remove(&name);
        let row = row.unwrap_or_else(|| panic!("{name} has no row in docs/security.md"));
        // Most routes with a body refuse an empty object, so an allowed request changes nothing. The
        // others find no such skill, or can be repeated.
        let ask = |subjects| {
            let path = filled(path, subjects);
            floor.request(method, &path).body("{}")
        };
        for (word, (role, secret)) in row.iter().zip(ROLES.iter().zip(&secrets)) {
            let whom = format!("{role} on {name}");
            let integrator = *role == "integrator";
            let mine = [&subjects.mine, &subjects.created][usize::from(integrator)];
            let own = status(with(ask(mine), secret)).await;
            let others = status(with(ask(&subjects.others), secret)).await;
            let expected = match word.as_str() {
                "yes" | "open" => (false, false),
                "own" if path == "/events" => (false, false),
                // The body names the agent; `offers` has those who name another.
                "own" if path.ends_with("/accept") || path.ends_with("/reject") => (false, false),
                // As if the contact did not exist.
                "own" if integrator => {
                    // Its agent is not in wrap-up.
                    let in_time = [200, 409][usize::from(path.ends_with("/disposition"))];
                    assert_eq!((own, others), (in_time, 404), "{whom}");
                    (false, false)
                }
                "own" => (false, true),
                "–" => (true, true),
                other => panic!("{whom}: what is {other:?}?"),
            };
            assert_eq!(
                (own == 403, others == 403),
                expected,
                "{whom}: {own} {others}"
            );
            assert!(own != 401 && own < 500 && own != 405, "{whom}: {own}");
        }
        let open = row[0] == "open";
        for stranger in [ask(&subjects.mine), with(ask(&subjects.mine), "sb_00")] {
            let answer = status(stranger).await;
            assert_eq!(answer == 401, !open, "nobody on {name}: {answer}");
        }
    }
    assert!(table.is_empty(), "no such routes: {table:?}");
}

#[tokio::test]
async fn a_route_is_guarded_whatever_the_method_is_called() {
    let tokens = Tokens::new();
    let floor = tokens.floor().await;
    for (method, path) in [
        ("HEAD", "/agent"),
        ("PUT", "/acd"),
        ("BREW", "/agent/agent:7"),
    ] {
        assert_eq!(
            status(floor.request(method, path)).await,
            401,
            "{method} {path}"
        );
    }
    let board = tokens.create("board", "wallboard");
    let integrator = tokens.create("shop", "integrator");
    let floor = tokens.floor().await;
    assert_eq!(
        status(with(floor.request("HEAD", "/agent"), &board)).await,
        200
    );
    assert_eq!(
        status(with(floor.request("HEAD", "/agent"), &integrator)).await,
        403
    );
    // The same agent's id, encoded differently.
    let ada = tokens.create("ada", "agent");
    let floor = tokens.floor().await;
    assert_eq!(
        status(with(floor.request("GET", "/agent/agent%3A7"), &ada)).await,
        404
    );
    assert_eq!(
        status(with(floor.request("GET", "/agent/agent%3A8"), &ada)).await,
        403
    );
    for open in ["/docs", "/docs/swagger-ui-bundle.js", "/openapi.json"] {
        assert_eq!(status(floor.request("GET", open)).await, 200, "{open}");
    }
    assert_eq!(status(floor.request("GET", "/nowhere")).await, 404);
}

#[tokio::test]
async fn a_refusal_says_what_is_missing() {
    let tokens = Tokens::new();
    let shop = tokens.create("shop", "integrator");
    let floor = tokens.floor().await;
    let nobody = floor.send("GET", "/acd", "").await;
    assert!(
        nobody
            .problem(401, "unauthorized")
            .contains("Authorization: Bearer")
    );
    assert_eq!(nobody.header("www-authenticate"), "Bearer");
    let other = Answer::to(with(floor.request("GET", "/agent"), &shop)).await;
    let said = other.problem(403, "forbidden");
    for part in ["role integrator", "use a token whose role permits it"] {
        assert!(said.contains(part), "{said}");
    }
}

#[tokio::test]
async fn the_document_says_who_may_use_a_route() {
    let tokens = Tokens::new();
    let floor = tokens.floor().await;
    let document = floor.get("/openapi.json").await;
    let scheme = &document["components"]["securitySchemes"]["token"];
    assert_eq!(
        (&scheme["type"], &scheme["scheme"]),
        (&"http".into(), &"bearer".into())
    );
    assert_eq!(document["security"][0]["token"], json!([]));
    let create = &document["paths"]["/contact"]["post"];
    let said = create["description"].as_str().unwrap();
    assert!(
        said.ends_with("roles integrator, supervisor, admin."),
        "{said}"
    );
    for status in ["401", "403"] {
        assert!(create["responses"][status].is_object(), "{status}");
    }
    let open = &document["paths"]["/readyz"]["get"];
    assert_eq!(open["security"], json!([]));
    assert!(open["responses"]["401"].is_null());
}

/// Reads a stream until a text has come this often, or it ends; returns what came.
pub(crate) async fn read_until(stream: &mut reqwest::Response, times: usize, text: &str) -> String {
    let mut read = String::new();
    let deadline = Instant::now() + Duration::from_secs(10);
    while read.matches(text).count() < times {
        let left = deadline.saturating_duration_since(Instant::now());
        let chunk = tokio::time::timeout(left, stream.chunk()).await;
        match chunk.expect("the stream goes on").unwrap() {
            Some(chunk) => read.push_str(std::str::from_utf8(&chunk).unwrap()),
            None => break,
        }
    }
    read
}

#[tokio::test]
async fn events_tell_nobody_what_he_could_not_read() {
    let tokens = Tokens::new();
    let admin = tokens.create("for the test", "admin");
    let (shop, ada) = (
        tokens.create("shop", "integrator"),
        tokens.create("ada", "agent"),
    );
    let floor = tokens.floor().await;
    let follow = |token: &str| with(floor.request("GET", "/events"), token).send();
    let mut of_shop = follow(&shop).await.unwrap();
    let mut of_ada = follow(&ada).await.unwrap();
    let subjects = Subjects::on(&floor, &admin, &shop).await;
    for contact in [&subjects.others["contact"], &subjects.mine["contact"]] {
        let path = format!("/contact/{contact}");
        assert_eq!(
            status(with(floor.request("PATCH", &path), &admin)).await,
            200
        );
    }
    let (mine, others) = (&subjects.mine["contact"], &subjects.others["contact"]);

    let created = &subjects.created["contact"];
    let seen = read_until(&mut of_shop, 1, "contact_assigned").await;
    assert!(seen.contains(created), "{seen}");
    assert!(!seen.contains(mine) && !seen.contains(others), "{seen}");
    assert!(
        !seen.contains("event: agent_") && !seen.contains("skill"),
        "{seen}"
    );

    let seen = read_until(&mut of_ada, 1, "\"outcome\"").await;
    assert!(
        seen.contains("event: agent_created") && seen.contains(mine),
        "{seen}"
    );
    assert!(
        !seen.contains("agent:8") && !seen.contains(others),
        "{seen}"
    );
}

#[tokio::test]
async fn a_token_that_is_revoked_opens_nothing_and_its_streams_end() {
    let tokens = Tokens::new();
    let (board, other) = (
        tokens.create("board", "wallboard"),
        tokens.create("other", "wallboard"),
    );
    let floor = tokens.floor().await;
    let mut stream = with(floor.request("GET", "/events"), &board)
        .send()
        .await
        .unwrap();
    let ask = |token| status(with(floor.request("GET", "/acd"), token));
    assert_eq!((ask(&board).await, ask(&other).await), (200, 200));
    let began = Instant::now();
    tokens.revoke("board");
    read_until(&mut stream, 1, "this never comes").await;
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    assert_eq!((ask(&board).await, ask(&other).await), (401, 200));
    // Tokens added later are accepted, too, and a malformed file changes nothing.
    let late = tokens.create("late", "admin");
    let until = Instant::now() + Duration::from_secs(5);
    while ask(&late).await != 200 {
        assert!(Instant::now() < until, "a new token is never taken");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    std::fs::write(tokens.file(), "{").unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(ask(&late).await, 200);
}

#[test]
fn the_command_makes_lists_and_revokes() {
    let tokens = Tokens::new();
    let secret = tokens.create("ada", "agent");
    let text = |output: Output| {
        let code = output.status.code();
        let streams = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        (code, streams)
    };
    let (code, [listed, _]) = text(tokens.command(&["list"]));
    assert_eq!(code, Some(0));
    assert!(
        listed.contains("ada") && listed.contains("agent agent:7"),
        "{listed}"
    );
    let kept = std::fs::read_to_string(tokens.file()).unwrap();
    assert!(!listed.contains(&secret) && !kept.contains(&secret[3..]));
    for (words, said) in [
        (
            &["create", "--name", "ada", "--role", "admin"][..],
            "there is a token ada already",
        ),
        (&["revoke", "--name", "bob"], "there is no token bob"),
        (&["create", "--name", "x", "--role", "agent"], "--agent"),
        (
            &[
                "create", "--name", "x", "--role", "admin", "--agent", "agent:7",
            ],
            "only for --role agent",
        ),
        (
            &["create", "--name", "a,b", "--role", "admin"],
            "has the character ','",
        ),
        (
            &["create", "--name", "x", "--role", "king"],
            "possible values",
        ),
    ] {
        let (code, [stdout, stderr]) = text(tokens.command(words));
        assert!(code != Some(0) && stdout.is_empty(), "{words:?}");
        assert!(stderr.contains(said), "{words:?}: {stderr}");
    }
    assert!(is_private(&tokens.file()));
}

fn is_private(file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(file).unwrap().mode().trailing_zeros() >= 6
}
