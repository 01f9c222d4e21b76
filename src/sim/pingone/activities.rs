//! Audit activities: a range of time is mandatory, and beside it only the resource's id is taken.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::sim::context::{Answer, millis, present};
use crate::sim::world::{AuditActivity, fresh_uuid};

use super::bodies::POPULATION;
use super::{ENVIRONMENT, Sim, error_body};

/// A query covers at most this much time.
const LONGEST: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The page where none is asked for.
const USUAL_PAGE: usize = 100;

/// What a filter of activities asks for.
struct PageQuery {
    after: Timestamp,
    before: Timestamp,
    resource: Option<String>,
}

pub async fn list(State(ping): Sim, Query(params): Query<HashMap<String, String>>) -> Answer {
    let refused =
        |why| error_body::invalid_filter(why, &["recordedAt", "resources.id"], &["gt", "ge", "lt", "le", "eq"]);
    let asked = asked(params.get("filter").map(String::as_str).unwrap_or_default()).map_err(refused)?;
    let now = ping.shared.now();
    let mut world = ping.shared.world();
    let resource = asked.resource.as_deref();
    let mut found: Vec<Value> = Vec::new();
    for (_, user) in world.pingone_users(resource.as_ref().map(std::slice::from_ref), now) {
        if resource.is_none_or(|wanted| wanted == user.id) {
            let fits = |event: &&AuditActivity| event.at > asked.after && event.at < asked.before;
            found.extend(user.events.iter().filter(fits).map(|event| activity(&ping.base, &user.id, event)));
        }
    }
    found.reverse();
    let limit = params.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(USUAL_PAGE);
    let is_cut = found.len() > limit;
    found.truncate(limit);
    let own = format!("{}/environments/{ENVIRONMENT}/activities", ping.base);
    let next = is_cut.then(|| json!({"href": format!("{own}?cursor=more")}));
    let links = present(json!({"self": {"href": own}, "next": next}));
    Ok(Json(json!({"_links": links, "_embedded": {"activities": found}, "size": found.len()})))
}

fn activity(base: &str, id: &str, event: &AuditActivity) -> Value {
    let actor =
        event.actor.as_ref().map(|(id, name)| json!({"id": id, "name": name, "type": "USER", "population": {}}));
    let is_external = event.transaction.is_some() || event.session.is_some();
    present(json!({
        "id": fresh_uuid(),
        "_links": {"self": {"href": format!("{base}/environments/{ENVIRONMENT}/activities")}},
        "recordedAt": millis(event.at),
        "createdAt": millis(event.at),
        "correlationId": fresh_uuid(),
        "action": {"type": event.kind, "description": event.kind},
        "resources": [{
            "type": "USER", "id": id, "name": id, "environment": {"id": ENVIRONMENT}, "population": {"id": POPULATION},
            "href": format!("{base}/environments/{ENVIRONMENT}/users/{id}"),
        }],
        "tags": [],
        // A failed check says SUCCESS here as well: the recording succeeded.
        "result": {"status": "SUCCESS", "description": format!("{} {id}", event.kind)},
        "actors": actor.map(|user| json!({"user": user})),
        "externalCorrelation":
            is_external.then(|| json!({"transactionId": event.transaction, "sessionId": event.session})),
    }))
}

/// `recordedAt gt "…" AND recordedAt lt "…" [AND resources.id eq "…"]`, and nothing else.
fn asked(filter: &str) -> Result<PageQuery, &'static str> {
    let (mut after, mut before, mut resource) = (None, None, None);
    for term in filter.split(" AND ") {
        let mut words = term.trim().splitn(3, ' ');
        let (Some(name), Some(operator), Some(value)) = (words.next(), words.next(), words.next()) else {
            return Err("A date range is required.");
        };
        let value =
            value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or("A value must be quoted.")?;
        let moment = || value.parse::<Timestamp>().map_err(|_| "A date is malformed.");
        match (name, operator) {
            ("recordedAt", "gt" | "ge") => after = Some(moment()?),
            ("recordedAt", "lt" | "le") => before = Some(moment()?),
            ("resources.id", "eq") => resource = Some(value.to_owned()),
            _ => return Err("This combination of attributes is not supported."),
        }
    }
    let (Some(after), Some(before)) = (after, before) else { return Err("A date range is required.") };
    if before.duration_since(after) > LONGEST {
        return Err("The date range is longer than 14 days.");
    }
    Ok(PageQuery { after, before, resource })
}
