//! Reading one account in full: the user, the password state, the policy, and the audit where it is needed.

use crate::domain::{Account, Code, Problem, Untrusted};
use crate::provider::json::Object;
use crate::provider::poll_result;

use super::mapping::{self, RelatedReads};
use super::wire::{PASSWORD, POLICY, USER};
use super::{PingOne, audit};

/// How deep the password state is looked through.
const DEEPEST: u8 = 6;

/// The account; none when there is no such user.
pub async fn account(ping: &PingOne, id: &Untrusted) -> Result<Option<Account>, Problem> {
    // As of the question: what changes while the answers are on their way may not be in them.
    let as_of = jiff::Timestamp::now();
    let (user, ids, password) =
        tokio::join!(user(ping, id, ping.groups.names), group_ids(ping, id), self::password(ping, id));
    let Some(user) = user? else { return Ok(None) };
    let limit = match &password {
        Ok(password) => limit(ping, password).await,
        Err(_) => Ok(None),
    };
    let remaining = password.as_ref().ok().and_then(|password| failures_remaining(password, DEEPEST));
    let mut parts = RelatedReads { password, remaining, limit, history: None };
    if mapping::needs_history(&user, &parts) {
        parts.history = Some(audit::history(ping, id).await);
    }
    Ok(mapping::read(ping, &user, &parts, as_of).map(|mut account| {
        account.groups = account.groups.into_iter().chain(ids).reduce(|names, ids| [names, ids].concat());
        account
    }))
}

/// Rules of a policy may go by groups, which are told only when asked for: one value of `include` at a time, and none
/// where the service doesn't take it.
async fn user(ping: &PingOne, id: &Untrusted, with_groups: bool) -> Result<Option<Object>, Problem> {
    let plain = ping.user_url(id, "")?;
    if with_groups {
        match ping.client.find(ping.user_url(id, "?include=memberOfGroupNames")?, &USER).await {
            Err(problem) if problem.code == Code::BadRequest => {}
            answer => return answer,
        }
    }
    ping.client.find(plain, &USER).await
}

async fn group_ids(ping: &PingOne, id: &Untrusted) -> Option<Vec<Untrusted>> {
    let url = ping.user_url(id, "?include=memberOfGroupIDs").ok().filter(|_| ping.groups.ids)?;
    let user = ping.client.get(url, &USER).await.ok()?;
    user.raw("memberOfGroupIDs").map(|_| user.texts("memberOfGroupIDs"))
}

pub async fn password(ping: &PingOne, id: &Untrusted) -> Result<Object, Problem> {
    let password = ping.client.get(ping.user_url(id, "/password")?, &PASSWORD).await?;
    match password.inner_text("user", "id") {
        Some(about) if !about.same_name(id.as_data()) => Err(poll_result::wrong_account(id, &about)),
        _ => Ok(password),
    }
}

/// Any number called `failuresRemaining` inside the password state: the page that names the object
/// around it can't be read, the number's own name is known from the check-password error.
fn failures_remaining(state: &Object, depth: u8) -> Option<u32> {
    let depth = depth.checked_sub(1)?;
    state.count("failuresRemaining").or_else(|| {
        let inside = |name| state.object(name).into_iter().chain(state.objects(name));
        state.names().flat_map(inside).find_map(|inner| failures_remaining(&inner, depth))
    })
}

/// How many wrong passwords lock under the password's policy; none when it never locks.
async fn limit(ping: &PingOne, password: &Object) -> Result<Option<u32>, Problem> {
    let Some(id) = password.inner_text("passwordPolicy", "id") else { return Ok(None) };
    let fetch = async { Ok(lockout(ping, &id).await?.0) };
    ping.limits.get(id.clone(), fetch).await
}

/// After how many wrong passwords a policy locks, and for how many seconds.
pub async fn lockout(ping: &PingOne, policy: &Untrusted) -> Result<(Option<u32>, Option<i64>), Problem> {
    let url = ping.client.url(&format!("/passwordPolicies/{}", policy.url()));
    let lockout = ping.client.get(url, &POLICY).await?.object("lockout").unwrap_or_default();
    Ok((lockout.count("failureCount"), lockout.integer("durationSeconds")))
}

#[cfg(test)]
mod tests;
