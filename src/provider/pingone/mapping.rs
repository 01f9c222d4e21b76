//! From wire types to the domain's account. Two locks are kept apart: the account's and the password's.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    Account, BadLogins, Cause, Code, Fact, Kind, Layer, LayerLock, Lock, MayUnlock, Password, Problem, Untrusted,
};

use super::PingOne;
use super::audit::History;
use super::wire::{AccountState, PasswordState, User, moment};

/// The password state with the number found in it.
pub struct PasswordPart {
    pub state: PasswordState,
    pub failures_remaining: Option<u32>,
}

/// What was read beside the user.
pub struct Parts {
    pub password: Result<PasswordPart, Problem>,
    pub limit: Result<Option<u32>, Problem>,
    pub history: Option<Result<History, Problem>>,
}

/// True where only the audit can tell the cause of a lock or the count.
pub fn needs_history(user: &User, password: Option<&PasswordPart>, limit: Option<u32>) -> bool {
    let account_locked = account_lock(user.account.as_ref(), Timestamp::UNIX_EPOCH).is_locked();
    let counted = password.is_some_and(|part| {
        let has_number = part.failures_remaining.is_some() || is_locked_out(&part.state);
        (has_number && limit.is_some()) || is_external(&part.state)
    });
    account_locked || !counted
}

/// A search hit: the account layer as listed. An unlocked one is not yet known to be open, because
/// the password layer is not in the list.
pub fn listed(ping: &PingOne, user: &User, now: Timestamp) -> Account {
    let lock = match account_lock(user.account.as_ref(), now) {
        locked @ Lock::Locked { .. } => locked,
        _ => Lock::UNREAD,
    };
    Account {
        key: ping.key(&user.id),
        kind: Kind::PingOne,
        username: user.username.clone().unwrap_or_else(|| user.id.clone()),
        owner: None,
        email: user.email.clone(),
        display_name: display_name(user),
        employee_id: user.external_id.clone(),
        phones: user.primary_phone.iter().chain(&user.mobile_phone).cloned().collect(),
        enabled: user.enabled,
        barred: None,
        lock,
        layers: Vec::new(),
        tells_end: true,
        locked_by: None,
        bad_logins: BadLogins::unread(),
        password: Password::default(),
        facts: facts(user),
        aliases: Vec::new(),
        groups: groups(user),
        may_unlock: MayUnlock::Unknown,
        guess: None,
        as_of: now,
        problem: None,
    }
}

/// The account in full.
pub fn read(ping: &PingOne, user: &User, parts: &Parts, now: Timestamp) -> Account {
    let mut account_layer = account_lock(user.account.as_ref(), now);
    let password_layer = match &parts.password {
        Ok(part) => password_lock(&part.state, now),
        Err(problem) => Lock::Unknown { problem: Some(Box::new(problem.clone())) },
    };
    let mut locked_by = None;
    if let Lock::Locked { cause, since, .. } = &mut account_layer {
        let told = match &parts.history {
            Some(Ok(history)) if since.is_none_or(|since| since >= history.since) => {
                history.cause(&user.id, password_layer.is_locked())
            }
            // Without the audit, an automatic lockout is known by its missing `lockedAt`.
            _ if since.is_none() && password_layer.is_locked() => (Cause::BadPasswords, None),
            _ => (Cause::Unknown, None),
        };
        (*cause, locked_by) = told;
    }
    let bad_logins = bad_logins(parts);
    let problem = parts.password.as_ref().err().or(parts.limit.as_ref().err()).cloned();
    Account {
        lock: Lock::over([&account_layer, &password_layer]),
        layers: vec![
            LayerLock { layer: Layer::ACCOUNT, lock: account_layer },
            LayerLock { layer: Layer::PASSWORD, lock: password_layer },
        ],
        locked_by,
        bad_logins,
        password: parts.password.as_ref().map(|part| password(&part.state)).unwrap_or_default(),
        problem,
        ..listed(ping, user, now)
    }
}

/// Its groups by name and by id; none where they weren't told.
fn groups(user: &User) -> Option<Vec<Untrusted>> {
    let (names, ids) = (user.group_names.as_ref(), user.group_ids.as_ref());
    (names.is_some() || ids.is_some()).then(|| names.into_iter().chain(ids).flatten().cloned().collect())
}

/// Locked when `status` is LOCKED, and never by `canAuthenticate`: that is false for disabled users too.
fn account_lock(account: Option<&AccountState>, now: Timestamp) -> Lock {
    let Some(account) = account else { return Lock::NotReported };
    match account.status.as_ref().map(Untrusted::as_data) {
        Some("LOCKED") => Lock::Locked {
            since: moment(account.locked_at.as_ref()),
            until: moment(account.unlock_at.as_ref()).or_else(|| after(now, account.seconds_until_unlock)),
            cause: Cause::Unknown,
        },
        Some("OK") => Lock::Open,
        other => Lock::Unknown {
            problem: Some(Box::new(Problem::new(
                Code::BadAnswer,
                "PingOne reported a lock state that isn't known",
                other.unwrap_or("no account.status"),
                "look at the user in the PingOne console",
            ))),
        },
    }
}

