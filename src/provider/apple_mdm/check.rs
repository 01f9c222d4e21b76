//! What a key may do on an MDM server, found out without changing anything. A key of these servers is often worth
//! much more than an unlock: whoever holds it can erase Macs.

use serde_json::Value;

use crate::config::MdmServer;
use crate::domain::{Finding, Problem};
use crate::provider::auth;
use crate::provider::http::{Request, Response};

use super::client::Link;

/// Where a server tells what.
struct Paths {
    server: MdmServer,
    /// Its version, and the member that holds it.
    version: Option<&'static str>,
    /// A read that an unlock needs.
    read: Option<&'static str>,
    /// Who the key is: its role or privileges.
    who: Option<&'static str>,
    /// A read that an unlock never needs: who gets an answer there can do everything.
    beyond: Option<&'static str>,
}

const PATHS: [Paths; 6] = [
    Paths {
        server: MdmServer::NanoMdm,
        version: Some("/version"),
        read: None,
        who: None,
        beyond: Some("/v1/pushcert"),
    },
    Paths {
        server: MdmServer::NanoHub,
        version: Some("/version"),
        read: None,
        who: None,
        beyond: Some("/api/v1/nanomdm/pushcert"),
    },
    Paths { server: MdmServer::MicroMdm, version: Some("/version"), read: None, who: None, beyond: Some("/v1/apps") },
    Paths {
        server: MdmServer::Fleet,
        version: Some("/api/v1/fleet/version"),
        read: Some("/api/v1/fleet/hosts?per_page=1"),
        who: Some("/api/v1/fleet/me"),
        beyond: None,
    },
    Paths {
        server: MdmServer::Jamf,
        version: Some("/api/v1/jamf-pro-version"),
        read: Some("/api/v1/computers-inventory?section=GENERAL&page-size=1"),
        who: Some("/api/v1/auth"),
        beyond: None,
    },
    Paths { server: MdmServer::Iru, version: None, read: Some("/api/v1/devices?limit=1"), who: None, beyond: None },
];

/// Words of roles and privileges that go beyond unlocking.
const BROAD: [&str; 6] = ["admin", "gitops", "wipe", "delete", "erase", "remove"];

pub async fn findings(link: &Link, server: MdmServer) -> Vec<Finding> {
    let Some(paths) = PATHS.iter().find(|paths| paths.server == server) else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(path) = paths.read {
        match ask(link, path).await {
            Ok(answer) if answer.status < 300 => {
                found.push(Finding::good("login", "the key is taken"));
                found.push(Finding::good("right", "reads Macs"));
            }
            Ok(answer) => {
                let topic = if answer.status == 401 { "login" } else { "right" };
                return vec![Finding::bad(topic, "to read Macs", &link.problem(&answer))];
            }
            Err(problem) => return vec![Finding::bad("reach", "", &problem)],
        }
    }
    match paths.beyond {
        Some(path) => found.extend(beyond(link, path).await),
        None => found.push(match paths.who {
            Some(path) => who(link, path).await,
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
        found.push(version(link, path).await);
    }
    found
}

async fn ask(link: &Link, path: &str) -> Result<Response, Problem> {
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let mut url = link.url(path);
    url.set_query(query);
    auth::read(link, Request::get(url)).await
}

/// These servers know one key that may do everything; only a proxy in front limits it.
async fn beyond(link: &Link, path: &str) -> Vec<Finding> {
    match ask(link, path).await {
        Ok(answer) if answer.status == 401 => vec![Finding::bad("login", "", &link.problem(&answer))],
        Ok(answer) if answer.status == 403 => {
            vec![Finding::good(
                "excess",
                format!("something in front of the server refuses {path}: the key is limited"),
            )]
        }
        Ok(answer) if answer.status < 300 => vec![
            Finding::good("login", "the key is taken"),
            Finding::warn(
                "excess",
                format!("the key also reaches {path}: nothing stands between it and erasing every Mac"),
                "put a proxy in front that lets only the unlock through (README)",
            ),
        ],
        Ok(answer) => vec![Finding::not_told(
            "excess",
            format!("{path} answers {}: whether the key is limited can't be told", answer.status),
            "see that a proxy lets only the unlock through (README)",
        )],
        Err(problem) => vec![Finding::bad("reach", "", &problem)],
    }
}

/// The words that a server has for what this key may do.
async fn who(link: &Link, path: &str) -> Finding {
    let hidden =
        |why: String| Finding::not_told("excess", why, "see in the console that it has the fewest rights there are");
    let answer = match ask(link, path).await {
        Ok(answer) if answer.status < 300 => answer,
        Ok(answer) => return hidden(format!("{path} answers {}", answer.status)),
        Err(problem) => return hidden(problem.line()),
    };
    let Ok(document) = serde_json::from_slice::<Value>(&answer.body) else {
        return hidden(format!("{path} is no JSON"));
    };
    let mut words = Vec::new();
    rights(&document, &mut words, 8);
    if words.is_empty() {
        return hidden(format!("{path} names no role or privilege"));
    }
    let broad: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| BROAD.iter().any(|broad| word.to_lowercase().contains(broad)))
        .collect();
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

async fn version(link: &Link, path: &str) -> Finding {
    let read = async {
        let answer = ask(link, path).await.ok().filter(|answer| answer.status < 300)?;
        let document: Value = serde_json::from_slice(&answer.body).ok()?;
        Some(document.get("version")?.as_str()?.to_owned())
    };
    match read.await {
        Some(version) => Finding::good("version", format!("{} {version}", link.name)),
        None => Finding::not_told("version", format!("{} doesn't tell its version", link.name), ""),
    }
}
