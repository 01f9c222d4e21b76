//! Directories themselves: Active Directory, OpenLDAP and 389 Directory Server over LDAP, FreeIPA by its own API. Their
//! servers may differ about one account, so each of them is read and, where it holds something, written to.
//!
//! Who signs in does so by name and password inside TLS; Kerberos is left out.

mod access;
mod active_directory;
mod check;
mod connect;
mod ds389;
mod entry;
mod freeipa;
mod ids;
mod mapping;
mod openldap;
mod policies;
mod profile;
mod read;
mod result_code;
mod root_entry;
mod search;
mod server;
pub mod settings;
mod times;
mod topology;
mod unlock;

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::domain::{Capabilities, Code, KindSpec, OpenUnlock, PollResult, Problem, ProviderHealth, Untrusted};
use crate::provider::api::calls_in_modules;
use crate::provider::cached::Cached;
use crate::provider::registry::{Backend, BackendSettings as _, BackendSpec, BuildContext, GroupsNeeded};
use crate::provider::{BoxFuture, Provider, ProviderInfo};

use access::DirectoryContext;
use connect::Address;
use mapping::ReplicaState;
use profile::{LockPolicy, ProfileSpec};
use server::DirectoryServer;
use topology::Topology;
use unlock::Target;

pub use settings::Settings;

/// A directory as a kind of system.
pub const KIND: KindSpec = KindSpec {
    word: "directory",
    capabilities: Capabilities { groups: true, directory_names: true, ..Capabilities::DIRECTORY },
    blind_spot: "",
};

/// Accounts whose state is kept between the look before an unlock and the unlock.
const MOST_SEEN: usize = 10_000;

impl Backend for Settings {
    const SPEC: BackendSpec = settings::SPEC;

    fn build(settings: &Settings, mut context: BuildContext<'_>) -> Result<Arc<dyn Provider>, Problem> {
        settings.check().map_err(|why| {
            Problem::new(Code::BadRequest, "the directory's settings can't be used", why, "correct them")
        })?;
        let system = settings.servers.first().or(settings.domain.as_ref()).cloned().unwrap_or_default();
        let info = context.info(&KIND, system, settings.endpoints());
        let Some(spec) = settings.profile.spec() else { return freeipa::build(settings, info, &mut context) };
        let access = DirectoryContext::new(settings, &context)?;
        Ok(Arc::new(Directory {
            info,
            spec,
            groups: context.groups,
            access: Arc::new(access),
            servers: Mutex::default(),
            known: tokio::sync::Mutex::default(),
            policies: Cached::default(),
            group_names: Cached::default(),
            seen: Mutex::default(),
        }))
    }
}

/// One directory, with all its servers.
pub struct Directory {
    info: ProviderInfo,
    spec: &'static ProfileSpec,
    groups: GroupsNeeded,
    access: Arc<DirectoryContext>,
    servers: Mutex<HashMap<Address, Arc<DirectoryServer>>>,
    known: tokio::sync::Mutex<topology::CachedTopology>,
    policies: Cached<String, Option<LockPolicy>>,
    group_names: Cached<String, Vec<Untrusted>>,
    /// What the servers held when an account was read last, by its id: what is written compares with that.
    seen: Mutex<HashMap<String, Vec<Target>>>,
}

impl Directory {
    /// Keeps what an unlock would have to open.
    fn remember(&self, id: &str, states: &[ReplicaState<'_>], topology: &Topology) {
        let target = |one: &ReplicaState<'_>| {
            let state = match &one.state {
                Ok(Some(state)) if state.holds => Some(state.clone()),
                // What it holds isn't known, and may be a lock.
                Err(_) => None,
                Ok(_) => return None,
            };
            Some(Target { role: one.role.clone(), dn: one.dn.clone(), state })
        };
        let mut targets: Vec<Target> = states.iter().filter_map(target).collect();
        // A controller that takes no changes hears of them from one that does; where no such one is known, the write says so.
        if let Some(writable) = topology.replicas.iter().find(|role| !role.is_read_only) {
            let held = targets.len();
            targets.retain(|target| !target.role.is_read_only);
            if targets.is_empty() && held > 0 {
                targets.push(Target { role: writable.clone(), dn: String::new(), state: None });
            }
        }
        let mut seen = self.seen.lock();
        if seen.len() >= MOST_SEEN {
            seen.clear();
        }
        seen.insert(id.to_lowercase(), targets);
    }

    /// What was kept; it counts once.
    fn recall(&self, id: &str) -> Option<Vec<Target>> {
        self.seen.lock().remove(&id.to_lowercase())
    }
}

impl Provider for Directory {
    calls_in_modules! {}

    fn health(&self) -> ProviderHealth {
        let health = self.access.health();
        let servers = self.servers.lock();
        // One server that is down has its own row; with all of them down the directory is.
        let down: Option<Vec<Problem>> = servers.values().map(|server| server.down()).collect();
        match down.and_then(|mut problems| problems.pop()) {
            Some(problem) => ProviderHealth { reachable: Some(false), problem: Some(problem), ..health },
            None => health,
        }
    }

    fn verify<'a>(&'a self, open: &'a OpenUnlock) -> BoxFuture<'a, PollResult> {
        Box::pin(unlock::look(self, open))
    }

    fn forget_refusal(&self) {
        self.access.forget_refusal();
        for server in self.servers.lock().values() {
            server.note_down(None);
        }
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let servers: Vec<Arc<DirectoryServer>> = self.servers.lock().values().cloned().collect();
            futures_util::future::join_all(servers.iter().map(|server| server.close())).await;
        })
    }
}
