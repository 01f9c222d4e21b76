//! What this login may do in `PingOne`, found out without changing anything.

use crate::domain::{Finding, Grade, Problem, Untrusted};
use crate::provider::api_client::below;

use super::wire::{ASSIGNMENTS, PASSWORD, POLICY, ROLES, USERS};
use super::{PingOne, audit};

/// The roles that unlock people (management-apis, users; roles-and-permissions).
const UNLOCKING: [&str; 2] = ["Identity Data Admin", "Help Desk Admin"];
/// Of those, the one that can do no more than a helpdesk needs.
const NARROW: &str = "Help Desk Admin";

pub async fn findings(ping: &PingOne) -> Vec<Finding> {
    if let Err(problem) = ping.client.login().await {
        return vec![Finding::bad("login", "", &problem)];
    }
    let mut found = vec![Finding::good("login", "the worker application gets a token")];
    let users = ping.client.get(ping.client.url("/users?limit=1"), &USERS).await;
    let reads = users.is_ok();
    match users.map(|page| page.object("_embedded").unwrap_or_default().objects("users")) {
        Ok(users) => {
            found.push(Finding::good("right", "reads users"));
            match users.first().and_then(|user| user.text("id")) {
                Some(user) => of_user(ping, &user, &mut found).await,
                None => {
                    found.push(Finding::warn("right", "the environment shows no users", "check environment_id"));
                }
            }
        }
        Err(problem) => found.push(Finding::bad("right", "to read users", &problem)),
    }
    roles(ping, &mut found).await;
    if reads {
        found.push(Finding::good("version", "API v1"));
    }
    found
}

/// The password's own state, the policy behind it (when accounts lock, and for how long), and the audit.
async fn of_user(ping: &PingOne, user: &Untrusted, found: &mut Vec<Finding>) {
    match password(ping, user).await {
        Ok(policy) => {
            found.push(Finding::good("right", "reads password states"));
            if let Some(id) = policy {
                found.push(self::policy(ping, &id).await);
            }
        }
        Err(problem) => found.push(Finding::bad("right", "to read password states", &problem)),
    }
    found.push(match audit::history(ping, user).await {
        Ok(_) => Finding::good("right", "reads the audit: causes of locks and counts can be told"),
        Err(problem) => Finding::warn(
            "right",
            format!("can't read the audit: {}", problem.line()),
            "causes of locks will read \"not told\"",
        ),
    });
}

async fn password(ping: &PingOne, user: &Untrusted) -> Result<Option<Untrusted>, Problem> {
    let state = ping.client.get(ping.user_url(user, "/password")?, &PASSWORD).await?;
    Ok(state.inner_text("passwordPolicy", "id"))
}

async fn policy(ping: &PingOne, id: &Untrusted) -> Finding {
    let url = ping.client.url(&format!("/passwordPolicies/{}", id.url()));
    match ping.client.get(url, &POLICY).await.map(|policy| policy.object("lockout")) {
        Ok(Some(lockout)) => {
            let count = lockout.count("failureCount").map_or_else(|| "some".to_owned(), |n| n.to_string());
            let length = lockout.integer("durationSeconds").map_or_else(String::new, |s| format!(", for {s} s"));
            Finding::good("lock_policy", format!("an account locks after {count} bad passwords{length}"))
        }
        Ok(None) => Finding::warn(
            "lock_policy",
            "the policy locks nobody",
            "counts come from the audit, as at least so many (\"5+\")",
        ),
        Err(problem) => {
            Finding::warn("lock_policy", format!("can't be read: {}", problem.line()), "limits will not be shown")
        }
    }
}

/// The worker application's roles, where it may see them itself.
async fn roles(ping: &PingOne, found: &mut Vec<Finding>) {
    let own = ping.client.url(&format!("/applications/{}/roleAssignments", ping.client_id.url()));
    let mut api = ping.client.base().clone();
    let above = api.path().split("/environments/").next().unwrap_or_default().to_owned();
    api.set_path(&above);
    let (assigned, all) =
        tokio::join!(ping.client.get(own, &ASSIGNMENTS), ping.client.get(below(&api, "/roles"), &ROLES));
    let (Ok(assigned), Ok(all)) = (assigned, all) else {
        let says = "PingOne doesn't tell this application its own roles";
        let next = "see in the console that it has the role Help Desk Admin, and no other";
        found.push(Finding::not_told("right", says, next));
        return;
    };
    let all = all.object("_embedded").unwrap_or_default().objects("roles");
    let named = |id: &Untrusted| all.iter().find(|role| role.text("id").as_ref() == Some(id))?.text("name");
    let assigned = assigned.object("_embedded").unwrap_or_default().objects("roleAssignments");
    let ids = assigned.iter().filter_map(|one| one.inner_text("role", "id"));
    let names: Vec<String> = ids.map(|id| named(&id).unwrap_or(id).line()).collect();
    found.push(if names.iter().any(|name| UNLOCKING.contains(&name.as_str())) {
        Finding::good("right", format!("may unlock: {}", names.join(", ")))
    } else {
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let says = format!("no role that unlocks: {names}");
        Finding { grade: Grade::Bad, ..Finding::warn("right", says, "give it the role Help Desk Admin") }
    });
    let more: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != NARROW).collect();
    found.push(if more.is_empty() {
        Finding::good("excess", "no role beyond the helpdesk's")
    } else {
        let says = format!("can do more than unlock, deleting people among it: {}", more.join(", "));
        Finding::warn("excess", says, "take these roles away where Help Desk Admin is enough")
    });
}
