//! What differs between directories, as data: the names of attributes, how an entry is found by its id, what its lock
//! state is on one server, and what is written to open it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ldap3::Mod;

use crate::domain::{Cause, Code, Lock, MayUnlock, Problem, Untrusted};

use super::entry::LdapEntry;
use super::times::LockDuration;

/// What a policy says of locks, as far as it can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LockPolicy {
    /// How many wrong passwords lock; 0 means that none do.
    pub limit: Option<u32>,
    /// How long a lock lasts.
    pub duration: Option<LockDuration>,
    /// After so long without a wrong password the count begins anew.
    pub window: Option<Duration>,
}

impl LockPolicy {
    /// When a lock that began then ends by itself; none where it doesn't, and where nobody knows.
    pub fn end(&self, since: Timestamp) -> Option<Timestamp> {
        match self.duration? {
            LockDuration::Lasts(length) => since.checked_add(length).ok(),
            LockDuration::Forever => None,
        }
    }
}

/// What one server says of an account's lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLockState {
    /// The lock.
    pub lock: Lock,
    /// The wrong passwords that it counts; none where it was never used on this server.
    pub count: Option<u32>,
    /// The last wrong password that it saw.
    pub last: Option<Timestamp>,
    /// When the password was set, as it knows.
    pub password_set: Option<Timestamp>,
    /// The value that a change compares with, where the protocol can.
    pub seen: Option<Untrusted>,
    /// True where it holds a lock or a count that an unlock has to clear.
    pub holds: bool,
}

impl ServerLockState {
    /// A state of nothing but a lock.
    pub fn of(lock: Lock) -> Self {
        let holds = lock.is_locked();
        Self { lock, count: None, last: None, password_set: None, seen: None, holds }
    }
}

/// The attributes that a person's name is looked for in.
#[derive(Debug)]
pub struct NameAttributes {
    /// Compared as a whole.
    pub exact: &'static [&'static str],
    /// Compared with the beginning of each word.
    pub prefix: &'static [&'static str],
    /// A server's own name for "any of the usual names", which takes the place of the above for single words.
    pub any: Option<&'static str>,
}

/// Where names stand in entries of the class `inetOrgPerson` (RFC 2798), as OpenLDAP and 389 Directory Server hold them.
pub const INET_ORG_NAMES: NameAttributes = NameAttributes {
    exact: &["uid", "mail", "cn", "displayName", "employeeNumber"],
    prefix: &["uid", "mail", "cn", "displayName", "givenName", "sn", "employeeNumber"],
    any: None,
};

/// What is read of a person of that class.
pub const INET_ORG_PERSON: [&str; 10] = [
    "uid",
    "mail",
    "cn",
    "displayName",
    "title",
    "departmentNumber",
    "employeeNumber",
    "telephoneNumber",
    "mobile",
    "memberOf",
];

/// Where every kind of directory keeps telephone numbers.
pub const PHONES: [&str; 2] = ["telephoneNumber", "mobile"];

/// One kind of directory.
pub struct ProfileSpec {
    /// Its name for people.
    pub system: &'static str,
    /// Who is a person's account at all.
    pub users: &'static str,
    /// What is read of an account, in groups.
    pub attributes: &'static [&'static [&'static str]],
    /// Where names stand.
    pub names: NameAttributes,
    /// The name one signs in with.
    pub username: &'static str,
    /// The employer's number.
    pub employee_id: &'static str,
    /// The attribute that holds an entry's distinguished name, to search by.
    pub dn: &'static str,
    /// The immutable id of an entry.
    pub id: fn(&LdapEntry) -> Option<String>,
    /// The filter that finds that id; none where the text is no id of this directory.
    pub by_id: fn(&str) -> Option<String>,
    /// The name under which a server finds that id by itself, where it has one.
    pub direct: fn(&str) -> Option<String>,
    /// False where an administrator has switched the account off; none where it has no such switch.
    pub enabled: fn(&LdapEntry) -> Option<bool>,
    /// The state of the password in words, where it keeps the person out.
    pub password_status: fn(&LdapEntry) -> Option<&'static str>,
    /// Whether this login may open the account; true where the account is known to be in a privileged group.
    pub may_unlock: fn(&LdapEntry, bool) -> MayUnlock,
    /// The lock state on the server that told the entry, at that moment.
    pub lock: fn(&LdapEntry, Option<&LockPolicy>, Timestamp) -> ServerLockState,
    /// Who may be locked at that moment.
    pub candidates: fn(Timestamp) -> String,
    /// What opens the account on a server with that state; nothing where a state that isn't known can't be opened.
    pub opens: fn(Option<&ServerLockState>) -> Vec<Mod<String>>,
}

/// By so much two clocks of one organisation may differ.
pub const CLOCK_MARGIN: SignedDuration = SignedDuration::from_mins(1);

/// A lock by wrong passwords that began then; one whose end has passed is none.
pub fn lock_since(since: Timestamp, policy: Option<&LockPolicy>, now: Timestamp) -> Lock {
    let until = policy.and_then(|policy| policy.end(since));
    // This machine's clock may be ahead of the server's: what has only just run out may still hold there.
    let length = until.map(|until| until.duration_since(since)).unwrap_or_default();
    let margin = (length / 10).min(CLOCK_MARGIN);
    match until {
        Some(until) if until.checked_add(margin).unwrap_or(until) <= now => Lock::Open,
        until => Lock::Locked { since: Some(since), until, cause: Cause::BadPasswords },
    }
}

/// A server that told an entry without its lock state.
pub fn lock_not_told(attribute: &str) -> Lock {
    let why = format!("`{attribute}` is missing or can't be read");
    let next = "give the login the right to read it: unbolt help directories";
    Lock::unknown(Problem::new(Code::BadAnswer, "the server told no lock state", why, next))
}
