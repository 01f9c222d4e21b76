//! From `PingOne`'s user to the domain's account. Two locks are kept apart: the account's and the password's.

mod locks;

use jiff::Timestamp;

use crate::domain::{
    Account, AccountFact, Cause, Code, Layer, LayerLock, Lock, PasswordState, Problem, ProviderKind, Untrusted,
};
use crate::provider::json::Object;

use super::audit::History;
use super::{KIND, PingOne};
use locks::{account_lock, bad_logins, embedded_password_is_locked, password_lock};

/// What was read beside the user.
pub struct RelatedReads {
    pub password: Result<Object, Problem>,
    /// Failures that are left before it locks, where the password state tells.
    pub remaining: Option<u32>,
    pub limit: Result<Option<u32>, Problem>,
    pub history: Option<Result<History, Problem>>,
}

impl RelatedReads {
    fn limit(&self) -> Option<u32> {
        self.limit.as_ref().ok().copied().flatten()
    }

    fn is_status(&self, status: &str) -> bool {
        self.password.as_ref().is_ok_and(|state| state.text("status").is_some_and(|own| own.as_data() == status))
    }
}

/// True where only the audit can tell the cause of a lock or the count.
pub fn needs_history(user: &Object, parts: &RelatedReads) -> bool {
    let account_locked = account_lock(user, Timestamp::UNIX_EPOCH).is_locked();
    let has_number = parts.remaining.is_some() || parts.is_status("PASSWORD_LOCKED_OUT");
    let counted = (has_number && parts.limit().is_some()) || parts.is_status("EXTERNAL");
    account_locked || !counted
}

/// A search hit: the account layer as listed. An unlocked one is not yet known to be open, because
/// the password layer is not in the list.
pub fn listed(ping: &PingOne, user: &Object, now: Timestamp) -> Option<Account> {
    let id = user.text("id")?;
    let account = user.object("account").unwrap_or_default();
    let lock = match account_lock(user, now) {
        locked @ Lock::Locked { .. } => locked,
        // Some answers hold the password's state beside the user; where it says that it is locked, it is.
        _ if embedded_password_is_locked(user) => Lock::Locked { since: None, until: None, cause: Cause::BadPasswords },
        _ => Lock::UNREAD,
    };
    let (names, ids) = ("memberOfGroupNames", "memberOfGroupIDs");
    let has_groups = user.raw(names).is_some() || user.raw(ids).is_some();
    Some(Account {
        email: user.text("email"),
        display_name: display_name(user),
        employee_id: user.text("externalId"),
        phones: ["primaryPhone", "mobilePhone"].iter().filter_map(|name| user.text(name)).collect(),
        enabled: user.flag("enabled"),
        can_sign_in: account.flag("canAuthenticate"),
        lock,
        tells_end: true,
        facts: facts(user),
        groups: has_groups.then(|| [user.texts(names), user.texts(ids)].concat()),
        ..Account::new(
            ping.info.key(&id),
            ProviderKind(&KIND),
            user.text("username").unwrap_or_else(|| id.clone()),
            now,
        )
    })
}

/// The account in full.
pub fn read(ping: &PingOne, user: &Object, parts: &RelatedReads, now: Timestamp) -> Option<Account> {
    let listed = listed(ping, user, now)?;
    let mut account_layer = account_lock(user, now);
    let password_layer = match &parts.password {
        Ok(state) => password_lock(state, now),
        Err(problem) => Lock::unknown(problem.clone()),
    };
    let mut locked_by = None;
    if let Lock::Locked { cause, since, .. } = &mut account_layer {
        (*cause, locked_by) = match &parts.history {
            Some(Ok(history)) if since.is_none_or(|since| since >= history.since) => {
                history.cause(&listed.key.id, password_layer.is_locked())
            }
            // Without the audit, an automatic lockout is known by its missing `lockedAt`.
            _ if since.is_none() && password_layer.is_locked() => (Cause::BadPasswords, None),
            _ => (Cause::Unknown, None),
        };
    }
    let password = parts.password.as_ref().ok();
    let unread_history = parts.history.as_ref().and_then(|history| history.as_ref().err());
    let word =
        |told: Option<Untrusted>| told.map_or_else(|| "not reported".to_owned(), |word| word.as_data().to_owned());
    let layer =
        |layer: Layer, lock, told| LayerLock { layer, lock, reported: format!("{} {}", layer.0, word(told)).into() };
    Some(Account {
        lock: Lock::over([&account_layer, &password_layer]),
        layers: vec![
            layer(Layer::ACCOUNT, account_layer, user.inner_text("account", "status")),
            layer(Layer::PASSWORD, password_layer, password.and_then(|state| state.text("status"))),
        ],
        locked_by,
        bad_logins: bad_logins(parts),
        password: password.map(self::password).unwrap_or_default(),
        problem: parts.password.as_ref().err().or(parts.limit.as_ref().err()).or(unread_history).cloned(),
        ..listed
    })
}

fn unknown(what: &'static str, why: impl Into<Untrusted>) -> Lock {
    let next = "look at the user in the PingOne console";
    Lock::unknown(Problem::new(Code::BadAnswer, what, why, next))
}

fn password(state: &Object) -> PasswordState {
    let status = state.text("status");
    let needs_change = status
        .as_ref()
        .is_some_and(|status| matches!(status.as_data(), "PASSWORD_EXPIRED" | "MUST_CHANGE_PASSWORD" | "NO_PASSWORD"));
    PasswordState { status, needs_change, changed: state.moment("lastChangedAt"), expires: None }
}

fn display_name(user: &Object) -> Option<Untrusted> {
    let name = user.object("name")?;
    name.text("formatted").or_else(|| {
        let parts: Vec<Untrusted> = ["given", "family"].iter().filter_map(|part| name.text(part)).collect();
        let parts: Vec<&str> = parts.iter().map(Untrusted::as_data).collect();
        (!parts.is_empty()).then(|| parts.join(" ").into())
    })
}

/// The facts of the detail pane: our label, and where in the user it stands.
fn facts(user: &Object) -> Vec<AccountFact> {
    let flag = |value: Option<bool>| value.map(|value| Untrusted::from(if value { "yes" } else { "no" }));
    let account = user.object("account").unwrap_or_default();
    let population = user.object("population").unwrap_or_default();
    // Every user has these lines, so that each stands in its place whoever is looked at.
    let always: [(&str, Option<Untrusted>); 11] = [
        ("Title", user.text("title")),
        ("Primary phone", user.text("primaryPhone")),
        ("Last sign-on", user.inner_text("lastSignOn", "at")),
        ("Can sign in", flag(account.flag("canAuthenticate"))),
        ("Population", population.text("name").or_else(|| population.text("id"))),
        ("Lifecycle", user.inner_text("lifecycle", "status")),
        ("Identity provider", user.inner_text("identityProvider", "type")),
        ("MFA enabled", flag(user.flag("mfaEnabled"))),
        ("Verify status", user.text("verifyStatus")),
        ("Created", user.text("createdAt")),
        ("Updated", user.text("updatedAt")),
    ];
    let where_given: [(&str, Option<Untrusted>); 4] = [
        ("Mobile phone", user.text("mobilePhone")),
        ("Last sign-on from", user.inner_text("lastSignOn", "remoteIp")),
        ("Type", user.text("type")),
        ("Nickname", user.text("nickname")),
    ];
    let always = always.into_iter().map(|(label, value)| AccountFact::new(label, value.unwrap_or_default()));
    let where_given = where_given.into_iter().filter_map(|(label, value)| Some(AccountFact::new(label, value?)));
    always.chain(where_given).collect()
}
