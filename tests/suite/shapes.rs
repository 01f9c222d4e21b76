//! Each member of each recorded answer is removed and mistyped in turn. Nobody becomes open by it, nobody vanishes, and
//! what isn't understood says so.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::sync::mpsc;
use unbolt::config;
use unbolt::domain::{Account, Code, Lock};
use unbolt::engine::Core;
use unbolt::engine::resolve_user::{ResolvedUsers, find};

use crate::support::stub_server::Canned;

const ENVIRONMENT: &str = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";
const USER: &str = "f0a13f5d-3314-49c8-aede-86a059461728";
const JUMP: &str = "5f3c1a2b4d5e6f7a8b9c0d1e";
const GUID: &str = "7a4267ce-d354-44e7-8bd6-c681f1284a41";

/// An answer: the method, words of its address, the body.
type Answer = (&'static str, &'static str, Value);

/// A system, and its recorded answers for one locked user.
fn pingone() -> (&'static str, Vec<Answer>) {
    let mut user: Value = serde_json::from_str(include_str!("recorded/pingone_user_account_unlock_200.json")).unwrap();
    user["account"] = json!({"canAuthenticate": false, "status": "LOCKED", "lockedAt": "2026-09-15T15:48:59.000Z"});
    user["username"] = json!("ada");
    let event = json!({"id": "e", "recordedAt": "2026-09-15T15:48:50.000Z", "action": {"type": "PASSWORD.CHECK_FAILED"},
        "result": {"status": "FAILED"}, "resources": [{"type": "USER", "id": USER}]});
    let config = "kind = \"pingone\"\nclient_id = \"id\"\nenvironment_id = \"ENVIRONMENT\"\nclient_secret = { env = \"PATH\" }\n\
        base_url = \"URL\"\nauth_url = \"URL\"\n";
    let answers = vec![
        ("POST", "/as/token", json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600})),
        ("GET", "/password", json!({"status": "OK", "lastChangedAt": "2026-09-15T15:49:29.368Z"})),
        ("GET", "/activities", json!({"_embedded": {"activities": [event]}, "count": 1})),
        ("GET", "/users?", json!({"_embedded": {"users": [user.clone()]}, "count": 1, "size": 1, "_links": {}})),
        ("GET", USER, user),
    ];
    (config, answers)
}

fn jumpcloud() -> (&'static str, Vec<Answer>) {
    let user = json!({
        "_id": JUMP, "id": JUMP, "username": "ada", "email": "ada@acme.test", "account_locked": true, "displayname": "Ada",
        "account_locked_date": "2026-11-22T03:00:00.000Z", "badLoginAttempts": 6, "suspended": false, "state": "ACTIVATED",
        "activated": true, "password_expired": true, "phoneNumbers": [{"number": "1"}], "attributes": [],
        "organization": "aaaaaaaaaaaaaaaaaaaaaaaa",
    });
    let settings = json!({"passwordPolicy": {"enableMaxLoginAttempts": true, "maxLoginAttempts": 6}});
    let config = "kind = \"jumpcloud\"\napi_key = { env = \"PATH\" }\nbase_url = \"URL\"\ninsights_url = \"URL\"\n";
    let answers = vec![
        ("POST", "/search/systemusers", json!({"totalCount": 1, "results": [user.clone()]})),
        ("GET", "/organizations/", json!({"_id": "a", "settings": settings})),
        ("GET", "/organizations", json!({"totalCount": 1, "results": [{"_id": "aaaaaaaaaaaaaaaaaaaaaaaa"}]})),
        ("GET", JUMP, user),
    ];
    (config, answers)
}

fn adaxes() -> (&'static str, Vec<Answer>) {
    let object = json!({
        "accountStatus": {"isDisabled": false, "isLocked": true, "expirationDate": null},
        "passwordStatus": {"whenChanged": "2026-07-14T16:27:49.5590448Z", "expirationStatus": 0, "expirationDate": null},
        "guid": GUID, "dn": "CN=Ada,DC=acme,DC=test", "displayName": "Ada", "objectType": "user", "objectTypeCode": 2,
        "properties": {"samaccountname": ["ada"], "badpwdcount": ["3"], "lockoutTime": ["133500000000000000"]},
    });
    let config = "kind = \"adaxes\"\ntoken = { env = \"PATH\" }\nbase_url = \"URL/restApi\"\n";
    let answers =
        vec![("POST", "/search", json!({"objects": [object.clone()]})), ("GET", "/directoryObjects?", object)];
    (config, answers)
}

/// Every member of a document, as the way to it.
fn members(value: &Value, at: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (name, value) in inner {
        at.push(name);
        found.push(at.clone());
        members(value, at, found);
        at.pop();
    }
}

/// The document without that member, or with another value in its place.
fn with(document: &Value, way: &[String], value: Option<&Value>) -> Value {
    let mut document = document.clone();
    let (last, lead) = way.split_last().unwrap();
    let lead: String = lead.iter().flat_map(|part| ["/", part]).collect();
    match (document.pointer_mut(&lead).unwrap(), value) {
        (Value::Object(members), None) => drop(members.remove(last)),
        (Value::Object(members), Some(value)) => drop(members.insert(last.clone(), value.clone())),
        (Value::Array(items), None) => drop(items.remove(last.parse().unwrap())),
        (Value::Array(items), Some(value)) => items[last.parse::<usize>().unwrap()] = value.clone(),
        _ => {}
    }
    document
}

