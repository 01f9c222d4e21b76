//! The documented JSON. Names here are fixed; scripts rely on them.

use serde_json::{Map, Value, json};

use crate::domain::escape::json_inert;
use crate::domain::{Account, BadLogins, Cause, LedgerRow, Lock, MayUnlock, Person, Problem, Step, Untrusted};
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

fn optional(value: Option<&Untrusted>) -> Option<&str> {
    value.map(Untrusted::as_data)
}

/// A person with accounts.
pub fn person(person: &Person, accounts: &[&Account]) -> Value {
    let evidence: Vec<Value> =
        person.evidence.iter().map(|one| json!({"rule": one.rule.word(), "value": one.value.as_data()})).collect();
    let accounts: Vec<Value> = accounts.iter().map(|one| account(one)).collect();
    json!({"name": person.name.as_data(), "evidence": evidence, "apart": person.apart, "accounts": accounts})
}

/// An account.
pub fn account(account: &Account) -> Value {
    let told = account.facts.iter().filter(|fact| !fact.value.is_blank());
    let facts: Map<String, Value> =
        told.map(|fact| (fact.label.as_data().to_owned(), fact.value.as_data().into())).collect();
    let layers: Vec<Value> =
        account.layers.iter().map(|layer| json!({"layer": layer.layer.0, "lock": lock(&layer.lock)})).collect();
    let (may_unlock, why_not) = match &account.may_unlock {
        MayUnlock::Yes => ("yes", None),
        MayUnlock::No(why) => ("no", Some(why.as_data())),
        MayUnlock::Unknown => ("unknown", None),
    };
    json!({
        "provider": account.key.provider.as_str(),
        "kind": account.kind.word(),
        "id": account.key.id.as_data(),
        "username": account.username.as_data(),
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
            "changed": account.password.changed,
            "expires": account.password.expires,
        },
        "facts": facts,
        "may_unlock": may_unlock,
        "may_unlock_reason": why_not,
        "as_of": account.as_of,
        "problem": account.problem.as_ref().map(problem),
    })
}

fn lock(lock: &Lock) -> Value {
    json!({
        "state": lock.word(), "since": lock.since(), "until": lock.until(),
        "cause": lock.cause().map(Cause::word), "problem": lock.problem().map(problem),
    })
}

fn bad_logins(bad: &BadLogins) -> Value {
    let replicas: Vec<Value> = bad
        .replicas
        .iter()
        .map(|one| {
            json!({
                "name": one.name.as_data(), "site": optional(one.site.as_ref()), "state": one.state.as_data(), "count": one.count,
                "last": one.last, "locked_at": one.locked_at, "origin": optional(one.origin.as_ref()),
                "password_set": one.password_set, "as_of": one.as_of,
            })
        })
        .collect();
    json!({
        "count": bad.count,
        "qualifier": bad.qualifier.word(),
        "limit": bad.limit,
        "last": bad.last,
        "since": bad.since,
        "scope": optional(bad.scope.as_ref()),
        "replicas": replicas,
    })
}

/// What the ledger holds of an unlock or a refusal.
pub fn record(record: &LedgerRow) -> Value {
    json!({
        "at": record.at,
        "intent": record.intent.map(|intent| intent.to_string()),
        "operator": record.operator.as_data(),
        "provider": record.key.provider.as_str(),
        "id": record.key.id.as_data(),
        "username": record.username.as_data(),
        "layer": record.layer,
        "ticket": optional(record.ticket.as_ref()),
        "verified": optional(record.verified.as_ref()),
        "seen": record.seen,
        "outcome": record.outcome,
        "ended": record.ended,
        "rule": optional(record.rule.as_ref()),
        "why": record.why.as_data(),
        "contradicted": optional(record.contradicted.as_ref()),
    })
}

/// A problem.
pub fn problem(problem: &Problem) -> Value {
    json!({
        "code": problem.code.word(),
        "what": problem.what,
        "why": problem.why.as_data(),
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
        "id": account.key.id.as_data(),
        "username": account.username.as_data(),
        "outcome": outcome.word(),
        "steps": steps,
        "problem": problem.map(self::problem),
        "intent": flow.intent().map(|intent| intent.to_string()),
        "warning": flow.account().and_then(Account::after_unlock_warning),
    })
}

fn step(step: &Step) -> Value {
    json!({"at": step.at, "state": step.state.word(), "detail": step.detail.as_data()})
}
