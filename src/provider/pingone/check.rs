//! What this login may do in `PingOne`, found out without changing anything.

use crate::domain::{Finding, Untrusted};
use crate::provider::auth as login;
use crate::provider::http::Request;

use super::wire::{Collection, PasswordState, Policy, RoleAssignments, Roles, User};
use super::{PingOne, audit, auth, call, errors};

/// The roles that unlock people (management-apis, users; roles-and-permissions).
const UNLOCKING: [&str; 2] = ["Identity Data Admin", "Help Desk Admin"];
/// Of those, the one that can do no more than a helpdesk needs.
const NARROW: &str = "Help Desk Admin";

pub async fn findings(ping: &PingOne) -> Vec<Finding> {
    let mut found = Vec::new();
    match auth::token(ping).await {
        Ok(_) => found.push(Finding::good("login", "the worker application gets a token")),
        Err(problem) => return vec![Finding::bad("login", "", &problem)],
    }
    let user = first_user(ping, &mut found).await;
    if let Some(user) = &user {
        password(ping, user, &mut found).await;
        found.push(match audit::history(ping, user).await {
            Ok(_) => Finding::good("right", "reads the audit: causes of locks and counts can be told"),
            Err(problem) => Finding::warn(
                "right",
                format!("can't read the audit: {}", problem.line()),
                "causes of locks will read \"not told\"",
            ),
        });
    }
    roles(ping, &mut found).await;
    found.push(Finding::good("version", "API v1"));
    found
}

async fn first_user(ping: &PingOne, found: &mut Vec<Finding>) -> Option<Untrusted> {
    let mut url = ping.url(&[&"users".into()]);
    url.set_query(Some("limit=1"));
    let read = async {
        let answer = login::read(ping, Request::get(url)).await?;
        if answer.status != 200 {
            return Err(errors::problem(&answer));
        }
        let page: Collection<'_> =
            serde_json::from_slice(&answer.body).map_err(|e| errors::not_understood(&answer, &e))?;
        Ok(page.embedded.users.first().and_then(|raw| serde_json::from_str::<User>(raw.get()).ok()).map(|user| user.id))
    };
    match read.await {
        Ok(user) => {
            found.push(Finding::good("right", "reads users"));
            if user.is_none() {
                found.push(Finding::warn("right", "the environment shows no users", "check environment_id"));
            }
            user
        }
        Err(problem) => {
            found.push(Finding::bad("right", "to read users", &problem));
            None
        }
    }
}

/// The password's own state, and the policy behind it: when accounts lock, and for how long.
async fn password(ping: &PingOne, user: &Untrusted, found: &mut Vec<Finding>) {
    let url = ping.url(&[&"users".into(), user, &"password".into()]);
    let state = match call::get_json::<PasswordState>(ping, url).await {
        Ok(state) => state,
        Err(problem) => return found.push(Finding::bad("right", "to read password states", &problem)),
    };
    found.push(Finding::good("right", "reads password states"));
    let Some(policy) = state.and_then(|state| state.password_policy).and_then(|policy| policy.id) else { return };
    let read = call::get_json::<Policy>(ping, ping.url(&[&"passwordPolicies".into(), &policy])).await;
    found.push(match read {
        Ok(policy) => match policy.and_then(|policy| policy.lockout) {
            Some(lockout) => {
                let count = lockout.failure_count.map_or_else(|| "some".to_owned(), |n| n.to_string());
                let length = lockout.duration_seconds.map_or_else(String::new, |s| format!(", for {s} s"));
                Finding::good("lock_policy", format!("an account locks after {count} bad passwords{length}"))
            }
            None => Finding::warn(
                "lock_policy",
                "the policy locks nobody",
                "counts come from the audit, as at least so many (\"5+\")",
            ),
        },
        Err(problem) => {
            Finding::warn("lock_policy", format!("can't be read: {}", problem.line()), "limits will not be shown")
        }
    });
}

/// The worker application's roles, where it may see them itself.
async fn roles(ping: &PingOne, found: &mut Vec<Finding>) {
    let own = ping.settings.client_id.as_str().into();
    let assigned =
        call::get_json::<RoleAssignments>(ping, ping.url(&[&"applications".into(), &own, &"roleAssignments".into()]))
            .await;
    let mut url = ping.environment.clone();
    let above = url.path().split("/environments/").next().unwrap_or_default().to_owned();
    url.set_path(&format!("{above}/roles"));
    let all = call::get_json::<Roles>(ping, url).await;
    let (Ok(Some(assigned)), Ok(Some(all))) = (assigned, all) else {
        let says = "PingOne doesn't tell this application its own roles";
        found.push(Finding::not_told(
            "right",
            says,
            "see in the console that it has the role Help Desk Admin, and no other",
        ));
        return;
    };
    let named = |id: &Untrusted| all.embedded.roles.iter().find(|role| role.id == *id).map(|role| role.name.line());
    let names: Vec<String> = assigned
        .embedded
        .role_assignments
        .iter()
        .map(|one| named(&one.role.id).unwrap_or_else(|| one.role.id.line()))
        .collect();
    found.push(if names.iter().any(|name| UNLOCKING.contains(&name.as_str())) {
        Finding::good("right", format!("may unlock: {}", names.join(", ")))
    } else {
        let says =
            format!("no role that unlocks: {}", if names.is_empty() { "none".to_owned() } else { names.join(", ") });
        Finding { grade: crate::domain::Grade::Bad, ..Finding::warn("right", says, "give it the role Help Desk Admin") }
    });
    let more: Vec<&String> = names.iter().filter(|name| name.as_str() != NARROW).collect();
    found.push(if more.is_empty() {
        Finding::good("excess", "no role beyond the helpdesk's")
    } else {
        let more: Vec<&str> = more.iter().map(|name| name.as_str()).collect();
        let says = format!("can do more than unlock, deleting people among it: {}", more.join(", "));
        Finding::warn("excess", says, "take these roles away where Help Desk Admin is enough")
    });
}
