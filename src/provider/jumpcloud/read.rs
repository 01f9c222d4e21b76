//! Reading one user.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    Account, BadLogins, Cause, Code, Kind, Layer, LayerLock, Lock, MayUnlock, Password, Problem, Untrusted,
};
use crate::provider::auth;
use crate::provider::http::Request;

use super::wire::User;
use super::{JumpCloud, detail_fields, errors, policy};

/// The account; none when there is no such user.
pub async fn account(jump: &JumpCloud, id: &Untrusted) -> Result<Option<Account>, Problem> {
    let as_of = Timestamp::now();
    let answer = auth::read(jump, Request::get(jump.user_url(id, "")?)).await?;
    let user: User = match answer.status {
        200 => serde_json::from_slice(&answer.body).map_err(|e| errors::not_understood(&answer, &e.to_string()))?,
        404 => return Ok(None),
        _ => return Err(errors::problem(&answer)).inspect_err(|problem| jump.http.note_problem(problem)),
    };
    let mut account =
        listed(jump, &user, as_of).ok_or_else(|| errors::not_understood(&answer, "a user without an id"))?;
    let policy = policy::policy(jump).await;
    let limit = policy
        .as_ref()
        .ok()
        .filter(|policy| policy.enable_max_login_attempts)
        .and_then(|policy| policy.max_login_attempts);
    let lasts = policy
        .as_ref()
        .ok()
        .filter(|policy| policy.enable_lockout_time_in_seconds)
        .and_then(|policy| policy.lockout_time_in_seconds);
    let attempts = user.count("badLoginAttempts");
    account.bad_logins = match attempts {
        Some(count) => BadLogins::exact(count, limit),
        None if user.raw("badLoginAttempts").is_some() => {
            BadLogins::not_reported("JumpCloud reported badLoginAttempts in a form that isn't known")
        }
        None => BadLogins::not_reported("JumpCloud reported no badLoginAttempts"),
    };
    let mut lock = lock(&user);
    if let Lock::Locked { since, until, cause } = &mut lock {
        *cause = policy::cause(jump, id, attempts, limit, *since).await;
        // The policy's end holds for lockouts by attempts, not for an administrator's lock.
        if *cause == Cause::BadPasswords {
            *until =
                since.zip(lasts).and_then(|(since, lasts)| since.checked_add(SignedDuration::from_secs(lasts)).ok());
        }
    }
    account.facts = detail_fields::facts(&user);
    account.lock = lock.clone();
    account.layers = vec![LayerLock { layer: Layer::ACCOUNT, lock }];
    // An end follows from the policy alone, and only for lockouts by attempts.
    account.tells_end = policy.is_ok() && account.lock.cause() != Some(Cause::Unknown);
    account.problem = policy.err();
    Ok(Some(account))
}

/// A user as it stands in a list; none without an id.
pub fn listed(jump: &JumpCloud, user: &User, as_of: Timestamp) -> Option<Account> {
    let id = user.text("_id").or_else(|| user.text("id"))?;
    let names = [user.text("firstname"), user.text("lastname")];
    let full: Vec<&str> = names.iter().flatten().map(Untrusted::as_data).collect();
    let lock = match lock(user) {
        locked @ Lock::Locked { .. } => locked,
        _ => Lock::UNREAD,
    };
    Some(Account {
        key: jump.key(&id),
        kind: Kind::JumpCloud,
        username: user.text("username").unwrap_or(id),
        owner: None,
        email: user.text("email"),
        display_name: user.text("displayname").or_else(|| (!full.is_empty()).then(|| full.join(" ").into())),
        employee_id: user.text("employeeIdentifier"),
        phones: user.numbers("phoneNumbers"),
        // JumpCloud has no switch; suspended, staged and not activated are facts of their own.
        enabled: None,
        barred: barred(user),
        lock,
        layers: Vec::new(),
        // The policy isn't asked for a list.
        tells_end: false,
        locked_by: None,
        bad_logins: BadLogins::unread(),
        password: Password {
            status: user.flag("password_expired").map(|expired| if expired { "expired".into() } else { "OK".into() }),
            needs_change: user.flag("password_expired") == Some(true),
            changed: user.moment("password_date"),
            expires: user.moment("password_expiration_date"),
        },
        // 57 rows for each hit of a list that nobody opens would be work for nothing.
        facts: Vec::new(),
        aliases: Vec::new(),
        groups: None,
        may_unlock: MayUnlock::Unknown,
        guess: None,
        as_of,
        problem: None,
    })
}

fn barred(user: &User) -> Option<&'static str> {
    let state = user.text("state").map(|state| state.as_data().to_uppercase());
    match (user.flag("suspended"), state.as_deref(), user.flag("activated")) {
        (Some(true), ..) | (_, Some("SUSPENDED"), _) => Some("suspended"),
        (_, Some("STAGED"), _) => Some("staged"),
        (.., Some(false)) => Some("not activated"),
        _ => None,
    }
}

fn lock(user: &User) -> Lock {
    match (user.flag("account_locked"), user.raw("account_locked")) {
        (Some(true), _) => {
            Lock::Locked { since: user.moment("account_locked_date"), until: None, cause: Cause::Unknown }
        }
        (Some(false), _) => Lock::Open,
        (None, None) => Lock::NotReported,
        (None, Some(raw)) => Lock::Unknown {
            problem: Some(Box::new(Problem::new(
                Code::BadAnswer,
                "JumpCloud reported a lock state that isn't known",
                raw,
                "look at the user in the JumpCloud console",
            ))),
        },
    }
}
