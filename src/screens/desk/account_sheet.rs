//! Everything that is known of an account, each fact under its heading and each moment with its date.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::{Account, AccountFact, Lock, MayUnlock, Replica, Untrusted, in_words};
use crate::widgets::format::moment;

/// What stands where a system tells nothing.
const NOT_TOLD: &str = "not reported";

/// Labels with their values.
type Rows = Vec<(Untrusted, String)>;

/// The facts in the order of an operator's questions: who, locked why, how many bad logins, what of the password, may
/// I; then what the system says besides.
pub fn sheet(account: &Account, zone: &TimeZone) -> Vec<AccountFact> {
    let groups = [
        ("Identity", identity(account, zone)),
        ("Lock", lock(account, zone)),
        ("Bad logins", bad_logins(account, zone)),
        ("Password", if account.is_read() { password(account, zone) } else { vec![row("Status", "not read yet")] }),
        ("Rights", rights(account)),
    ];
    let known = groups.into_iter().flat_map(|(group, rows)| {
        rows.into_iter().map(move |(label, value)| AccountFact { group: group.into(), label, value: value.into() })
    });
    known.chain(account.facts.iter().cloned()).collect()
}

fn identity(account: &Account, zone: &TimeZone) -> Rows {
    let mut rows = vec![
        row("System", format!("{} ({})", account.key.provider, account.kind.word())),
        row("Id", account.key.id.cell()),
    ];
    rows.extend(account.aliases.iter().map(|alias| row("Also known as", alias.cell())));
    rows.extend([
        row("User name", account.username.cell()),
        row("Name", told(account.display_name.as_ref())),
        row("E-mail", told(account.email.as_ref())),
        row("Employee id", told(account.employee_id.as_ref())),
    ]);
    rows.extend(account.owner.iter().map(|owner| row("Belongs to", owner.cell())));
    rows.extend(account.guess.map(|why| row("A guess", why)));
    rows.extend(account.phones.iter().map(|phone| row("Phone", phone.cell())));
    rows.push(row("Read at", moment(account.as_of, zone)));
    rows.extend(account.problem.iter().map(|problem| row("Not read", problem.line())));
    rows
}

fn lock(account: &Account, zone: &TimeZone) -> Rows {
    let words = |lock: &Lock| match lock {
        Lock::Locked { since, until, cause } => {
            let until = match until {
                Some(at) => moment(*at, zone),
                None if account.tells_end => "an admin unlocks".to_owned(),
                None => NOT_TOLD.to_owned(),
            };
            format!("locked, {}, since {}, until {until}", cause.label(), moment_told(*since, zone))
        }
        Lock::Unknown { problem: None } => "not read yet".to_owned(),
        Lock::Unknown { problem: Some(problem) } => format!("unknown: {}", problem.line()),
        other => in_words(other.word()),
    };
    let mut rows = vec![row("State", words(&account.lock))];
    rows.extend(
        account.layers.iter().map(|layer| (format!("Layer {}", layer.layer.0).as_str().into(), words(&layer.lock))),
    );
    rows.extend(account.locked_by.iter().map(|by| row("Set by or through", by.cell())));
    let enabled = account.enabled.map_or(NOT_TOLD, |enabled| if enabled { "yes" } else { "no" });
    rows.push(row("Enabled", enabled));
    rows.extend(account.barred.map(|why| row("Kept out as", why)));
    rows
}

fn bad_logins(account: &Account, zone: &TimeZone) -> Rows {
    let bad = &account.bad_logins;
    let mut rows = vec![row("Count", if account.is_read() { bad.words() } else { "not read yet".to_owned() })];
    rows.extend(bad.count.map(|_| row("Last bad login", moment_told(bad.last, zone))));
    rows.extend(bad.since.map(|since| row("Counted since", moment(since, zone))));
    let label = if bad.count.is_some() { "Source" } else { "Why" };
    rows.extend(bad.scope.iter().filter(|_| account.is_read()).map(|scope| row(label, scope.cell())));
    rows.extend(bad.replicas.iter().map(|one| (one.name.clone(), replica(one, zone))));
    rows
}

fn password(account: &Account, zone: &TimeZone) -> Rows {
    let password = &account.password;
    vec![
        row("Status", told(password.status.as_ref())),
        row("Changed", moment_told(password.changed, zone)),
        row("Expires", moment_told(password.expires, zone)),
    ]
}

fn rights(account: &Account) -> Rows {
    let may = match &account.may_unlock {
        MayUnlock::Yes => "yes".to_owned(),
        MayUnlock::No(why) => format!("no: {}", why.cell()),
        MayUnlock::Unknown => "unknown before it is tried".to_owned(),
    };
    let mut rows = vec![row("May be unlocked with this key", may)];
    match &account.groups {
        None => rows.push(row("Groups", "not asked, or not reported")),
        Some(groups) if groups.is_empty() => rows.push(row("Groups", "none")),
        Some(groups) => rows.extend(groups.iter().map(|group| row("Group", group.cell()))),
    }
    rows
}

fn row(label: &str, value: impl Into<String>) -> (Untrusted, String) {
    (label.into(), value.into())
}

fn told(text: Option<&Untrusted>) -> String {
    text.map_or_else(|| NOT_TOLD.to_owned(), Untrusted::cell)
}

fn moment_told(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map_or_else(|| NOT_TOLD.to_owned(), |at| moment(at, zone))
}

fn replica(one: &Replica, zone: &TimeZone) -> String {
    let at = |word: &str, at: Option<Timestamp>| at.map(|at| format!("{word} {}", moment(at, zone)));
    let parts = [
        Some(one.state.cell()).filter(|state| !state.is_empty()),
        one.site.as_ref().map(|site| format!("site {}", site.cell())),
        one.count.map(|count| format!("{count} bad")),
        at("last", one.last),
        at("password set", one.password_set),
        at("locked at", one.locked_at),
        one.origin.as_ref().map(|origin| format!("begun on {}", origin.cell())),
        at("read at", one.as_of),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
