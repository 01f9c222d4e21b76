//! What a line says, in OCSF's names (schema.ocsf.io: Account Change 3001, activity 12 Unlock;
//! Application Lifecycle 6002, activity 3 Start). What OCSF has no name for is under `unmapped.unbolt`.

mod note;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::domain::exits::json_inert;
use crate::domain::{Answered, IntentId, Outcome, Problem, Step, Unlock, Untrusted};

use super::heads::Unnamed;
use super::host_clock::HostClock;
use super::operator::Operator;
use super::read::LedgerFile;

pub use note::{Note, note};

/// The version of the schema whose names are used.
pub const OCSF: &str = "1.5.0";

/// A file's last line, as the first line of a new file names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Head {
    /// The file's name.
    pub file: String,
    /// The line's number.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

impl Head {
    /// The head of a file; none when it has no readable line.
    #[must_use]
    pub fn of(file: &LedgerFile) -> Option<Self> {
        let last = file.entries.last()?;
        Some(Self { file: file.name.clone(), seq: last.seq, hash: last.hash.clone() })
    }
}

/// The members of a file's first line.
pub fn opening(at: Timestamp, operator: &Operator, file: &str, unnamed: &Unnamed) -> String {
    let mut members = head(at, operator, (6002, "Application Lifecycle", 6, "Application Activity", 3, "Start"));
    members.insert("app".into(), product());
    members.insert("status_id".into(), json!(1));
    members.insert("status".into(), json!("Success"));
    members.insert(
        "unmapped".into(),
        json!({"unbolt": {
            "record": "open", "file": file, "heads": unnamed.heads, "in_flight": unnamed.in_flight,
        }}),
    );
    inside(members)
}

/// The members of an intent: what is about to be sent.
pub fn intent(at: Timestamp, operator: &Operator, id: IntentId, unlock: &Unlock) -> String {
    let mut own = Map::new();
    own.insert("record".into(), json!("intent"));
    own.insert("intent".into(), json!(id.to_string()));
    own.insert("provider".into(), json!(unlock.key.provider.as_str()));
    own.insert("system".into(), json!(unlock.system.as_data()));
    own.insert("layer".into(), json!(unlock.layer.0));
    own.insert("seen".into(), json!(unlock.seen));
    for (name, value) in [("ticket", &unlock.ticket), ("verified", &unlock.verified)] {
        if let Some(value) = value {
            own.insert(name.into(), json!(value.as_data()));
        }
    }
    for (name, value) in [("typed_id", unlock.typed_id), ("further", unlock.further)] {
        if value {
            own.insert(name.into(), json!(true));
        }
    }
    if let Some(clock) = HostClock::now() {
        own.insert("clock".into(), json!({"boot": clock.boot, "ms": clock.millis}));
    }
    if let Some(earlier) = unlock.beside {
        own.insert("beside".into(), json!(earlier.to_string()));
    }
    if let Some(part) = unlock.part {
        own.insert("run".into(), json!(part.run.to_string()));
        own.insert("row".into(), json!(part.row));
    }
    let mut user = Map::new();
    user.insert("uid".into(), json!(unlock.key.id.as_data()));
    user.insert("name".into(), json!(unlock.username.as_data()));
    if let Some(email) = &unlock.email {
        user.insert("email_addr".into(), json!(email.as_data()));
    }
    let mut members = head(at, operator, ACCOUNT_UNLOCK);
    members.insert("status_id".into(), json!(0));
    members.insert("status".into(), json!("Unknown"));
    members.insert("user".into(), Value::Object(user));
    members.insert("unmapped".into(), json!({"unbolt": own}));
    inside(members)
}

/// The members of an outcome: how the intent of that id ended.
pub fn outcome(at: Timestamp, operator: &Operator, closing: &Closing<'_>) -> String {
    let (status_id, status) = match closing.end.outcome {
        outcome if outcome.is_done() => (1, "Success"),
        Outcome::Unknown | Outcome::Accepted | Outcome::PendingApproval | Outcome::Closed => (0, "Unknown"),
        _ => (2, "Failure"),
    };
    let steps: Vec<Value> = closing
        .end
        .steps
        .iter()
        .map(|step| json!({"at": step.at.to_string(), "state": step.state.word(), "detail": step.detail.as_data()}))
        .collect();
    let mut own = json!({
        "record": "outcome",
        "intent": closing.intent.to_string(),
        "provider": closing.unlock.key.provider.as_str(),
        "layer": closing.unlock.layer.0,
        "outcome": closing.end.outcome.word(),
        "by": closing.by,
        "steps": steps,
    });
    if let (Some(problem), Some(own)) = (closing.end.problem, own.as_object_mut()) {
        own.insert(
            "problem".into(),
            json!({"code": problem.code.word(), "what": problem.what, "why": problem.why.as_data()}),
        );
    }
    if let (true, Some(own)) = (closing.end.again, own.as_object_mut()) {
        own.insert("again".into(), json!(true));
    }
    if let (Some(handle), Some(own)) = (closing.end.handle, own.as_object_mut()) {
        own.insert("handle".into(), json!(handle.as_data()));
    }
    let mut members = head(at, operator, ACCOUNT_UNLOCK);
    members.insert("status_id".into(), json!(status_id));
    members.insert("status".into(), json!(status));
    members.insert("status_detail".into(), json!(closing.end.outcome.word()));
    members.insert(
        "user".into(),
        json!({"uid": closing.unlock.key.id.as_data(), "name": closing.unlock.username.as_data()}),
    );
    members.insert("unmapped".into(), json!({"unbolt": own}));
    inside(members)
}

