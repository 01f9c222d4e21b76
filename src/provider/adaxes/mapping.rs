//! From a directory object to the domain's account.

use jiff::Timestamp;

use crate::domain::{
    Account, AccountFact, BadLogins, Cause, Code, Layer, LayerLock, Lock, PasswordState, Problem, ProviderKind,
    Untrusted,
};
use crate::provider::ids;
use crate::provider::json::Object;

use super::wire::{count, moment, text, texts};
use super::{Adaxes, KIND};

/// The account of an object; its immutable id is the GUID. A search hit holds the same facts as a read.
pub fn account(adaxes: &Adaxes, object: &Object, as_of: Timestamp) -> Result<Account, String> {
    let guid = object.text("guid").or_else(|| object.text("objectGuid"));
    let guid = guid.and_then(|guid| ids::guid(guid.as_data())).ok_or("an object whose GUID is none")?;
    let id: Untrusted = guid.to_string().into();
    let status = object.object("accountStatus").unwrap_or_default();
    let password = object.object("passwordStatus").unwrap_or_default();
    let lock = lock(object, &status);
    let told = status.raw("isLocked").unwrap_or("not reported");
    let expires = password.moment("expirationDate");
    let account_expires = status.moment("expirationDate");
    let upn = text(object, "userPrincipalName");
    let known = || object.text("dn").into_iter().chain(text(object, "objectSid")).chain(upn.clone());
    let username = text(object, "sAMAccountName").or_else(|| upn.clone()).unwrap_or_else(|| id.clone());
    Ok(Account {
        email: text(object, "mail").or_else(|| upn.clone()),
        display_name: object.text("displayName").or_else(|| text(object, "displayName")),
        employee_id: text(object, "employeeID"),
        phones: ["telephoneNumber", "mobile"].iter().flat_map(|name| texts(object, name)).collect(),
        enabled: status.flag("isDisabled").map(|disabled| !disabled),
        lock: lock.clone(),
        layers: vec![LayerLock { layer: Layer::ACCOUNT, lock, reported: format!("isLocked {told}").into() }],
        bad_logins: bad_logins(object),
        password: PasswordState {
            status: None,
            needs_change: [expires, account_expires].into_iter().flatten().any(|at| at < as_of),
            changed: password.moment("whenChanged"),
            expires,
        },
        facts: facts(object, &status),
        aliases: known().collect(),
        ..Account::new(adaxes.info.key(&id), ProviderKind(&KIND), username, as_of)
    })
}

/// Active Directory locks by wrong passwords alone; until when is the domain's policy, which isn't asked.
fn lock(object: &Object, status: &Object) -> Lock {
    match status.flag("isLocked") {
        Some(true) => Lock::Locked { since: moment(object, "lockoutTime"), until: None, cause: Cause::BadPasswords },
        Some(false) => Lock::Open,
        None => {
            let why = "`accountStatus.isLocked` is missing or no flag";
            let next = "look at the account in Adaxes";
            Lock::unknown(Problem::new(Code::BadAnswer, "Adaxes told no lock state", why, next))
        }
    }
}

fn bad_logins(object: &Object) -> BadLogins {
    match count(object, "badPwdCount") {
        Some(count) => BadLogins {
            last: moment(object, "badPasswordTime"),
            scope: Some("one domain controller's count; others may have counted more".into()),
            ..BadLogins::at_least(count, None)
        },
        None => BadLogins::not_reported("Adaxes reported no badPwdCount"),
    }
}

fn facts(object: &Object, status: &Object) -> Vec<AccountFact> {
    let rows = [
        ("Distinguished name", object.text("dn")),
        ("Domain", object.text("domainName")),
        ("Object type", object.text("objectType")),
        ("Title", text(object, "title")),
        ("Department", text(object, "department")),
        ("Phone", text(object, "telephoneNumber")),
        ("User principal name", text(object, "userPrincipalName")),
        ("Account expires", status.text("expirationDate")),
    ];
    rows.into_iter().filter_map(|(label, value)| Some(AccountFact::new(label, value?))).collect()
}
