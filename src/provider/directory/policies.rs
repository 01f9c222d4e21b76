//! How many wrong passwords lock an account, and for how long, as far as this login may read it.

use std::time::Duration;

use crate::domain::Problem;

use super::Directory;
use super::entry::LdapEntry;
use super::profile::LockPolicy;
use super::server::{DirectoryServer, LdapSearch};
use super::settings::Profile;
use super::times::{LockDuration, lock_duration};

/// Of Active Directory: limit, duration, window.
const OF_DOMAIN: [&str; 3] = ["lockoutThreshold", "lockoutDuration", "lockOutObservationWindow"];
const OF_OBJECT: [&str; 3] = ["msDS-LockoutThreshold", "msDS-LockoutDuration", "msDS-LockoutObservationWindow"];
const PPOLICY: [&str; 4] = ["pwdLockout", "pwdMaxFailure", "pwdLockoutDuration", "pwdFailureCountInterval"];
const DS389: [&str; 5] =
    ["passwordLockout", "passwordMaxFailure", "passwordUnlock", "passwordLockoutDuration", "passwordResetFailureCount"];

fn seconds(entry: &LdapEntry, name: &str) -> Option<Duration> {
    entry.number(name).and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs)
}

/// The policy that locks this account; none where it can't be read.
pub async fn of(directory: &Directory, server: &DirectoryServer, base: &str, entry: &LdapEntry) -> Option<LockPolicy> {
    match directory.access.settings.profile {
        Profile::ActiveDirectory => active_directory(directory, server, base, entry).await,
        Profile::OpenLdap => openldap(directory, server, base, entry).await,
        Profile::Ds389 => ds389(directory, server, entry).await,
        Profile::FreeIpa => None,
    }
}

/// Active Directory: the password settings object that applies to the account, else the domain's head (MS-SAMR 3.1.1.5;
/// MS-ADTS 3.1.1.4.5.36). None where it can't be read, as fine-grained ones often can't.
async fn active_directory(
    directory: &Directory,
    server: &DirectoryServer,
    base: &str,
    entry: &LdapEntry,
) -> Option<LockPolicy> {
    let (dn, names) = entry.word("msDS-ResultantPSO").map_or((base, OF_DOMAIN), |dn| (dn, OF_OBJECT));
    let read = async {
        let entry = server.entry(dn, &names).await?;
        Ok::<_, Problem>(entry.as_ref().and_then(|entry| of_domain(entry, names)))
    };
    directory.policies.get(dn.to_owned(), read).await.ok().flatten()
}

fn of_domain(entry: &LdapEntry, [limit, duration, window]: [&str; 3]) -> Option<LockPolicy> {
    Some(LockPolicy {
        limit: Some(entry.count(limit)?),
        duration: entry.number(duration).map(lock_duration),
        window: entry.number(window).map(|ticks| match lock_duration(ticks) {
            LockDuration::Lasts(length) => length,
            LockDuration::Forever => Duration::MAX,
        }),
    })
}

/// OpenLDAP: the account's own policy, else the configured one, else the only one there is (`man slapo-ppolicy`).
async fn openldap(
    directory: &Directory,
    server: &DirectoryServer,
    base: &str,
    entry: &LdapEntry,
) -> Option<LockPolicy> {
    let named = entry.word("pwdPolicySubentry").or(directory.access.settings.policy_dn.as_deref());
    let read = async {
        let policy = |found: Option<LdapEntry>| found.as_ref().and_then(of_ppolicy);
        Ok::<_, Problem>(match named {
            Some(dn) => policy(server.entry(dn, &PPOLICY).await?),
            // A policy that is only likely ends no lock.
            None => policy(the_only(server, base).await?).map(|likely| LockPolicy { duration: None, ..likely }),
        })
    };
    directory.policies.get(named.unwrap_or(base).to_owned(), read).await.ok().flatten()
}

/// A policy that no account names may be the default one; with several nobody knows.
async fn the_only(server: &DirectoryServer, base: &str) -> Result<Option<LdapEntry>, Problem> {
    let mut found = server.search(&LdapSearch::below(base, "(objectClass=pwdPolicy)", &PPOLICY, 50)).await?.entries;
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
        duration: Some(LockDuration::of(seconds(entry, "pwdLockoutDuration"))),
        window: seconds(entry, "pwdFailureCountInterval"),
    })
}

/// 389 Directory Server: the account's own policy, else the server's. The end of each lock stands in the account.
async fn ds389(directory: &Directory, server: &DirectoryServer, entry: &LdapEntry) -> Option<LockPolicy> {
    let dn = entry.word("pwdpolicysubentry").unwrap_or("cn=config");
    let read = async {
        let found = server.entry(dn, &DS389).await?;
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
