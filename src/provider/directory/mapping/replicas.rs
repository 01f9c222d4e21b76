//! What each server says of one account, summed up.

use crate::domain::{BadLogins, CountCertainty, Lock, Problem, Replica, Untrusted};
use crate::provider::directory::connect;
use crate::provider::directory::profile::LockPolicy;

use super::ReplicaState;

/// `open on 3 of 4, DC2 not yet`: the state over all servers, in words.
pub(super) fn summary(states: &[ReplicaState<'_>]) -> Untrusted {
    let names = |fits: &dyn Fn(&ReplicaState<'_>) -> bool| {
        states.iter().filter(|one| fits(one)).map(|one| one.role.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let is = |one: &ReplicaState<'_>, locked: bool| matches!(&one.state, Ok(Some(state)) if state.lock.is_locked() == locked);
    let open = states.iter().filter(|one| is(one, false)).count();
    let locked = names(&|one| is(one, true));
    let missing = names(&|one| one.state.is_err());
    let mut words = match (open, locked.is_empty()) {
        (_, true) => format!("open on {open} of {}", states.len()),
        (0, false) => format!("locked on {locked}"),
        (_, false) => format!("open on {open} of {}, {locked} not yet", states.len()),
    };
    if !missing.is_empty() {
        words += &format!("; not reached: {missing}");
    }
    words.into()
}

pub(super) fn unreached(states: &[ReplicaState<'_>]) -> Option<Problem> {
    let mut missing: Vec<(&str, &Problem)> =
        states.iter().filter_map(|one| Some((one.role.name.as_str(), one.state.as_ref().err()?))).collect();
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

/// The highest count of any server, with what each of them says. `unused` is the count where none of them counts.
pub fn bad_logins(replicas: Vec<Replica>, unused: Option<u32>, is_whole: bool, limit: Option<u32>) -> BadLogins {
    let count = replicas.iter().filter_map(|row| row.count).max().or(unused);
    BadLogins {
        count,
        qualifier: match count {
            None => CountCertainty::NotReported,
            Some(_) if is_whole => CountCertainty::Exact,
            Some(_) => CountCertainty::AtLeast,
        },
        last: replicas.iter().filter_map(|row| row.last).max(),
        scope: (replicas.len() > 1).then(|| "the highest count of any server: each counts for itself".into()),
        replicas,
        ..BadLogins::exact(0, limit.filter(|limit| *limit > 0))
    }
}

/// What one server says.
pub(super) fn row(one: &ReplicaState<'_>, policy: Option<&LockPolicy>) -> Replica {
    let mut row = Replica {
        name: one.role.name.as_str().into(),
        site: one.role.site.as_deref().map(Into::into),
        as_of: Some(one.at),
        ..Replica::default()
    };
    match &one.state {
        Err(problem) => row.state = format!("not read: {}", problem.what).into(),
        Ok(None) => row.state = "has no such account".into(),
        Ok(Some(state)) => {
            let from = policy.and_then(|policy| one.at.checked_sub(policy.window?).ok());
            let has_run_out =
                state.count.unwrap_or(0) > 0 && state.last.zip(from).is_some_and(|(last, from)| last < from);
            let words = match &state.lock {
                Lock::Locked { .. } => "locked",
                Lock::Open if state.count.is_none() => "open, never used here",
                Lock::Open if has_run_out => "open, the count has run out",
                Lock::Open => "open",
                Lock::NotReported | Lock::Unknown { .. } => "not reported",
            };
            row.state = if one.role.is_read_only { format!("{words}, read-only").into() } else { words.into() };
            (row.count, row.last, row.password_set) = (state.count, state.last, state.password_set);
            row.locked_at = state.lock.since();
            row.origin.clone_from(&one.origin);
        }
    }
    row
}
