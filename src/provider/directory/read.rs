//! Reading one account on every server, side by side.

use futures_util::future::join_all;
use jiff::Timestamp;
use ldap3::Scope;

use crate::domain::{Account, Code, MayUnlock, Problem, Untrusted};

use crate::provider::paging::incomplete;

use super::active_directory::{self, groups, lock_policy};
use super::entry::LdapEntry;
use super::mapping::{self, ReplicaState, ServerReading};
use super::profile::{LockPolicy, ProfileSpec};
use super::server::{DirectoryServer, LdapSearch};
use super::settings::Profile;
use super::topology::{ServerRole, Topology};
use super::{Directory, policies};

/// The account of that id; none when every server that answered says that there is none.
pub async fn account(directory: &Directory, id: &Untrusted) -> Result<Option<Account>, Problem> {
    let topology = directory.topology().await?;
    Ok(on_every_server(directory, &topology, id).await?.map(|(account, _)| account))
}

/// The account, and what each server said of it.
pub async fn on_every_server(
    directory: &Directory,
    topology: &Topology,
    id: &Untrusted,
) -> Result<Option<(Account, Vec<ReplicaState>)>, Problem> {
    let spec = directory.spec;
    let Some(filter) = (spec.by_id)(id.as_data()) else {
        return Err(Problem::bad_id("this identifies no entry of the directory", format!("`{}`", id.line())));
    };
    let one = |(place, replica): (usize, &ServerRole)| {
        let (server, filter) = (replica.server.clone(), filter.as_str());
        async move {
            let entry = entry(spec, &server, &topology.base, id.as_data(), filter).await;
            ServerReading { replica: place, at: Timestamp::now(), entry }
        }
    };
    let readings = join_all(topology.replicas.iter().enumerate().map(one)).await;
    let found =
        readings.iter().find_map(|reading| Some((reading.replica, reading.at, reading.entry.as_ref().ok()?.as_ref()?)));
    let Some((place, at, entry)) = found else {
        // One that says so is enough only where every other one says so too.
        return match readings.into_iter().find_map(|reading| reading.entry.err()) {
            Some(problem) => Err(problem),
            None => Ok(None),
        };
    };
    let Some(mut account) = mapping::unread(directory, spec, entry, at) else {
        return Err(mapping::without_id(spec.system, &entry.dn));
    };
    let server = topology.replicas.get(place).map(|replica| replica.server.clone());
    let policy = match &server {
        Some(server) => policy(directory, server, &topology.domain, entry).await,
        None => None,
    };
    if let Some(server) = &server {
        account.groups = in_groups(directory, server, &topology.domain, entry).await;
        if matches!(account.may_unlock, MayUnlock::No(_)) && directory.settings.profile == Profile::ActiveDirectory {
            let is_protected = groups::is_privileged(server, &entry.dn).await;
            account.may_unlock = active_directory::may_unlock(entry, is_protected);
        }
    }
    let mut states: Vec<ReplicaState> = Vec::new();
    for reading in &readings {
        // Each server of 389-DS may have a policy of its own.
        let own = match (directory.settings.profile, topology.replicas.get(reading.replica), &reading.entry) {
            (Profile::Ds389, Some(role), Ok(Some(entry))) => {
                self::policy(directory, &role.server, &topology.domain, entry).await
            }
            _ => policy,
        };
        states.push(reading.state(spec, own.as_ref(), topology));
    }
    let account = mapping::with_states(account, &states, policy.as_ref(), topology);
    directory.remember(id.as_data(), &states, topology);
    Ok(Some((account, states)))
}

/// The entry of an id on one server, by the id's own name where the server has one.
async fn entry(
    spec: &ProfileSpec,
    server: &DirectoryServer,
    base: &str,
    id: &str,
    filter: &str,
) -> Result<Option<LdapEntry>, Problem> {
    if let Some(direct) = spec.direct.and_then(|direct| direct(id)) {
        return server.entry(&direct, "(objectClass=*)", spec.attributes).await;
    }
    let search = LdapSearch {
        base,
        scope: Scope::Subtree,
        filter,
        attributes: spec.attributes,
        page: None,
        most: 2,
        is_typed: false,
    };
    let found = server.search(&search).await?;
    if let (true, Some(why)) = (found.entries.is_empty(), found.cut) {
        // It has looked at a part only: that is no word on who is in the rest.
        return Err(incomplete(why));
    }
    let mut found = found.entries;
    if found.len() > 1 {
        return Err(Problem::new(
            Code::BadAnswer,
            format!("{} has several entries of one id", server.name()),
            filter.to_owned(),
            "tell the directory's owner; nothing is unlocked",
        ));
    }
    Ok(found.pop())
}

/// The policy that locks this account.
pub async fn policy(
    directory: &Directory,
    server: &DirectoryServer,
    base: &str,
    entry: &LdapEntry,
) -> Option<LockPolicy> {
    match directory.settings.profile {
        Profile::ActiveDirectory => lock_policy::of(directory, server, base, entry).await,
        Profile::OpenLdap => policies::openldap(directory, server, base, entry).await,
        Profile::Ds389 => policies::ds389(directory, server, entry).await,
        Profile::FreeIpa => None,
    }
}

async fn in_groups(
    directory: &Directory,
    server: &DirectoryServer,
    base: &str,
    entry: &LdapEntry,
) -> Option<Vec<Untrusted>> {
    let needed = directory.groups;
    if !needed.names && !needed.ids {
        return None;
    }
    if directory.settings.profile == Profile::ActiveDirectory {
        return groups::of(directory, server, (base, &entry.dn), needed).await;
    }
    // Others tell groups only where an overlay keeps them at the person; without it nobody knows of any.
    let told = entry.texts("memberOf");
    let short = |dn: &Untrusted| super::ids::rdn_value(dn.as_data(), 0).map(Untrusted::from);
    let names: Vec<Untrusted> = told.iter().filter_map(short).collect();
    (!told.is_empty()).then(|| told.into_iter().chain(names).collect())
}
