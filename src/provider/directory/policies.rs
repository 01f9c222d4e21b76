//! The lockout policies of OpenLDAP and of 389 Directory Server, as far as this login may read them.

use std::time::Duration;

use ldap3::Scope;

use crate::domain::Problem;

use super::Directory;
use super::entry::LdapEntry;
use super::profile::LockPolicy;
use super::server::{DirectoryServer, LdapSearch};
use super::times::LockDuration;

const PPOLICY: [&str; 4] = ["pwdLockout", "pwdMaxFailure", "pwdLockoutDuration", "pwdFailureCountInterval"];
const DS389: [&str; 5] =
    ["passwordLockout", "passwordMaxFailure", "passwordUnlock", "passwordLockoutDuration", "passwordResetFailureCount"];

fn seconds(entry: &LdapEntry, name: &str) -> Option<Duration> {
    entry.number(name).and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs)
}

/// OpenLDAP: the account's own policy, else the configured one, else the only one there is (`man slapo-ppolicy`).
pub async fn openldap(
    directory: &Directory,
    server: &DirectoryServer,
    base: &str,
    entry: &LdapEntry,
) -> Option<LockPolicy> {
    let named = entry.word("pwdPolicySubentry").map(str::to_owned).or_else(|| directory.settings.policy_dn.clone());
    let key = named.clone().unwrap_or_else(|| base.to_owned());
    let read = async {
        let found = match &named {
            Some(dn) => server.entry(dn, "(objectClass=*)", &PPOLICY).await?,
            None => the_only(server, base).await?,
        };
        let policy = found.as_ref().and_then(of_ppolicy);
        // A policy that is only likely ends no lock.
        let is_guess = named.is_none();
        Ok::<_, Problem>(policy.map(|policy| LockPolicy { duration: policy.duration.filter(|_| !is_guess), ..policy }))
    };
    directory.policies.get(key, read).await.ok().flatten()
}

/// A policy that no account names may be the default one; with several nobody knows.
async fn the_only(server: &DirectoryServer, base: &str) -> Result<Option<LdapEntry>, Problem> {
    let search = LdapSearch {
        base,
        scope: Scope::Subtree,
        filter: "(objectClass=pwdPolicy)",
        attributes: &PPOLICY,
        page: None,
        most: 50,
        is_typed: false,
    };
    let mut found = server.search(&search).await?.entries;
    let is_default = |entry: &LdapEntry| {
        super::ids::rdn_value(&entry.dn, 0).is_some_and(|name| name.eq_ignore_ascii_case("default"))
    };
    if found.len() > 1 {
        found.retain(is_default);
    }
    Ok(if found.len() == 1 { found.pop() } else { None })
}

fn of_ppolicy(entry: &LdapEntry) -> Option<LockPolicy> {
    let locks = entry.is("pwdLockout", "true");
    let limit = entry.count("pwdMaxFailure")?;
    Some(LockPolicy {
        limit: Some(if locks { limit } else { 0 }),
        duration: Some(match seconds(entry, "pwdLockoutDuration") {
            Some(length) if !length.is_zero() => LockDuration::Lasts(length),
            _ => LockDuration::Forever,
        }),
        window: seconds(entry, "pwdFailureCountInterval"),
    })
}

/// 389 Directory Server: the account's own policy, else the server's. The end of each lock stands in the account.
pub async fn ds389(directory: &Directory, server: &DirectoryServer, entry: &LdapEntry) -> Option<LockPolicy> {
    let dn = entry.word("pwdpolicysubentry").unwrap_or("cn=config").to_owned();
    let read = async {
        let found = server.entry(&dn, "(objectClass=*)", &DS389).await?;
        Ok::<_, Problem>(found.as_ref().and_then(|entry| {
            let limit = entry.count("passwordMaxFailure")?;
            Some(LockPolicy {
                limit: Some(if entry.is("passwordLockout", "off") { 0 } else { limit }),
                duration: None,
                window: seconds(entry, "passwordResetFailureCount"),
            })
        }))
    };
    let known = directory.policies.get(format!("{} {dn}", server.name()), read).await.ok().flatten();
    // The end is told by each account itself, whatever the policy.
    Some(LockPolicy { duration: Some(LockDuration::Forever), ..known.unwrap_or_default() })
}
