//! Reading one user.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Account, Cause, Layer, LayerLock, Lock, Problem, Untrusted};

use super::wire::USER;
use super::{JumpCloud, detail_fields, mapping, policy};

/// The account; none when there is no such user.
pub async fn account(jump: &JumpCloud, id: &Untrusted) -> Result<Option<Account>, Problem> {
    let as_of = Timestamp::now();
    let Some(user) = jump.client.find(jump.user_url(id, "")?, &USER).await? else { return Ok(None) };
    let odd = || jump.client.spec.odd("a user without an id");
    let mut account = mapping::listed(jump, &user, as_of).ok_or_else(odd)?;
    let policy = policy::policy(jump, user.text("organization")).await;
    let known = policy.as_ref().copied().unwrap_or_default();
    let attempts = user.count("badLoginAttempts");
    account.bad_logins = mapping::bad_logins(&user, known.limit);
    let (mut lock, mut unread) = (mapping::lock(&user), None);
    if let Lock::Locked { since, until, cause } = &mut lock {
        (*cause, unread) = policy::cause(jump, id, attempts, known.limit, *since).await;
        // The policy's end holds for lockouts by attempts, not for an administrator's lock; and what still reads as
        // locked when it should have ended goes by another rule.
        let end = |since: Timestamp| since.checked_add(SignedDuration::from_secs(known.lasts?)).ok();
        let now = jump.client.http.server_now();
        *until = since.and_then(end).filter(|end| *cause == Cause::BadPasswords && *end > now);
    }
    account.facts = detail_fields::facts(&user);
    account.lock = lock.clone();
    account.layers = vec![LayerLock { layer: Layer::ACCOUNT, lock, reported: mapping::reported(&user) }];
    // An end follows from the policy alone, and only for lockouts by attempts.
    account.tells_end = policy.is_ok() && account.lock.cause() != Some(Cause::Unknown);
    account.problem = policy.err().or(unread);
    Ok(Some(account))
}
