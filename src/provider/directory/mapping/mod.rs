//! From what the servers told of one entry to the domain's account: facts from the first that has it, the lock state from
//! each of them.

mod replicas;

use jiff::Timestamp;

use crate::domain::{
    Account, AccountFact, Code, Layer, LayerLock, Lock, PasswordState, Problem, ProviderKind, Untrusted,
};

use super::active_directory::replication;
use super::entry::LdapEntry;
use super::profile::{LockPolicy, PHONES, ProfileSpec, ServerLockState};
use super::topology::{ServerSummary, Topology};
use super::{Directory, KIND, ids};
pub use replicas::bad_logins;
use replicas::{row, summary, unreached};

/// What one server answered about an entry.
pub struct ServerReading<'a> {
    /// The server.
    pub role: &'a ServerSummary,
    /// When it answered.
    pub at: Timestamp,
    /// The entry; none where it has none of that id.
    pub entry: Result<Option<LdapEntry>, Problem>,
}

/// What one server's answer says of the lock.
pub struct ReplicaState<'a> {
    /// The server.
    pub role: &'a ServerSummary,
    /// When it answered.
    pub at: Timestamp,
    /// The entry's name there.
    pub dn: String,
    /// Its state; none where it has no such entry.
    pub state: Result<Option<ServerLockState>, Problem>,
    /// The server where the lock began, as this one knows.
    pub origin: Option<Untrusted>,
}

impl<'a> ServerReading<'a> {
    /// The lock state in it.
    pub fn state(&self, spec: &ProfileSpec, policy: Option<&LockPolicy>, topology: &Topology) -> ReplicaState<'a> {
        let entry = self.entry.as_ref().ok().and_then(Option::as_ref);
        let state = entry.map(|entry| (spec.lock)(entry, policy, self.at));
        let is_locked = state.as_ref().is_some_and(|state| state.lock.is_locked());
        let origin = entry.filter(|_| is_locked).and_then(|entry| {
            let metadata = entry.bytes("replPropertyMetaData")?;
            let invocation = replication::originator(metadata, replication::LOCKOUT_TIME)?;
            Some(topology.by_invocation.get(&invocation)?.as_str().into())
        });
        ReplicaState {
            role: self.role,
            at: self.at,
            dn: entry.map(|entry| entry.dn.clone()).unwrap_or_default(),
            state: self.entry.as_ref().map(|_| state).map_err(Clone::clone),
            origin,
        }
    }
}

/// The account of an entry, without its lock state; none where it has no id.
pub fn unread(directory: &Directory, entry: &LdapEntry, at: Timestamp) -> Option<Account> {
    let spec = directory.spec;
    let id: Untrusted = (spec.id)(entry)?.into();
    let upn = entry.text("userPrincipalName");
    let sid = entry.bytes("objectSid").and_then(ids::sid_text).map(Untrusted::from);
    let username = entry.text(spec.username).or_else(|| upn.clone()).unwrap_or_else(|| id.clone());
    let key = directory.info.key(&id);
    let expires = entry.filetime("accountExpires").or_else(|| entry.generalized("pwdEndTime"));
    let status = (spec.password_status)(entry);
    let password_expires = entry
        .filetime("msDS-UserPasswordExpiryTimeComputed")
        .or_else(|| entry.generalized("passwordExpirationTime").filter(|at| at.as_second() > 0));
    Some(Account {
        email: entry.text("mail").or(upn.clone().filter(|upn| upn.as_data().contains('@'))),
        display_name: entry.text("displayName").or_else(|| entry.text("cn")),
        employee_id: entry.text(spec.employee_id),
        phones: PHONES.iter().flat_map(|name| entry.texts(name)).collect(),
        enabled: (spec.enabled)(entry),
        barred: expires.filter(|expires| *expires <= at).map(|_| "expired"),
        password: PasswordState {
            status: status.map(Into::into),
            needs_change: status.is_some() || password_expires.is_some_and(|expires| expires <= at),
            changed: entry.filetime("pwdLastSet").or_else(|| entry.generalized("pwdChangedTime")),
            expires: password_expires,
        },
        facts: facts(entry, expires),
        aliases: std::iter::once(entry.dn.as_str().into()).chain(sid).chain(upn).collect(),
        may_unlock: (spec.may_unlock)(entry, false),
        ..Account::new(key, ProviderKind(&KIND), username, at)
    })
}

fn facts(entry: &LdapEntry, expires: Option<Timestamp>) -> Vec<AccountFact> {
    let moment = |at: Option<Timestamp>| at.map(|at| Untrusted::from(at.to_string()));
    AccountFact::told([
        ("Distinguished name", Some(entry.dn.as_str().into())),
        ("Title", entry.text("title")),
        ("Department", entry.text("department").or_else(|| entry.text("departmentNumber"))),
        ("User principal name", entry.text("userPrincipalName")),
        ("Account expires", moment(expires)),
        ("Last sign-in here", moment(entry.filetime("lastLogon").or_else(|| entry.generalized("pwdLastSuccess")))),
    ])
}

/// Puts what each server says of the lock into the account.
pub fn with_states(
    mut account: Account,
    states: &[ReplicaState<'_>],
    policy: Option<&LockPolicy>,
    topology: &Topology,
) -> Account {
    let known: Vec<&ServerLockState> = states.iter().filter_map(|one| one.state.as_ref().ok()?.as_ref()).collect();
    let lock = Lock::over(known.iter().map(|state| &state.lock));
    account.tells_end = policy.is_some_and(|policy| policy.duration.is_some());
    let rows = states.iter().map(|one| row(one, policy)).collect();
    let is_whole = topology.replicas.len() == known.len() && topology.problem.is_none();
    // A server that was never used counts none.
    let unused = (!known.is_empty()).then_some(0);
    account.bad_logins = bad_logins(rows, unused, is_whole, policy.and_then(|policy| policy.limit));
    account.layers = vec![LayerLock { layer: Layer::ACCOUNT, lock: lock.clone(), reported: summary(states) }];
    account.lock = lock;
    account.problem = unreached(states).or_else(|| topology.problem.clone());
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