/// Looks for Ada in a system that answers like this.
fn ada(config: &str, url: &str) -> ResolvedUsers {
    let place = tempfile::tempdir().unwrap();
    let text =
        format!("[[provider]]\nname = \"one\"\n{config}").replace("URL", url).replace("ENVIRONMENT", ENVIRONMENT);
    std::fs::write(place.path().join("c.toml"), text).unwrap();
    let config = config::load(&place.path().join("c.toml")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (sender, _log) = mpsc::unbounded_channel();
    runtime.block_on(async {
        let core = Core::new(&config, place.path().join("ledger"), &sender);
        find(&core, "ada", &mut |_, _| ()).await
    })
}

fn words(hits: &ResolvedUsers) -> String {
    let of = |account: &Account| match &account.lock {
        Lock::Unknown { problem: Some(problem) } => problem.line(),
        _ => String::new(),
    };
    let told = hits.problems.iter().map(|(_, problem)| problem.line());
    told.chain(hits.accounts.iter().map(of)).collect::<Vec<_>>().join("; ")
}

#[test]
fn no_missing_or_mistyped_member_makes_anybody_open_or_vanish() {
    let odd = [None, Some(json!(null)), Some(json!(7)), Some(json!("x")), Some(json!([])), Some(json!({}))];
    let mut tried = 0;
    for (config, answers) in [pingone(), jumpcloud(), adaxes()] {
        let answers: Arc<Mutex<Vec<Answer>>> = Arc::new(Mutex::new(answers));
        let served = Arc::clone(&answers);
        let server = Canned::new(move |heard| {
            let (method, target) = heard.line();
            let served = served.lock().unwrap();
            let fits = |answer: &&Answer| answer.0 == method && target.contains(answer.1);
            let head = "Content-Type: application/json\r\n";
            match served.iter().find(fits) {
                Some((_, _, body)) => (200, head, body.to_string()),
                None => (403, head, json!({"code": "ACCESS_FAILED", "message": "no"}).to_string()),
            }
        });
        let whole = ada(config, &server.url);
        assert!(whole.accounts.len() == 1 && whole.accounts[0].lock.is_locked(), "{}", words(&whole));
        let count = answers.lock().unwrap().len();
        for at in 0..count {
            let original = answers.lock().unwrap()[at].clone();
            let (mut ways, mut way) = (Vec::new(), Vec::new());
            members(&original.2, &mut way, &mut ways);
            for way in ways {
                for value in &odd {
                    answers.lock().unwrap()[at].2 = with(&original.2, &way, value.as_ref());
                    let hits = ada(config, &server.url);
                    let what = format!("{} {} {value:?}", original.1, way.join("."));
                    tried += 1;
                    for account in &hits.accounts {
                        let is_sure = matches!(account.lock, Lock::Locked { .. } | Lock::Unknown { problem: Some(_) });
                        assert!(is_sure, "{what}: {:?}", account.lock);
                    }
                    // A name that isn't Ada's any more, or a list without her, is somebody else's answer.
                    let is_name = way.last().is_some_and(|name| {
                        ["username", "samaccountname", "users", "results", "objects", "0", "_embedded"]
                            .contains(&name.as_str())
                    });
                    assert!(
                        !hits.accounts.is_empty() || !hits.problems.is_empty() || is_name,
                        "{what}: nobody, and no word"
                    );
                    for (_, problem) in hits.problems.iter().filter(|(_, problem)| problem.code == Code::BadAnswer) {
                        assert!(!problem.why.is_blank(), "{what}: {problem}");
                    }
                }
            }
            answers.lock().unwrap()[at] = original;
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn what_an_answer_has_to_hold_is_named_when_it_lacks_it() {
    type System = fn() -> (&'static str, Vec<Answer>);
    let cases: [(System, usize, &[&str], &str); 6] = [
        (pingone, 0, &["access_token"], "access_token"),
        (pingone, 1, &["status"], "status"),
        (pingone, 3, &["_embedded", "users"], "_embedded.users"),
        (pingone, 4, &["id"], "id"),
        (jumpcloud, 0, &["results"], "results"),
        (adaxes, 1, &["guid"], "guid"),
    ];
    for (system, at, way, named) in cases {
        let (config, mut answers) = system();
        let way: Vec<String> = way.iter().map(|part| (*part).to_owned()).collect();
        answers[at].2 = with(&answers[at].2, &way, None);
        let server = Canned::new(move |heard| {
            let (method, target) = heard.line();
            let fits = |answer: &&Answer| answer.0 == method && target.contains(answer.1);
            let found = answers.iter().find(fits).map(|answer| answer.2.to_string());
            (200, "Content-Type: application/json\r\n", found.unwrap_or_else(|| "{}".to_owned()))
        });
        let hits = ada(config, &server.url);
        let told = hits.accounts.iter().filter_map(|account| account.problem.as_ref()).map(ToString::to_string);
        let layers = hits.accounts.iter().flat_map(|account| &account.layers);
        let layers = layers.filter_map(|layer| match &layer.lock {
            Lock::Unknown { problem: Some(problem) } => Some(problem.line()),
            _ => None,
        });
        let all = format!("{}; {}", words(&hits), told.chain(layers).collect::<Vec<_>>().join("; "));
        assert!(all.contains(&format!("without `{named}")), "{named}: {all}");
    }
}
