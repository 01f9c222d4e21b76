//! From JumpCloud's user to the domain's account.

use jiff::Timestamp;

use crate::domain::{Account, BadLogins, Cause, Code, Lock, PasswordState, Problem, ProviderKind, Untrusted};
use crate::provider::json::Object;

use super::{JumpCloud, KIND};

/// A user as it stands in a list; none without an id.
pub fn listed(jump: &JumpCloud, user: &Object, as_of: Timestamp) -> Option<Account> {
    let id = user.text("_id").or_else(|| user.text("id"))?;
    let names = [user.text("firstname"), user.text("lastname")];
    let full: Vec<&str> = names.iter().flatten().map(Untrusted::as_data).collect();
    let lock = match lock(user) {
        locked @ Lock::Locked { .. } => locked,
        _ => Lock::UNREAD,
    };
    let phones = user.objects("phoneNumbers");
    Some(Account {
        email: user.text("email"),
        display_name: user.text("displayname").or_else(|| (!full.is_empty()).then(|| full.join(" ").into())),
        employee_id: user.text("employeeIdentifier"),
        phones: phones.iter().filter_map(|phone| phone.text("number")).collect(),
        // JumpCloud has no switch; suspended, staged and not activated are facts of their own.
        barred: barred(user),
        lock,
        bad_logins: bad_logins(user, None),
        password: PasswordState {
            status: user.flag("password_expired").map(|expired| if expired { "expired".into() } else { "OK".into() }),
            needs_change: user.flag("password_expired") == Some(true),
            changed: user.moment("password_date"),
            expires: user.moment("password_expiration_date"),
        },
        aliases: ["alternateEmail", "systemUsername"].iter().filter_map(|name| user.text(name)).collect(),
        ..Account::new(jump.info.key(&id), ProviderKind(&KIND), user.text("username").unwrap_or(id), as_of)
    })
}

/// The user's own count.
pub fn bad_logins(user: &Object, limit: Option<u32>) -> BadLogins {
    match user.count("badLoginAttempts") {
        Some(count) => BadLogins::exact(count, limit),
        None if user.raw("badLoginAttempts").is_some() => {
            BadLogins::not_reported("JumpCloud reported badLoginAttempts in a form that isn't known")
        }
        None => BadLogins::not_reported("JumpCloud reported no badLoginAttempts"),
    }
}

fn barred(user: &Object) -> Option<&'static str> {
    let state = user.text("state").map(|state| state.as_data().to_uppercase());
    match (user.flag("suspended"), state.as_deref(), user.flag("activated")) {
        (Some(true), ..) | (_, Some("SUSPENDED"), _) => Some("suspended"),
        (_, Some("STAGED"), _) => Some("staged"),
        (.., Some(false)) => Some("not activated"),
        _ => None,
    }
}

/// What the user says of its lock, as it says it.
pub fn reported(user: &Object) -> Untrusted {
    format!("account_locked {}", user.raw("account_locked").unwrap_or("not reported")).into()
}

/// Only a flag is believed: what is missing or something else is not known.
pub fn lock(user: &Object) -> Lock {
    match user.flag("account_locked") {
        Some(true) => Lock::Locked { since: user.moment("account_locked_date"), until: None, cause: Cause::Unknown },
        Some(false) => Lock::Open,
        None => {
            let (what, why) = match user.raw("account_locked") {
                Some(raw) => ("JumpCloud reported a lock state that isn't known", raw),
                None => ("JumpCloud told no lock state", "the user has no `account_locked`"),
            };
            let next = "look at the user in the JumpCloud console";
            Lock::unknown(Problem::new(Code::BadAnswer, what, why, next))
        }
    }
}
