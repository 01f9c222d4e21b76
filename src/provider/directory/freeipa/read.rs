//! One user, with what every server says of its lock.
//!
//! The API names users by their user name, which can be changed; `ipaUniqueID` can't. An id here holds both
//! (`alice#UUID`): the name says whom to ask for, and an answer with another unique id is about somebody else.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::{Account, AccountFact, Code, Kind, Layer, LayerLock, Lock, Password, Problem, Replica, Untrusted};
use crate::provider::directory::mapping::bad_logins;
use crate::provider::directory::profile::lock_not_told;
use crate::provider::directory::{KIND, ids};

use super::FreeIpa;
use super::rpc::{first, text};
use super::state::{IpaPolicy, ServerRow, moment, row};

/// The user name and the unique id of an account's id; none where it has another form.
pub fn parts(id: &str) -> Option<(&str, &str)> {
    let (name, unique) = id.split_once('#')?;
    let is_name = !name.is_empty() && !name.chars().any(|c| c.is_control() || c.is_whitespace());
    (is_name && uuid::Uuid::try_parse(unique).is_ok()).then_some((name, unique))
}

/// The account of that id; none when there is no such user.
pub async fn account(ipa: &FreeIpa, id: &Untrusted) -> Result<Option<Account>, Problem> {
    let Some((name, unique)) = parts(id.as_data()) else {
        return Err(Problem::bad_id("this identifies no user of FreeIPA", format!("`{}`", id.line())));
    };
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
    let rows: Vec<ServerRow> = servers.map(|server| row(server, policy, unlocked)).collect();
    Ok(Some(with_rows(account, &rows, policy, as_of)))
}

/// The policy that locks this user; none where it can't be read.
async fn policy(ipa: &FreeIpa, name: &str) -> Option<IpaPolicy> {
    let read = async {
        let answer = ipa.call("pwpolicy_show", &[], &json!({"user": name, "all": true, "raw": true})).await?;
        let entry = answer.and_then(|answer| answer.get("result").cloned()).unwrap_or_default();
        IpaPolicy::read(&entry).ok_or_else(|| super::rpc::SPEC.odd("a password policy without a limit"))
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
    let needed = ipa.groups.names || ipa.groups.ids;
    Some(Account {
        email: text(entry, "mail"),
        display_name: text(entry, "displayname").or_else(|| text(entry, "cn")),
        employee_id: text(entry, "employeenumber"),
        phones: text(entry, "telephonenumber").into_iter().chain(text(entry, "mobile")).collect(),
        enabled: first(entry, "nsaccountlock").map(|flag| !flag.eq_ignore_ascii_case("true")),
        barred: account_expires.filter(|expires| *expires <= as_of).map(|_| "expired"),
        password: Password {
            status: None,
            needs_change: expires.is_some_and(|expires| expires <= as_of),
            changed: moment(entry, "krblastpwdchange"),
            expires,
        },
        groups: needed.then(|| groups().filter_map(group).collect()),
        aliases: [text(entry, "dn"), Some(unique.into()), text(entry, "krbprincipalname")]
            .into_iter()
            .flatten()
            .collect(),
        facts: [("Distinguished name", text(entry, "dn")), ("Title", text(entry, "title"))]
            .into_iter()
            .filter_map(|(label, value)| Some(AccountFact::new(label, value?)))
            .collect(),
        ..Account::new(ipa.info.key(&id), Kind(&KIND), username.into(), as_of)
    })
}

fn with_rows(mut account: Account, rows: &[ServerRow], policy: Option<IpaPolicy>, as_of: Timestamp) -> Account {
    let known: Vec<&Lock> = rows.iter().filter_map(|row| row.lock.as_ref()).collect();
    let missing: Vec<&ServerRow> = rows.iter().filter(|row| row.lock.is_none()).collect();
    let lock = if known.is_empty() {
        lock_not_told("user_status told of no server that could be asked")
    } else {
        Lock::over(known.iter().copied())
    };
    let state = |row: &ServerRow| match &row.lock {
        None => "not read",
        Some(lock) if lock.is_locked() => "locked",
        Some(Lock::Open) => "open",
        Some(_) => "not reported",
    };
    account.tells_end = policy.is_some();
    let replica = |row: &ServerRow| Replica {
        name: row.server.clone(),
        state: state(row).into(),
        count: row.count,
        last: row.last,
        locked_at: row.lock.as_ref().and_then(Lock::since),
        as_of: Some(as_of),
        ..Replica::default()
    };
    let replicas = rows.iter().map(replica).collect();
    account.bad_logins = bad_logins(replicas, None, missing.is_empty(), policy.map(|policy| policy.limit));
    let open = known.iter().filter(|lock| !lock.is_locked()).count();
    account.layers = vec![LayerLock {
        layer: Layer::ACCOUNT,
        lock: lock.clone(),
        reported: format!("open on {open} of {}", rows.len()).into(),
    }];
    account.lock = lock;
    account.problem = missing.first().map(|row| {
        Problem::new(
            Code::Unreachable,
            "not every server could be asked",
            row.server.clone(),
            "what it counts isn't known; an unlock opens it too, once it hears of it",
        )
    });
    account
}
