//! One user, with what every server says of its lock.
//!
//! The API names users by their user name, which can be changed; `ipaUniqueID` can't. An id here holds both
//! (`alice#UUID`): the name says whom to ask for, and an answer with another unique id is about somebody else.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::{
    Account, AccountFact, Code, Layer, LayerLock, Lock, PasswordState, Problem, ProviderKind, Replica, Untrusted,
};
use crate::provider::directory::mapping::bad_logins;
use crate::provider::directory::profile::{LockPolicy, lock_not_told};
use crate::provider::directory::{KIND, ids};

use super::FreeIpa;
use super::rpc::{first, text};
use super::state::{self, moment, row};

/// The user name and the unique id of an account's id; none where it has another form.
pub fn parts(id: &str) -> Option<(&str, &str)> {
    let (name, unique) = id.split_once('#')?;
    let is_name = !name.is_empty() && !name.chars().any(|c| c.is_control() || c.is_whitespace());
    (is_name && uuid::Uuid::try_parse(unique).is_ok()).then_some((name, unique))
}

/// The same of an id that is acted on.
///
/// # Errors
/// A [`Problem`] where it has another form.
pub fn checked_parts(id: &Untrusted) -> Result<(&str, &str), Problem> {
    let bad = || Problem::bad_id("this identifies no user of FreeIPA", format!("`{}`", id.line()));
    parts(id.as_data()).ok_or_else(bad)
}

/// The account of that id; none when there is no such user.
pub async fn account(ipa: &FreeIpa, id: &Untrusted) -> Result<Option<Account>, Problem> {
    let (name, unique) = checked_parts(id)?;
    let as_of = Timestamp::now();
    let Some(answer) = ipa.call("user_show", &[name], &json!({"all": true, "raw": true})).await? else {
        return Ok(None);
    };
    let entry = answer.get("result").cloned().unwrap_or_default();
    // The name belongs to somebody else now.
    if first(&entry, "ipauniqueid").is_none_or(|own| !own.eq_ignore_ascii_case(unique)) {
        return Ok(None);
    }
    let Some(account) = unread(ipa, &entry, as_of) else { return Ok(None) };
    let policy = policy(ipa, name).await;
    let Some(status) = ipa.call("user_status", &[name], &json!({"all": true, "raw": true})).await? else {
        return Ok(None);
    };
    let unlocked = moment(&entry, "krblastadminunlock");
    let servers = status.get("result").and_then(Value::as_array).into_iter().flatten();
    let rows = servers.map(|server| row(server, policy, unlocked, as_of)).collect();
    Ok(Some(with_rows(account, rows, policy)))
}

/// The policy that locks this user; none where it can't be read.
async fn policy(ipa: &FreeIpa, name: &str) -> Option<LockPolicy> {
    let read = async {
        let answer = ipa.call("pwpolicy_show", &[], &json!({"user": name, "all": true, "raw": true})).await?;
        let entry = answer.and_then(|answer| answer.get("result").cloned()).unwrap_or_default();
        state::policy(&entry).ok_or_else(|| super::rpc::SPEC.odd("a password policy without a limit"))
    };
    ipa.policies.get(name.to_owned(), read).await.ok()
}

/// The account of an entry of `user_show` or `user_find`, without its lock state; none where it has no unique id.
pub fn unread(ipa: &FreeIpa, entry: &Value, as_of: Timestamp) -> Option<Account> {
    let (username, unique) = (first(entry, "uid")?, first(entry, "ipauniqueid")?);
    let id: Untrusted = format!("{username}#{}", unique.to_lowercase()).into();
    parts(id.as_data())?;
    let expires = moment(entry, "krbpasswordexpiration");
    let account_expires = moment(entry, "krbprincipalexpiration");
    let groups = || entry.get("memberof").and_then(Value::as_array).into_iter().flatten();
    let group = |dn: &Value| ids::rdn_value(dn.as_str()?, 0).map(Untrusted::from);
    let dn = text(entry, "dn");
    let needed = ipa.groups.names || ipa.groups.ids;
    Some(Account {
        email: text(entry, "mail"),
        display_name: text(entry, "displayname").or_else(|| text(entry, "cn")),
        employee_id: text(entry, "employeenumber"),
        phones: text(entry, "telephonenumber").into_iter().chain(text(entry, "mobile")).collect(),
        enabled: first(entry, "nsaccountlock").map(|flag| !flag.eq_ignore_ascii_case("true")),
        barred: account_expires.filter(|expires| *expires <= as_of).map(|_| "expired"),
        password: PasswordState {
            status: None,
            needs_change: expires.is_some_and(|expires| expires <= as_of),
            changed: moment(entry, "krblastpwdchange"),
            expires,
        },
        groups: needed.then(|| groups().filter_map(group).collect()),
        aliases: [dn.clone(), Some(unique.into()), text(entry, "krbprincipalname")].into_iter().flatten().collect(),
        facts: AccountFact::told([("Distinguished name", dn), ("Title", text(entry, "title"))]),
        ..Account::new(ipa.info.key(&id), ProviderKind(&KIND), username.into(), as_of)
    })
}

fn with_rows(mut account: Account, rows: Vec<(Replica, Option<Lock>)>, policy: Option<LockPolicy>) -> Account {
    let missing = rows.iter().find(|(_, lock)| lock.is_none()).map(|(replica, _)| replica.name.clone());
    let (replicas, locks): (Vec<Replica>, Vec<Option<Lock>>) = rows.into_iter().unzip();
    let known: Vec<&Lock> = locks.iter().flatten().collect();
    let lock = if known.is_empty() {
        lock_not_told("user_status told of no server that could be asked")
    } else {
        Lock::over(known.iter().copied())
    };
    account.tells_end = policy.is_some();
    account.bad_logins = bad_logins(replicas, None, missing.is_none(), policy.and_then(|policy| policy.limit));
    let open = known.iter().filter(|lock| !lock.is_locked()).count();
    let reported = format!("open on {open} of {}", locks.len()).into();
    account.layers = vec![LayerLock { layer: Layer::ACCOUNT, lock: lock.clone(), reported }];
    account.lock = lock;
    account.problem = missing.map(|server| {
        Problem::new(
            Code::Unreachable,
            "not every server could be asked",
            server,
            "what it counts isn't known; an unlock opens it too, once it hears of it",
        )
    });
    account
}
