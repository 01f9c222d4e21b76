//! What can be said of a directory and of this login without changing anything.

use futures_util::future::join_all;
use jiff::Timestamp;
use ldap3::Scope;

use crate::domain::{CheckResult, MayUnlock, Problem, Untrusted};

use super::active_directory;
use super::entry::LdapEntry;
use super::server::LdapSearch;
use super::settings::Profile;
use super::topology::{ServerRole, Topology};
use super::{Directory, read};

/// Accounts that are looked at for the right.
const SAMPLE: usize = 20;

pub async fn findings(directory: &Directory) -> Vec<CheckResult> {
    let topology = match directory.topology().await {
        Ok(topology) => topology,
        Err(problem) => return vec![CheckResult::bad("login", "", &problem)],
    };
    let mut found = vec![CheckResult::good("login", format!("signs in as {}", directory.settings.username))];
    found.extend(servers(directory, &topology).await);
    found.extend(
        topology.problem.as_ref().map(|problem| CheckResult::bad("servers", "to list the controllers", problem)),
    );
    if directory.settings.profile == Profile::ActiveDirectory {
        found.extend(active_directory::replication::findings(&topology).await);
    }
    let sample = sample(directory, &topology).await;
    found.push(CheckResult::needed_right("users", &sample));
    let Ok(sample) = sample else { return found };
    found.push(right(directory, &sample));
    if let (Some(replica), Some(entry)) = (topology.replicas.get(topology.primary), sample.first()) {
        let policy = read::policy(directory, &replica.server, &topology.domain, entry).await;
        found.push(match policy.and_then(|policy| policy.limit) {
            Some(limit) => CheckResult::good("lock_policy", format!("{limit} wrong passwords lock an account")),
            None => CheckResult::not_told(
                "lock_policy",
                "the lockout policy can't be read",
                "limits and ends of locks read \"not reported\"; give the login the right to read the policy",
            ),
        });
    }
    if !directory.settings.uses_tls() {
        found.push(CheckResult::not_told("tls", "plain ldap to this machine: there is no certificate", ""));
    }
    found
}

/// Each server: reached or not, how fast, how far its clock is off.
async fn servers(directory: &Directory, topology: &Topology) -> Vec<CheckResult> {
    let one = |replica: &ServerRole| {
        let (server, name) = (replica.server.clone(), replica.name.clone());
        let what = match (&replica.site, replica.is_read_only) {
            (Some(site), true) => format!(" (site {site}, read-only)"),
            (Some(site), false) => format!(" (site {site})"),
            (None, _) => String::new(),
        };
        async move {
            let began = tokio::time::Instant::now();
            let root = directory.root(&server).await;
            let took = began.elapsed().as_millis();
            let address = server.address.url();
            match root {
                Ok(root) => {
                    let skew = root
                        .generalized("currentTime")
                        .map(|told| super::connect::skew_ms(told, Timestamp::now()) / 1_000);
                    match skew {
                        Some(skew) if skew.abs() > 30 => CheckResult::warn(
                            "server",
                            format!("{name}{what} at {address}: its clock is {skew} s off"),
                            "set its clock: locks and their ends go by it",
                        ),
                        _ => CheckResult::good("server", format!("{name}{what} at {address} answers within {took} ms")),
                    }
                }
                Err(problem) => CheckResult::bad("server", &format!("to ask {name}{what} at {address}"), &problem),
            }
        }
    };
    join_all(topology.replicas.iter().map(one)).await
}

async fn sample(directory: &Directory, topology: &Topology) -> Result<Vec<LdapEntry>, Problem> {
    let Some(replica) = topology.replicas.get(topology.primary) else { return Ok(Vec::new()) };
    let search = LdapSearch {
        base: &topology.base,
        scope: Scope::Subtree,
        filter: directory.spec.users,
        attributes: directory.spec.attributes,
        page: Some((i32::try_from(SAMPLE).unwrap_or(20), Vec::new())),
        most: SAMPLE,
        is_typed: false,
    };
    Ok(replica.server.search(&search).await?.entries)
}

/// Whether the login may unlock, where the directory says so.
fn right(directory: &Directory, sample: &[LdapEntry]) -> CheckResult {
    if directory.settings.profile != Profile::ActiveDirectory {
        let says = "the directory tells no rights in advance: whether it may unlock shows when it does";
        return CheckResult::not_told(
            "right",
            says,
            "give the login write on the lock's attributes, and on nothing else",
        );
    }
    let (mut may, mut why): (usize, Option<Untrusted>) = (0, None);
    for entry in sample {
        match active_directory::may_unlock(entry, false) {
            MayUnlock::Yes => may += 1,
            MayUnlock::No(reason) => why = why.or(Some(reason)),
            MayUnlock::Unknown => {}
        }
    }
    let of = format!("may write lockoutTime of {may} of {} accounts that were looked at", sample.len());
    match (may, why) {
        (0, Some(why)) => {
            CheckResult::warn("right", format!("{of}: {}", why.line()), "delegate the right: unbolt help directories")
        }
        _ => CheckResult::good("right", of),
    }
}
