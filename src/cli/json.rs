//! The documented JSON. Names here are fixed; scripts rely on them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::domain::escape::json_inert;
use crate::domain::{Account, BadLogins, LedgerRow, Lock, MayUnlock, Person, Problem, Step, Untrusted};
use crate::flow::unlock::UnlockFlow;

use super::output::{data, is_open};

/// Prints a document on stdout, inert.
pub fn print(document: impl Into<Value>) {
    let document: Value = document.into();
    data(format!("{}\n", json_inert(&document.to_string())).as_bytes());
}

/// Prints a list one item after the other, so that a long one is never held twice.
pub fn print_list(items: impl Iterator<Item = Value>) {
    let mut lead = "[";
    for item in items {
        if !is_open() {
            return;
        }
        data(format!("{lead}{}\n", json_inert(&item.to_string())).as_bytes());
        lead = ",";
    }
    data(if lead == "[" { b"[]\n" } else { b"]\n" });
}

pub fn text(text: &Untrusted) -> Value {
    Value::from(text.as_data())
}

pub fn moment(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::from(at.to_string()))
}

fn optional(value: Option<&Untrusted>) -> Value {
    value.map_or(Value::Null, text)
}

/// A person with accounts.
pub fn person(person: &Person, accounts: &[&Account]) -> Value {
    let evidence: Vec<Value> =
        person.evidence.iter().map(|one| json!({"rule": one.rule.word(), "value": text(&one.value)})).collect();
    let accounts: Vec<Value> = accounts.iter().map(|one| account(one)).collect();
    json!({"name": text(&person.name), "evidence": evidence, "apart": person.apart, "accounts": accounts})
}

/// An account.
pub fn account(account: &Account) -> Value {
    let told = account.facts.iter().filter(|fact| !fact.value.is_blank());
    let facts: Map<String, Value> = told.map(|fact| (fact.label.as_data().to_owned(), text(&fact.value))).collect();
    let layers: Vec<Value> =
        account.layers.iter().map(|layer| json!({"layer": layer.layer.0, "lock": lock(&layer.lock)})).collect();
    let (may_unlock, why_not) = match &account.may_unlock {
        MayUnlock::Yes => ("yes", Value::Null),
        MayUnlock::No(why) => ("no", text(why)),
        MayUnlock::Unknown => ("unknown", Value::Null),
    };
    json!({
        "provider": account.key.provider.as_str(),
        "kind": account.kind.word(),
        "id": text(&account.key.id),
        "username": text(&account.username),
        "email": optional(account.email.as_ref()),
        "name": optional(account.display_name.as_ref()),
        "employee_id": optional(account.employee_id.as_ref()),
        "enabled": account.enabled,
        "barred": account.barred,
        "can_sign_in": account.can_sign_in,
        "lock": lock(&account.lock),
        "layers": layers,
        "end_reported": account.tells_end,
        "locked_by": optional(account.locked_by.as_ref()),
        "bad_logins": bad_logins(&account.bad_logins),
        "password": {
            "status": optional(account.password.status.as_ref()),
            "changed": moment(account.password.changed),
            "expires": moment(account.password.expires),
        },
        "facts": facts,
        "may_unlock": may_unlock,
        "may_unlock_reason": why_not,
        "as_of": account.as_of.to_string(),
        "problem": account.problem.as_ref().map_or(Value::Null, problem),
    })
}

fn lock(lock: &Lock) -> Value {
    let (since, until, cause) = match lock {
        Lock::Locked { since, until, cause } => (*since, *until, Some(cause.word())),
        _ => (None, None, None),
    };
    let why = match lock {
        Lock::Unknown { problem: Some(why) } => problem(why),
        _ => Value::Null,
    };
    json!({"state": lock.word(), "since": moment(since), "until": moment(until), "cause": cause, "problem": why})
}

fn bad_logins(bad: &BadLogins) -> Value {
    let replicas: Vec<Value> = bad
        .replicas
        .iter()
        .map(|one| {
            json!({
                "name": text(&one.name), "site": optional(one.site.as_ref()), "state": text(&one.state), "count": one.count,
                "last": moment(one.last), "locked_at": moment(one.locked_at), "origin": optional(one.origin.as_ref()),
                "password_set": moment(one.password_set), "as_of": moment(one.as_of),
            })
        })
        .collect();
    json!({
        "count": bad.count,
        "qualifier": bad.qualifier.word(),
        "limit": bad.limit,
        "last": moment(bad.last),
        "since": moment(bad.since),
        "scope": optional(bad.scope.as_ref()),
        "replicas": replicas,
    })
}

/// What the ledger holds of an unlock or a refusal.
pub fn record(record: &LedgerRow) -> Value {
    json!({
        "at": record.at.to_string(),
        "intent": record.intent.map(|intent| intent.to_string()),
        "operator": text(&record.operator),
        "provider": record.key.provider.as_str(),
        "id": text(&record.key.id),
        "username": text(&record.username),
        "layer": record.layer,
        "ticket": optional(record.ticket.as_ref()),
        "verified": optional(record.verified.as_ref()),
        "seen": record.seen,
        "outcome": record.outcome,
        "ended": moment(record.ended),
        "rule": optional(record.rule.as_ref()),
        "why": text(&record.why),
        "contradicted": optional(record.contradicted.as_ref()),
    })
}

/// A problem.
pub fn problem(problem: &Problem) -> Value {
    json!({
        "code": problem.code.word(),
        "what": problem.what,
        "why": text(&problem.why),
        "next": problem.next,
        "http_status": problem.http_status,
        "correlation_id": optional(problem.correlation_id.as_ref()),
    })
}

/// One unlock's result.
pub fn unlock(flow: &UnlockFlow, account: &Account) -> Value {
    let (outcome, problem) = flow.outcome().unwrap_or((crate::domain::Outcome::Unknown, None));
    let steps: Vec<Value> = flow.steps().iter().map(step).collect();
    json!({
        "provider": account.key.provider.as_str(),
        "kind": account.kind.word(),
        "id": text(&account.key.id),
        "username": text(&account.username),
        "outcome": outcome.word(),
        "steps": steps,
        "problem": problem.map_or(Value::Null, self::problem),
        "intent": flow.intent().map_or(Value::Null, |intent| Value::from(intent.to_string())),
        "warning": flow.account().and_then(Account::after_unlock_warning),
    })
}

fn step(step: &Step) -> Value {
    json!({"at": step.at.to_string(), "state": step.state.word(), "detail": text(&step.detail)})
}
