//! Reading one account on every server, side by side.

use futures_util::future::join_all;
use jiff::Timestamp;

use crate::domain::{Account, Code, MayUnlock, Problem, Untrusted};

use crate::provider::paging::incomplete;

use super::active_directory::groups;
use super::entry::LdapEntry;
use super::mapping::{self, ReplicaState, ServerReading};
use super::profile::ProfileSpec;
use super::server::{DirectoryServer, LdapSearch};
use super::settings::Profile;
use super::topology::{ServerSummary, Topology};
use super::{Directory, policies};

/// The account of that id; none when every server that answered says that there is none.
pub async fn account(directory: &Directory, id: &Untrusted) -> Result<Option<Account>, Problem> {
    let topology = directory.topology().await?;
    Ok(on_every_server(directory, &topology, id).await?.map(|(account, _)| account))
}

/// The account, and what each server said of it.
pub async fn on_every_server<'a>(
    directory: &Directory,
    topology: &'a Topology,
    id: &Untrusted,
) -> Result<Option<(Account, Vec<ReplicaState<'a>>)>, Problem> {
    let spec = directory.spec;
    let Some(filter) = (spec.by_id)(id.as_data()) else {
        return Err(Problem::bad_id("this identifies no entry of the directory", format!("`{}`", id.line())));
    };
    let filter = filter.as_str();
    let one = |role: &'a ServerSummary| async move {
        let entry = entry(spec, &role.server, &topology.base, id.as_data(), filter).await;
        ServerReading { role, at: Timestamp::now(), entry }
    };
    let readings = join_all(topology.replicas.iter().map(one)).await;
    let found = readings.iter().find_map(|reading| Some((reading, reading.entry.as_ref().ok()?.as_ref()?)));
    let Some((reading, entry)) = found else {
        // One that says so is enough only where every other one says so too.
        return readings.into_iter().find_map(|reading| reading.entry.err()).map_or(Ok(None), Err);
    };
    let Some(mut account) = mapping::unread(directory, entry, reading.at) else {
        return Err(mapping::without_id(spec.system, &entry.dn));
    };
    let server = &reading.role.server;
    let policy = policies::of(directory, server, &topology.domain, entry).await;
    account.groups = in_groups(directory, server, &topology.domain, entry).await;
    if let MayUnlock::No(_) = account.may_unlock {
        account.may_unlock = (spec.may_unlock)(entry, groups::is_privileged(server, &entry.dn).await);
    }
    let mut states = Vec::new();
    for reading in &readings {
        // Each server of 389-DS may have a policy of its own.
        let own = match (directory.access.settings.profile, &reading.entry) {
            (Profile::Ds389, Ok(Some(entry))) => {
                policies::of(directory, &reading.role.server, &topology.domain, entry).await
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
    let attributes = spec.attributes.concat();
    if let Some(direct) = (spec.direct)(id) {
        return server.entry(&direct, &attributes).await;
    }
    let found = server.search(&LdapSearch::below(base, filter, &attributes, 2)).await?;
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
    if directory.access.settings.profile == Profile::ActiveDirectory {
        return groups::of(directory, server, base, &entry.dn).await;
    }
    // Others tell groups only where an overlay keeps them at the person; without it nobody knows of any.
    let told = entry.texts("memberOf");
    let short = |dn: &Untrusted| super::ids::rdn_value(dn.as_data(), 0).map(Untrusted::from);
    let names: Vec<Untrusted> = told.iter().filter_map(short).collect();
    (!told.is_empty()).then(|| told.into_iter().chain(names).collect())
}