fn password_lock(password: &PasswordState, now: Timestamp) -> Lock {
    match password.status.as_ref().map(Untrusted::as_data) {
        Some("PASSWORD_LOCKED_OUT") => {
            let until = after(now, password.seconds_until_unlock);
            Lock::Locked { since: None, until, cause: Cause::BadPasswords }
        }
        Some("OK" | "NO_PASSWORD" | "PASSWORD_EXPIRED" | "MUST_CHANGE_PASSWORD" | "EXTERNAL") => Lock::Open,
        None => Lock::NotReported,
        Some(other) => Lock::Unknown {
            problem: Some(Box::new(Problem::new(
                Code::BadAnswer,
                "PingOne reported a password state that isn't known",
                other,
                "look at the user in the PingOne console",
            ))),
        },
    }
}

fn is_locked_out(password: &PasswordState) -> bool {
    password.status.as_ref().is_some_and(|status| status.as_data() == "PASSWORD_LOCKED_OUT")
}

fn is_external(password: &PasswordState) -> bool {
    password.status.as_ref().is_some_and(|status| status.as_data() == "EXTERNAL")
}

fn after(now: Timestamp, seconds: Option<i64>) -> Option<Timestamp> {
    now.checked_add(SignedDuration::from_secs(seconds?)).ok()
}

/// The honest count, in the contract's order: failures remaining, locked out, audit, not reported.
fn bad_logins(parts: &Parts) -> BadLogins {
    let Ok(part) = &parts.password else { return BadLogins::not_reported("the password state can't be read") };
    if is_external(&part.state) {
        return BadLogins::not_reported("the password is kept outside PingOne");
    }
    let limit = parts.limit.as_ref().ok().copied().flatten();
    match (part.failures_remaining, limit) {
        (Some(remaining), Some(limit)) => return BadLogins::exact(limit.saturating_sub(remaining), Some(limit)),
        (None, Some(limit)) if is_locked_out(&part.state) => return BadLogins::exact(limit, Some(limit)),
        _ => {}
    }
    match &parts.history {
        Some(Ok(history)) => {
            let (count, last, since) = history.failures();
            let scope = Some("PingOne's audit".into());
            BadLogins { last, since: Some(since), scope, ..BadLogins::at_least(count, limit) }
        }
        Some(Err(problem)) => BadLogins {
            limit,
            ..BadLogins::not_reported(&format!("PingOne's audit can't be read: {}", problem.why.line()))
        },
        None => BadLogins { limit, ..BadLogins::not_reported("PingOne reports no count for this password") },
    }
}

fn password(state: &PasswordState) -> Password {
    let needs_change = state
        .status
        .as_ref()
        .is_some_and(|status| matches!(status.as_data(), "PASSWORD_EXPIRED" | "MUST_CHANGE_PASSWORD" | "NO_PASSWORD"));
    Password {
        status: state.status.clone(),
        needs_change,
        changed: moment(state.last_changed_at.as_ref()),
        expires: None,
    }
}

fn display_name(user: &User) -> Option<Untrusted> {
    let name = user.name.as_ref()?;
    if let Some(formatted) = name.formatted.as_ref().filter(|name| !name.is_blank()) {
        return Some(formatted.clone());
    }
    let parts: Vec<&str> = [&name.given, &name.family].into_iter().flatten().map(Untrusted::as_data).collect();
    (!parts.is_empty()).then(|| parts.join(" ").into())
}

/// The facts of the detail pane: our label, and where in the user it stands.
fn facts(user: &User) -> Vec<Fact> {
    let flag = |value: Option<bool>| value.map(|value| Untrusted::from(if value { "yes" } else { "no" }));
    let sign_on = user.last_sign_on.as_ref();
    // Every user has these lines, so that each stands in its place whoever is looked at.
    let always: [(&str, Option<Untrusted>); 10] = [
        ("Title", user.title.clone()),
        ("Primary phone", user.primary_phone.clone()),
        ("Last sign-on", sign_on.and_then(|sign_on| sign_on.at.clone())),
        (
            "Population",
            user.population.as_ref().and_then(|population| population.name.clone().or(population.id.clone())),
        ),
        ("Lifecycle", user.lifecycle.as_ref().and_then(|lifecycle| lifecycle.status.clone())),
        ("Identity provider", user.identity_provider.as_ref().and_then(|provider| provider.r#type.clone())),
        ("MFA enabled", flag(user.mfa_enabled)),
        ("Verify status", user.verify_status.clone()),
        ("Created", user.created_at.clone()),
        ("Updated", user.updated_at.clone()),
    ];
    let where_given: [(&str, Option<Untrusted>); 4] = [
        ("Mobile phone", user.mobile_phone.clone()),
        ("Last sign-on from", sign_on.and_then(|sign_on| sign_on.remote_ip.clone())),
        ("Type", user.r#type.clone()),
        ("Nickname", user.nickname.clone()),
    ];
    let always = always.into_iter().map(|(label, value)| Fact::new(label, value.unwrap_or_default()));
    let where_given = where_given.into_iter().filter_map(|(label, value)| Some(Fact::new(label, value?)));
    always.chain(where_given).collect()
}
