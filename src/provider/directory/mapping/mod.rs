//! From what the servers told of one entry to the domain's account: facts from the first that has it, the lock state from
//! each of them.

mod replicas;

use jiff::Timestamp;

use crate::domain::{
    Account, AccountFact, Code, Kind, Layer, LayerLock, Lock, MayUnlock, Password, Problem, Untrusted,
};

use super::active_directory::{self, password_status};
use super::entry::LdapEntry;
use super::profile::{LockPolicy, LockState, ProfileSpec};
use super::repl_metadata;
use super::settings::Profile;
use super::topology::Topology;
use super::{Directory, KIND, ds389};
use replicas::{bad_logins, summary, unreached};

/// What one server answered about an entry.
pub struct ServerReading {
    /// Its place among the directory's servers.
    pub replica: usize,
    /// When it answered.
    pub at: Timestamp,
    /// The entry; none where it has none of that id.
    pub entry: Result<Option<LdapEntry>, Problem>,
}

/// What one server's answer says of the lock.
pub struct ReplicaState {
    /// Its place among the directory's servers.
    pub replica: usize,
    /// When it answered.
    pub at: Timestamp,
    /// The entry's name there.
    pub dn: String,
    /// Its state; none where it has no such entry.
    pub state: Result<Option<LockState>, Problem>,
    /// The server where the lock began, as this one knows.
    pub origin: Option<Untrusted>,
}

impl ServerReading {
    /// The lock state in it.
    pub fn state(&self, spec: &ProfileSpec, policy: Option<&LockPolicy>, topology: &Topology) -> ReplicaState {
        let entry = self.entry.as_ref().ok().and_then(Option::as_ref);
        let state = entry.map(|entry| (spec.lock)(entry, policy, self.at));
        let is_locked = state.as_ref().is_some_and(|state| state.lock.is_locked());
        let origin = entry
            .and_then(|entry| {
                repl_metadata::originator(entry.bytes("replPropertyMetaData")?, repl_metadata::LOCKOUT_TIME)
            })
            .filter(|_| is_locked)
            .and_then(|invocation| topology.by_invocation.get(&invocation))
            .map(|name| name.as_str().into());
        ReplicaState {
            replica: self.replica,
            at: self.at,
            dn: entry.map(|entry| entry.dn.clone()).unwrap_or_default(),
            state: self.entry.as_ref().map(|_| state).map_err(Clone::clone),
            origin,
        }
    }
}

/// The account of an entry, without its lock state; none where it has no id.
pub fn unread(directory: &Directory, spec: &ProfileSpec, entry: &LdapEntry, at: Timestamp) -> Option<Account> {
    let id: Untrusted = (spec.id)(entry)?.into();
    let upn = entry.text("userPrincipalName");
    let username = entry.text(spec.person.username).or_else(|| upn.clone()).unwrap_or_else(|| id.clone());
    let key = directory.key(&id);
    let is_ad = directory.settings.profile == Profile::ActiveDirectory;
    let expires = entry.filetime("accountExpires").or_else(|| entry.generalized("pwdEndTime"));
    let status = if is_ad { password_status(entry) } else { entry.is("pwdReset", "true").then_some("must be changed") };
    let password_expires = entry
        .filetime("msDS-UserPasswordExpiryTimeComputed")
        .or_else(|| entry.generalized("passwordExpirationTime").filter(|at| at.as_second() > 0));
    Some(Account {
        email: entry.text(spec.person.email).or(upn.clone().filter(|upn| upn.as_data().contains('@'))),
        display_name: spec.person.display_name.iter().find_map(|name| entry.text(name)),
        employee_id: entry.text(spec.person.employee_id),
        phones: spec.names.phones.iter().flat_map(|name| entry.texts(name)).collect(),
        enabled: match directory.settings.profile {
            Profile::ActiveDirectory => active_directory::enabled(entry),
            Profile::Ds389 => Some(ds389::enabled(entry)),
            // It has no such switch.
            Profile::OpenLdap | Profile::FreeIpa => None,
        },
        barred: expires.filter(|expires| *expires <= at).map(|_| "expired"),
        password: Password {
            status: status.map(Into::into),
            needs_change: status.is_some() || password_expires.is_some_and(|expires| expires <= at),
            changed: entry.filetime("pwdLastSet").or_else(|| entry.generalized("pwdChangedTime")),
            expires: password_expires,
        },
        facts: facts(entry, expires),
        aliases: aliases(entry, upn),
        may_unlock: if is_ad { active_directory::may_unlock(entry, false) } else { MayUnlock::Unknown },
        ..Account::new(key, Kind(&KIND), username, at)
    })
}

fn aliases(entry: &LdapEntry, upn: Option<Untrusted>) -> Vec<Untrusted> {
    let sid = entry.sid("objectSid").map(Untrusted::from);
    std::iter::once(Untrusted::from(entry.dn.as_str())).chain(sid).chain(upn).collect()
}

fn facts(entry: &LdapEntry, expires: Option<Timestamp>) -> Vec<AccountFact> {
    let moment = |at: Option<Timestamp>| at.map(|at| Untrusted::from(at.to_string()));
    let rows = [
        ("Distinguished name", Some(entry.dn.as_str().into())),
        ("Title", entry.text("title")),
        ("Department", entry.text("department").or_else(|| entry.text("departmentNumber"))),
        ("User principal name", entry.text("userPrincipalName")),
        ("Account expires", moment(expires)),
        ("Last sign-in here", moment(entry.filetime("lastLogon").or_else(|| entry.generalized("pwdLastSuccess")))),
    ];
    rows.into_iter().filter_map(|(label, value)| Some(AccountFact::new(label, value?))).collect()
}

/// Puts what each server says of the lock into the account.
pub fn with_states(
    mut account: Account,
    states: &[ReplicaState],
    policy: Option<&LockPolicy>,
    topology: &Topology,
) -> Account {
    let known: Vec<&LockState> = states.iter().filter_map(|one| one.state.as_ref().ok()?.as_ref()).collect();
    let lock = Lock::over(known.iter().map(|state| &state.lock));
    account.tells_end = policy.is_some_and(|policy| policy.duration.is_some());
    account.bad_logins = bad_logins(states, &known, policy, topology);
    account.layers = vec![LayerLock { layer: Layer::ACCOUNT, lock: lock.clone(), reported: summary(states, topology) }];
    account.lock = lock;
    account.problem = unreached(states, topology).or_else(|| topology.problem.clone());
    account
}

/// A server that told an entry whose id can't be read.
pub fn without_id(system: &str, dn: &str) -> Problem {
    Problem::new(
        Code::BadAnswer,
        format!("{system} told an entry without an id that can be read"),
        Untrusted::from(dn).line(),
        "give the login the right to read the entry's id",
    )
}
