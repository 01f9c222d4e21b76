//! What this login may do in `PingOne`, found out without changing anything.

use crate::domain::{CheckGrade, CheckResult, Untrusted};
use crate::provider::api_client::below;

use super::wire::{ASSIGNMENTS, ROLES, USERS};
use super::{PingOne, audit, read};

/// The roles that unlock people (management-apis, users; roles-and-permissions).
const UNLOCKING: [&str; 2] = ["Identity Data Admin", "Help Desk Admin"];
/// Of those, the one that can do no more than a helpdesk needs.
const NARROW: &str = "Help Desk Admin";

pub async fn findings(ping: &PingOne) -> Vec<CheckResult> {
    if let Err(problem) = ping.client.login().await {
        return vec![CheckResult::bad("login", "", &problem)];
    }
    let mut found = vec![CheckResult::good("login", "the worker application gets a token")];
    let users = ping.client.get(ping.client.url("/users?limit=1"), &USERS).await;
    found.push(CheckResult::needed_right("users", &users));
    if let Ok(page) = &users {
        let users = page.object("_embedded").unwrap_or_default().objects("users");
        match users.first().and_then(|user| user.text("id")) {
            Some(user) => of_user(ping, &user, &mut found).await,
            None => found.push(CheckResult::warn("right", "the environment shows no users", "check environment_id")),
        }
        found.push(CheckResult::good("version", "API v1"));
    }
    roles(ping, &mut found).await;
    found
}

async fn of_user(ping: &PingOne, user: &Untrusted, found: &mut Vec<CheckResult>) {
    let state = read::password(ping, user).await;
    found.push(CheckResult::needed_right("password states", &state));
    if let Some(id) = state.ok().and_then(|state| state.inner_text("passwordPolicy", "id")) {
        found.push(CheckResult::lock_policy(read::lockout(ping, &id).await));
    }
    let (tells, without) = ("causes of locks and counts can be told", "causes of locks will read \"unknown\"");
    found.push(CheckResult::useful_right("the audit", tells, without, &audit::history(ping, user).await));
}

async fn roles(ping: &PingOne, found: &mut Vec<CheckResult>) {
    let own = ping.client.url(&format!("/applications/{}/roleAssignments", ping.client_id.url()));
    let mut api = ping.client.base.clone();
    let above = api.path().split("/environments/").next().unwrap_or_default().to_owned();
    api.set_path(&above);
    let (assigned, all) =
        tokio::join!(ping.client.get(own, &ASSIGNMENTS), ping.client.get(below(&api, "/roles"), &ROLES));
    let (Ok(assigned), Ok(all)) = (assigned, all) else {
        let says = "PingOne doesn't tell this application its own roles";
        let next = "see in the console that it has the role Help Desk Admin, and no other";
        found.push(CheckResult::not_told("right", says, next));
        return;
    };
    let all = all.object("_embedded").unwrap_or_default().objects("roles");
    let named = |id: &Untrusted| all.iter().find(|role| role.text("id").as_ref() == Some(id))?.text("name");
    let assigned = assigned.object("_embedded").unwrap_or_default().objects("roleAssignments");
    let ids = assigned.iter().filter_map(|one| one.inner_text("role", "id"));
    let names: Vec<String> = ids.map(|id| named(&id).unwrap_or(id).line()).collect();
    found.push(if names.iter().any(|name| UNLOCKING.contains(&name.as_str())) {
        CheckResult::good("right", format!("may unlock: {}", names.join(", ")))
    } else {
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let says = format!("no role that unlocks: {names}");
        CheckResult { grade: CheckGrade::Bad, ..CheckResult::warn("right", says, "give it the role Help Desk Admin") }
    });
    let more: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != NARROW).collect();
    found.push(if more.is_empty() {
        CheckResult::good("excess", "no role beyond the helpdesk's")
    } else {
        let says = format!("can do more than unlock, even delete people: {}", more.join(", "));
        CheckResult::warn("excess", says, "take these roles away where Help Desk Admin is enough")
    });
}
