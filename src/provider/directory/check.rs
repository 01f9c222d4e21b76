//! What can be said of a directory and of this login without changing anything.

use futures_util::future::join_all;
use jiff::Timestamp;

use crate::domain::{CheckResult, MayUnlock};

use super::active_directory::replication;
use super::connect::skew_ms;
use super::entry::LdapEntry;
use super::server::LdapSearch;
use super::settings::Profile;
use super::topology::ServerSummary;
use super::{Directory, policies};

/// Accounts that are looked at for the right.
const SAMPLE: usize = 20;

pub async fn findings(directory: &Directory) -> Vec<CheckResult> {
    let topology = match directory.topology().await {
        Ok(topology) => topology,
        Err(problem) => return vec![CheckResult::bad("login", "", &problem)],
    };
    let mut found = vec![CheckResult::good("login", format!("signs in as {}", directory.access.settings.username))];
    found.extend(join_all(topology.replicas.iter().map(server)).await);
    found.extend(
        topology.problem.as_ref().map(|problem| CheckResult::bad("servers", "to list the controllers", problem)),
    );
    if directory.access.settings.profile == Profile::ActiveDirectory {
        found.extend(replication::findings(&topology).await);
    }
    let Some(first) = topology.replicas.get(topology.primary) else { return found };
    let attributes = directory.spec.attributes.concat();
    let search = LdapSearch {
        page: Some((i32::try_from(SAMPLE).unwrap_or(20), Vec::new())),
        ..LdapSearch::below(&topology.base, directory.spec.users, &attributes, SAMPLE)
    };
    let sample = first.server.search(&search).await.map(|found| found.entries);
    found.push(CheckResult::needed_right("users", &sample));
    let Ok(sample) = sample else { return found };
    found.push(right(directory, &sample));
    if let Some(entry) = sample.first() {
        let policy = policies::of(directory, &first.server, &topology.domain, entry).await;
        found.push(match policy.and_then(|policy| policy.limit) {
            Some(limit) => CheckResult::good("lock_policy", format!("{limit} wrong passwords lock an account")),
            None => CheckResult::not_told(
                "lock_policy",
                "the lockout policy can't be read",
                "limits and ends of locks read \"not reported\"; give the login the right to read the policy",
            ),
        });
    }
    if !directory.access.settings.uses_tls() {
        found.push(CheckResult::not_told("tls", "plain ldap to this machine: there is no certificate", ""));
    }
    found
}

/// One server: reached or not, how fast, how far its clock is off.
async fn server(role: &ServerSummary) -> CheckResult {
    let what = match (&role.site, role.is_read_only) {
        (Some(site), true) => format!(" (site {site}, read-only)"),
        (Some(site), false) => format!(" (site {site})"),
        (None, _) => String::new(),
    };
    let place = format!("{}{what} at {}", role.name, role.server.address.url());
    let began = tokio::time::Instant::now();
    let root = match role.server.root().await {
        Ok(root) => root,
        Err(problem) => return CheckResult::bad("server", &format!("to ask {place}"), &problem),
    };
    let took = began.elapsed().as_millis();
    match root.generalized("currentTime").map(|told| skew_ms(told, Timestamp::now()) / 1_000) {
        Some(skew) if skew.abs() > 30 => CheckResult::warn(
            "server",
            format!("{place}: its clock is {skew} s off"),
            "set its clock: locks and their ends go by it",
        ),
        _ => CheckResult::good("server", format!("{place} answers within {took} ms")),
    }
}

/// Whether the login may unlock, where the directory says so.
fn right(directory: &Directory, sample: &[LdapEntry]) -> CheckResult {
    if directory.access.settings.profile != Profile::ActiveDirectory {
        let says = "the directory tells no rights in advance: whether it may unlock shows when it does";
        return CheckResult::not_told(
            "right",
            says,
            "give the login write on the lock's attributes, and on nothing else",
        );
    }
    let rights: Vec<MayUnlock> = sample.iter().map(|entry| (directory.spec.may_unlock)(entry, false)).collect();
    let may = rights.iter().filter(|right| **right == MayUnlock::Yes).count();
    let why = rights.iter().find_map(|right| if let MayUnlock::No(why) = right { Some(why) } else { None });
    let of = format!("may write lockoutTime of {may} of {} accounts that were looked at", sample.len());
    match (may, why) {
        (0, Some(why)) => {
            CheckResult::warn("right", format!("{of}: {}", why.line()), "delegate the right: unbolt help directories")
        }
        _ => CheckResult::good("right", of),
    }
}
