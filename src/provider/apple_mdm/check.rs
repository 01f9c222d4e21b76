//! What a key may do on an MDM server, found out without changing anything. A key of these servers is often worth
//! much more than an unlock: whoever holds it can erase Macs.

use serde_json::Value;

use crate::domain::{Code, Finding, Match, Problem, Query};
use crate::provider::http::{Request, Response};

use super::client::Client;
use super::server::{CheckPaths, Server};

/// Words of roles and privileges that go beyond unlocking.
const BROAD: [&str; 6] = ["admin", "gitops", "wipe", "delete", "erase", "remove"];

pub async fn findings(server: &dyn Server, paths: &CheckPaths) -> Vec<Finding> {
    let (client, mut found) = (server.client(), Vec::new());
    if paths.reads {
        if let Err(problem) = server.devices(&Query::new("", Match::Prefix), None).await {
            return vec![not_read(&problem)];
        }
        found.push(Finding::good("login", "the key is taken"));
        found.push(Finding::good("right", "reads Macs"));
    }
    match paths.beyond {
        Some(path) => found.extend(beyond(client, path).await),
        None => found.push(match paths.who {
            Some(path) => who(client, path).await,
            None => Finding::not_told(
                "excess",
                "the server doesn't tell what else this key may do",
                "give it the fewest rights there are",
            ),
        }),
    }
    let unlock = "whether it may unlock shows when it does: no server has a question for that";
    found.push(Finding::not_told("right", unlock, "try it with a Mac of your own"));
    if let Some(path) = paths.version {
        found.push(version(client, path).await);
    }
    found
}

async fn ask(client: &Client, path: &str) -> Result<Response, Problem> {
    client.read(Request::get(client.url(path))).await
}

fn not_read(problem: &Problem) -> Finding {
    match (problem.code, problem.http_status) {
        (Code::Login, _) => Finding::bad("login", "to read Macs", problem),
        (_, Some(_)) => Finding::bad("right", "to read Macs", problem),
        (_, None) => Finding::bad("reach", "", problem),
    }
}

/// These servers know one key that may do everything; only a proxy in front limits it.
async fn beyond(client: &Client, path: &str) -> Vec<Finding> {
    let Err(problem) = ask(client, path).await else {
        return vec![
            Finding::good("login", "the key is taken"),
            Finding::warn(
                "excess",
                format!("the key also reaches {path}: nothing stands between it and erasing every Mac"),
                "put a proxy in front that lets only the unlock through (README)",
            ),
        ];
    };
    vec![match (problem.code, problem.http_status) {
        (Code::Login, _) => Finding::bad("login", "", &problem),
        (Code::Forbidden, _) => {
            Finding::good("excess", format!("something in front of the server refuses {path}: the key is limited"))
        }
        (_, Some(status)) => Finding::not_told(
            "excess",
            format!("{path} answers {status}: whether the key is limited can't be told"),
            "see that a proxy lets only the unlock through (README)",
        ),
        (_, None) => Finding::bad("reach", "", &problem),
    }]
}

/// The words that a server has for what this key may do.
async fn who(client: &Client, path: &str) -> Finding {
    let hidden =
        |why: String| Finding::not_told("excess", why, "see in the console that it has the fewest rights there are");
    let document: Value = match ask(client, path).await {
        Ok(response) => match response.json() {
            Some(document) => document,
            None => return hidden(format!("{path} is no JSON")),
        },
        Err(problem) => return hidden(problem.line()),
    };
    let mut words = Vec::new();
    rights(&document, &mut words, 8);
    if words.is_empty() {
        return hidden(format!("{path} names no role or privilege"));
    }
    let is_broad = |word: &&str| BROAD.iter().any(|broad| word.to_lowercase().contains(broad));
    let broad: Vec<&str> = words.iter().map(String::as_str).filter(is_broad).collect();
    if broad.is_empty() {
        return Finding::good("excess", format!("nothing beyond an unlock: {}", words.join(", ")));
    }
    let says = format!("can do more than unlock: {}", broad.join(", "));
    Finding::warn("excess", says, "make a key whose role has only reading Macs and sending commands")
}

/// Texts under members that are called a role or privileges, however deep.
fn rights(value: &Value, words: &mut Vec<String>, depth: u8) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let Value::Object(members) = value else { return };
    for (name, inner) in members {
        let name = name.to_lowercase();
        match inner {
            Value::String(text) if name.contains("role") => words.push(text.clone()),
            Value::Array(items) if name.contains("privilege") => {
                words.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            inner => rights(inner, words, depth),
        }
    }
}

async fn version(client: &Client, path: &str) -> Finding {
    let name = client.spec.system;
    let document = ask(client, path).await.ok().and_then(|response| response.json::<Value>());
    match document.as_ref().and_then(|document| document.get("version")?.as_str()) {
        Some(version) => Finding::good("version", format!("{name} {version}")),
        None => Finding::not_told("version", format!("{name} doesn't tell its version"), ""),
    }
}