/// The members of a device's answer, as it came in later.
pub fn answer(at: Timestamp, operator: &Operator, answered: &Answered) -> String {
    let answer = &answered.answer;
    let chain: Vec<Value> = answer
        .chain
        .iter()
        .map(|link| json!({"code": link.code, "domain": link.domain.as_data(), "text": link.text.as_data()}))
        .collect();
    let mut own = json!({
        "record": "answer",
        "intent": answered.intent.to_string(),
        "provider": answered.provider.as_str(),
        "command": answer.command.as_data(),
        "device": answer.device.as_data(),
        "status": answer.status.word(),
        "at": answer.at.to_string(),
        "chain": chain,
        "detail": answer.detail.as_data(),
        "event": answer.event.as_data(),
        "evidence": answer.evidence,
        "contradicts": answered.contradicts,
    });
    if let (Some(users), Some(own)) = (&answer.users, own.as_object_mut()) {
        own.insert("users".into(), users.iter().map(|user| json!(user.as_data())).collect());
    }
    let mut members = head(at, operator, ACCOUNT_UNLOCK);
    members.insert("status_id".into(), json!(99));
    members.insert("status".into(), json!("Other"));
    members.insert("status_detail".into(), json!(answer.status.word()));
    members.insert("unmapped".into(), json!({"unbolt": own}));
    inside(members)
}

/// The members, with the ticket and the way of verification where there are any.
fn with_papers(mut own: Value, ticket: Option<&Untrusted>, verified: Option<&Untrusted>) -> Value {
    for (name, value) in [("ticket", ticket), ("verified", verified)] {
        if let (Some(value), Some(own)) = (value, own.as_object_mut()) {
            own.insert(name.into(), json!(value.as_data()));
        }
    }
    own
}

/// How an intent ended.
#[derive(Debug)]
pub struct End<'a> {
    /// The outcome.
    pub outcome: Outcome,
    /// Why, where it isn't good.
    pub problem: Option<&'a Problem>,
    /// What was seen on the way.
    pub steps: &'a [Step],
    /// The system's own id of the request.
    pub handle: Option<&'a Untrusted>,
    /// True when it wasn't carried out and is asked for again with a new intent.
    pub again: bool,
}

/// An end with its intent and the way by which it became known.
pub struct Closing<'a> {
    pub intent: IntentId,
    pub unlock: &'a Unlock,
    pub end: &'a End<'a>,
    /// `run` when the process that asked saw it, `resolve` when a later one read it.
    pub by: &'static str,
}

type Class = (u32, &'static str, u32, &'static str, u32, &'static str);

const ACCOUNT_UNLOCK: Class = (3001, "Account Change", 3, "Identity & Access Management", 12, "Unlock");

fn head(at: Timestamp, operator: &Operator, class: Class) -> Map<String, Value> {
    let (class_uid, class_name, category_uid, category_name, activity_id, activity_name) = class;
    let mut actor_user = json!({"uid": operator.uid.to_string()});
    if let (Some(name), Some(user)) = (&operator.name, actor_user.as_object_mut()) {
        user.insert("name".into(), json!(name.as_data()));
    }
    let mut session = Map::new();
    session.insert("is_remote".into(), json!(operator.ssh_client.is_some()));
    if let Some(terminal) = &operator.terminal {
        session.insert("terminal".into(), json!(terminal.as_data()));
    }
    let mut members = Map::new();
    let facts = [
        ("time", json!(at.as_millisecond())),
        ("class_uid", json!(class_uid)),
        ("class_name", json!(class_name)),
        ("category_uid", json!(category_uid)),
        ("category_name", json!(category_name)),
        ("activity_id", json!(activity_id)),
        ("activity_name", json!(activity_name)),
        ("type_uid", json!(class_uid * 100 + activity_id)),
        ("severity_id", json!(1)),
        ("metadata", json!({"version": OCSF, "product": product()})),
        ("actor", json!({"user": actor_user, "session": session, "process": {"pid": operator.pid, "name": "unbolt"}})),
        ("device", json!({"hostname": operator.host.as_data(), "type_id": 0})),
    ];
    members.extend(facts.into_iter().map(|(name, value)| (name.to_owned(), value)));
    if let Some(client) = &operator.ssh_client {
        members.insert("src_endpoint".into(), json!({"ip": client.as_data()}));
    }
    members
}

fn product() -> Value {
    json!({"name": "unbolt", "vendor_name": "unbolt", "version": env!("CARGO_PKG_VERSION")})
}

/// The inside of the object, inert, so that the file itself can be shown on a terminal.
fn inside(members: Map<String, Value>) -> String {
    let text = json_inert(&Value::Object(members).to_string());
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).map(str::to_owned).unwrap_or(text)
}
