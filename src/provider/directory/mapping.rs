//! From what the servers told of one entry to the domain's account: facts from the first that has it, the lock state from
//! each of them.

use jiff::Timestamp;

use crate::domain::{
    Account, BadLogins, Code, Fact, Kind, Layer, LayerLock, Lock, MayUnlock, Password, Problem, Qualifier, Replica,
    Untrusted,
};

use super::active_directory::{self, password_status};
use super::entry::LdapEntry;
use super::profile::{LockPolicy, LockState, ProfileSpec};
use super::repl_metadata;
use super::settings::Profile;
use super::topology::Topology;
use super::{Directory, KIND, connect, ds389};

/// What one server answered about an entry.
pub struct Reading {
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

impl Reading {
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

fn facts(entry: &LdapEntry, expires: Option<Timestamp>) -> Vec<Fact> {
    let moment = |at: Option<Timestamp>| at.map(|at| Untrusted::from(at.to_string()));
    let rows = [
        ("Distinguished name", Some(entry.dn.as_str().into())),
        ("Title", entry.text("title")),
        ("Department", entry.text("department").or_else(|| entry.text("departmentNumber"))),
        ("User principal name", entry.text("userPrincipalName")),
        ("Account expires", moment(expires)),
        ("Last sign-in here", moment(entry.filetime("lastLogon").or_else(|| entry.generalized("pwdLastSuccess")))),
    ];
    rows.into_iter().filter_map(|(label, value)| Some(Fact::new(label, value?))).collect()
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

/// `open on 3 of 4, DC2 not yet`: the state over all servers, in words.
fn summary(states: &[ReplicaState], topology: &Topology) -> Untrusted {
    let name = |one: &ReplicaState| topology.replicas.get(one.replica).map_or("?", |replica| replica.name.as_str());
    let names = |fits: &dyn Fn(&ReplicaState) -> bool| {
        states.iter().filter(|one| fits(one)).map(&name).collect::<Vec<_>>().join(", ")
    };
    let is =
        |one: &ReplicaState, locked: bool| matches!(&one.state, Ok(Some(state)) if state.lock.is_locked() == locked);
    let open = states.iter().filter(|one| is(one, false)).count();
    let locked = names(&|one| is(one, true));
    let missing = names(&|one| one.state.is_err());
    let mut words = match (open, locked.is_empty()) {
        (_, true) => format!("open on {open} of {}", states.len()),
        (0, false) => format!("locked on {locked}"),
        (_, false) => format!("open on {open} of {}, {locked} not yet", states.len()),
    };
    if !missing.is_empty() {
        words.push_str("; not reached: ");
        words.push_str(&missing);
    }
    words.into()
}

fn unreached(states: &[ReplicaState], topology: &Topology) -> Option<Problem> {
    let mut missing: Vec<(&str, &Problem)> = states
        .iter()
        .filter_map(|one| Some((topology.replicas.get(one.replica)?.name.as_str(), one.state.as_ref().err()?)))
        .collect();
    // What a server says itself is worth more than that another is down.
    missing.sort_by_key(|(_, problem)| connect::is_out_of_reach(problem));
    let (_, first) = missing.first()?;
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    Some(Problem::new(
        first.code,
        format!("not every server could be asked: {}", names.join(", ")),
        first.reason(),
        "what it counts isn't known; an unlock there has to be made when it is back",
    ))
}

fn bad_logins(
    states: &[ReplicaState],
    known: &[&LockState],
    policy: Option<&LockPolicy>,
    topology: &Topology,
) -> BadLogins {
    let rows: Vec<Replica> = states.iter().map(|one| row(one, policy, topology)).collect();
    let (most, limit) = (known.iter().filter_map(|state| state.count).max(), policy.and_then(|policy| policy.limit));
    let is_whole = topology.replicas.len() == known.len() && topology.problem.is_none();
    // A server that was never used counts none.
    let count = most.or_else(|| (!known.is_empty()).then_some(0));
    let qualifier = if is_whole { Qualifier::Exact } else { Qualifier::AtLeast };
    BadLogins {
        count,
        qualifier: if count.is_some() { qualifier } else { Qualifier::NotReported },
        last: known.iter().filter_map(|state| state.last).max(),
        scope: (states.len() > 1).then(|| "the highest count of any server: each counts for itself".into()),
        replicas: rows,
        ..BadLogins::exact(0, limit.filter(|limit| *limit > 0))
    }
}

fn row(one: &ReplicaState, policy: Option<&LockPolicy>, topology: &Topology) -> Replica {
    let Some(replica) = topology.replicas.get(one.replica) else { return Replica::default() };
    let mut row = Replica {
        name: replica.name.as_str().into(),
        site: replica.site.as_deref().map(Into::into),
        as_of: Some(one.at),
        ..Replica::default()
    };
    match &one.state {
        Err(problem) => row.state = format!("not read: {}", problem.what).into(),
        Ok(None) => row.state = "has no such account".into(),
        Ok(Some(state)) => {
            let window = policy.and_then(|policy| policy.window);
            let from = window.and_then(|window| one.at.checked_sub(window).ok());
            let has_run_out =
                state.count.unwrap_or(0) > 0 && state.last.zip(from).is_some_and(|(last, from)| last < from);
            let words = match &state.lock {
                Lock::Locked { .. } => "locked",
                Lock::Open if state.count.is_none() => "open, never used here",
                Lock::Open if has_run_out => "open, the count has run out",
                Lock::Open => "open",
                Lock::NotReported | Lock::Unknown { .. } => "not reported",
            };
            row.state = if replica.is_read_only { format!("{words}, read-only").into() } else { words.into() };
            (row.count, row.last, row.password_set) = (state.count, state.last, state.password_set);
            row.locked_at = match &state.lock {
                Lock::Locked { since, .. } => *since,
                _ => None,
            };
            row.origin.clone_from(&one.origin);
        }
    }
    row
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
