//! What a key may do on an MDM server, found out without changing anything. A key of these servers is often worth
//! much more than an unlock: whoever holds it can erase Macs.

use serde_json::Value;

use crate::domain::{CheckResult, Code, MatchMode, Problem, Query};
use crate::provider::http::{Request, Response};

use super::AppleMdm;
use super::client::Client;

/// Words of roles and privileges that go beyond unlocking. Fleet's maintainer sends every command of MDM, erasing a Mac
/// among them (manage-access).
const BROAD: [&str; 8] = ["admin", "gitops", "maintainer", "fullaccess", "wipe", "delete", "erase", "remove"];
/// Members under which texts name what a key may do.
const RIGHTS: [&str; 3] = ["role", "privilege", "accesslevel"];

pub async fn findings(mdm: &AppleMdm) -> Vec<CheckResult> {
    let (client, paths, mut found) = (&mdm.client, &mdm.spec.check, Vec::new());
    if paths.reads {
        let macs = mdm.server.devices(&Query::new("", MatchMode::Prefix), None).await;
        let right = CheckResult::needed_right("Macs", &macs);
        if macs.is_err() {
            return vec![right];
        }
        found.extend([accepted(), right]);
    }
    if let Some(path) = paths.login {
        match ask(client, path).await {
            Ok(_) => found.push(accepted()),
            Err(problem) if problem.code == Code::Login => return vec![CheckResult::bad("login", "", &problem)],
            Err(_) => {}
        }
    }
    let is_login_known = !found.is_empty();
    match (paths.beyond, paths.who) {
        (Some(path), _) => found.extend(beyond(client, path, is_login_known).await),
        (None, Some(path)) => found.push(who(client, path).await),
        (None, None) => {
            let says = "the server doesn't tell what else this key may do";
            found.push(CheckResult::not_told("excess", says, "give it the fewest rights there are"));
        }
    }
    let unlock = "whether it may unlock shows when it does: no server has a question for that";
    found.push(CheckResult::not_told("right", unlock, "try it with a Mac of your own"));
    if let Some(path) = paths.version {
        found.push(version(client, path).await);
    }
    found
}

fn accepted() -> CheckResult {
    CheckResult::good("login", "the key is accepted")
}

async fn ask(client: &Client, path: &str) -> Result<Response, Problem> {
    client.read(Request::get(client.url(path))).await
}

/// These servers know one key that may do everything; only a proxy in front limits it.
async fn beyond(client: &Client, path: &str, is_login_known: bool) -> Vec<CheckResult> {
    let untold = "something in front of the server answers first: whether the key is right shows with the first unlock";
    let untold = CheckResult::not_told("login", untold, "");
    let (login, excess) = match ask(client, path).await {
        Err(problem) if problem.code == Code::Login => return vec![CheckResult::bad("login", "", &problem)],
        Err(Problem { code: Code::Forbidden, .. }) => {
            let says = format!("something in front of the server refuses {path}: the key is limited");
            (untold, CheckResult::good("excess", says))
        }
        // An error of the server's own comes after the key: without it these paths answer that it's wrong.
        Ok(_) | Err(Problem { code: Code::BadRequest | Code::Server, http_status: Some(_), .. }) => {
            let says = format!("the key also reaches {path}: nothing stands between it and erasing every Mac");
            let next = "put a proxy in front that lets only the unlock through (README)";
            (accepted(), CheckResult::warn("excess", says, next))
        }
        Err(Problem { http_status: Some(status), .. }) => {
            let says = format!("{path} answers {status}: whether the key is limited can't be told");
            let next = "see that a proxy lets only the unlock through (README)";
            (untold, CheckResult::not_told("excess", says, next))
        }
        Err(problem) => return vec![CheckResult::bad("reach", "", &problem)],
    };
    if is_login_known { vec![excess] } else { vec![login, excess] }
}

/// The words that a server has for what this key may do.
async fn who(client: &Client, path: &str) -> CheckResult {
    let hidden = |why: String| {
        CheckResult::not_told("excess", why, "see in the console that it has the fewest rights there are")
    };
    let answer = ask(client, path).await.map(|response| response.json::<Value>());
    let document = match answer {
        Ok(Some(document)) => document,
        Ok(None) => return hidden(format!("{path} is no JSON")),
        Err(problem) => return hidden(problem.line()),
    };
    let mut words = Vec::new();
    rights(&document, &mut words, 8, false);
    words.sort();
    words.dedup();
    if words.is_empty() {
        return hidden(format!("{path} names no role or privilege"));
    }
    let is_broad = |word: &&str| BROAD.iter().any(|broad| word.to_lowercase().contains(broad));
    let broad: Vec<&str> = words.iter().map(String::as_str).filter(is_broad).collect();
    if broad.is_empty() {
        return CheckResult::good("excess", format!("nothing beyond an unlock: {}", words.join(", ")));
    }
    let says = format!("can do more than unlock: {}", broad.join(", "));
    CheckResult::warn("excess", says, "make a key whose role has only reading Macs and sending commands")
}

/// Texts under members that name rights, however deep: as one text, as a list, or as lists by site or team.
fn rights(value: &Value, words: &mut Vec<String>, depth: u8, named: bool) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::String(text) if named => words.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| rights(item, words, depth, named)),
        Value::Object(members) => {
            for (name, inner) in members {
                let name = name.to_lowercase();
                let is_right = RIGHTS.iter().any(|right| name.contains(right));
                // The lists by site stand under the sites' numbers.
                let is_listed = named && (inner.is_array() || inner.is_object());
                rights(inner, words, depth, is_right || is_listed);
            }
        }
        _ => {}
    }
}

async fn version(client: &Client, path: &str) -> CheckResult {
    let name = client.spec.system;
    let document = ask(client, path).await.ok().and_then(|response| response.json::<Value>());
    match document.as_ref().and_then(|document| document.get("version")?.as_str()) {
        Some(version) => CheckResult::good("version", format!("{name} {version}")),
        None => CheckResult::not_told("version", format!("{name} doesn't tell its version"), ""),
    }
}
