//! Reading one directory object.

use jiff::Timestamp;

use crate::domain::{
    Account, BadLogins, Cause, Code, Fact, Kind, Layer, LayerLock, Lock, MayUnlock, Password, Problem, Untrusted,
};
use crate::provider::auth;
use crate::provider::http::Request;

use super::wire::DirectoryObject;
use super::{Adaxes, errors, ids};

/// The properties that are asked for, without spaces.
pub const PROPERTIES: &str = "sAMAccountName,userPrincipalName,mail,displayName,department,title,employeeID,telephoneNumber,mobile,objectSid,lockoutTime,badPwdCount,badPasswordTime,memberOf";

/// The account by GUID, DN or SID; none when there is no such object.
pub async fn account(adaxes: &Adaxes, id: &Untrusted) -> Result<Option<Account>, Problem> {
    if !ids::is_id(id.as_data()) {
        return Err(Problem::new(
            Code::BadId,
            "this identifies no directory object",
            format!("`{}` is no DN, GUID or SID", id.line()),
            "search for the person and act on the account that is found",
        ));
    }
    let as_of = Timestamp::now();
    let mut url = adaxes.url("/api/directoryObjects");
    url.set_query(Some(&format!("directoryObject={}&properties={PROPERTIES}", id.url())));
    let answer = auth::read(adaxes, Request::get(url)).await?;
    match answer.status {
        200 => {
            let object: DirectoryObject =
                serde_json::from_slice(&answer.body).map_err(|e| errors::not_understood(&answer, &e.to_string()))?;
            let account = assemble(adaxes, &object, as_of);
            account.map(Some).ok_or_else(|| errors::not_understood(&answer, "an object without a GUID"))
        }
        404 if !answer.body.is_empty() && serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok() => {
            Ok(None)
        }
        _ => Err(errors::problem(&answer)).inspect_err(|problem| adaxes.http.note_problem(problem)),
    }
}

/// The account of an object; its immutable id is the GUID. A search hit holds the same facts as a read.
pub fn assemble(adaxes: &Adaxes, object: &DirectoryObject, as_of: Timestamp) -> Option<Account> {
    let guid = ids::guid(object.guid.as_ref()?.as_data())?;
    let status = object.account_status.as_ref();
    let lock = match status.and_then(|status| status.is_locked) {
        // Active Directory locks by wrong passwords alone; until when is the domain's policy, which isn't asked.
        Some(true) => Lock::Locked { since: object.moment("lockoutTime"), until: None, cause: Cause::BadPasswords },
        Some(false) => Lock::Open,
        None => Lock::NotReported,
    };
    let bad_logins = match object.number("badPwdCount").and_then(|count| u32::try_from(count).ok()) {
        Some(count) => BadLogins {
            last: object.moment("badPasswordTime"),
            scope: Some("one domain controller's count; others may have counted more".into()),
            ..BadLogins::at_least(count, None)
        },
        None => BadLogins::not_reported("Adaxes reported no badPwdCount"),
    };
    let moment = |text: Option<&Untrusted>| text.and_then(|text| text.as_data().parse::<Timestamp>().ok());
    let password = object.password_status.as_ref();
    let expires = moment(password.and_then(|password| password.expiration_date.as_ref()));
    let account_expires = moment(status.and_then(|status| status.expiration_date.as_ref()));
    Some(Account {
        key: adaxes.key(&guid.as_str().into()),
        kind: Kind::Adaxes,
        username: object
            .text("sAMAccountName")
            .or_else(|| object.text("userPrincipalName"))
            .unwrap_or_else(|| guid.into()),
        owner: None,
        email: object.text("mail").or_else(|| object.text("userPrincipalName")),
        display_name: object.display_name.clone().or_else(|| object.text("displayName")),
        employee_id: object.text("employeeID"),
        phones: ["telephoneNumber", "mobile"].iter().flat_map(|name| object.texts(name)).collect(),
        enabled: status.and_then(|status| status.is_disabled).map(|disabled| !disabled),
        barred: None,
        lock: lock.clone(),
        layers: vec![LayerLock { layer: Layer::ACCOUNT, lock }],
        tells_end: false,
        locked_by: None,
        bad_logins,
        password: Password {
            status: None,
            needs_change: expires.is_some_and(|at| at < as_of) || account_expires.is_some_and(|at| at < as_of),
            changed: moment(password.and_then(|password| password.when_changed.as_ref())),
            expires,
        },
        facts: facts(object),
        aliases: [object.dn.clone(), object.text("objectSid")].into_iter().flatten().collect(),
        groups: Some(groups(object)),
        may_unlock: MayUnlock::Unknown,
        guess: None,
        as_of,
        problem: None,
    })
}

/// Its groups by distinguished name, and each by the common name in it.
fn groups(object: &DirectoryObject) -> Vec<Untrusted> {
    let common = |dn: &Untrusted| -> Option<Untrusted> {
        let rest = dn.as_data().strip_prefix("CN=")?;
        // An escaped comma belongs to the name (RFC 4514 §2.4).
        let (mut name, mut signs) = (String::new(), rest.chars());
        while let Some(c) = signs.next() {
            match c {
                '\\' => name.extend(signs.next()),
                ',' => break,
                c => name.push(c),
            }
        }
        Some(name.into())
    };
    object.texts("memberOf").into_iter().flat_map(|dn| [common(&dn), Some(dn)]).flatten().collect()
}

fn facts(object: &DirectoryObject) -> Vec<Fact> {
    let rows = [
        ("Distinguished name", object.dn.clone()),
        ("Domain", object.domain_name.clone()),
        ("Object type", object.object_type.clone()),
        ("Title", object.text("title")),
        ("Department", object.text("department")),
        ("Phone", object.text("telephoneNumber")),
        ("User principal name", object.text("userPrincipalName")),
        ("Account expires", object.account_status.as_ref().and_then(|status| status.expiration_date.clone())),
    ];
    rows.into_iter().filter_map(|(label, value)| Some(Fact::new(label, value?))).collect()
}
