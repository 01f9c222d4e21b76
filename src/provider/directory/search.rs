//! Searching for people, and listing who is locked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::Timestamp;
use ldap3::Scope;

use crate::domain::{Account, Code, Cursor, Match, Page, Problem, Query, Untrusted, phone_digits};
use crate::provider::paging::incomplete;

use super::entry::LdapEntry;
use super::mapping::{self, ServerReading};
use super::profile::ProfileSpec;
use super::server::{LdapSearch, SearchPage};
use super::topology::Topology;
use super::{Directory, ids, read};

/// Entries in a page: below what any server gives at once.
const PAGE: i32 = 250;
/// Entries that are looked at in one server's list of the locked.
const MOST_LOCKED: usize = 50_000;

/// One page of a search; the lock state of a hit is unread, because one server's view is not the whole.
pub async fn page(directory: &Directory, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    let topology = directory.topology().await?;
    let (filter, is_resolved) = filter(directory.spec, query);
    let (found, next) = ask(directory, &topology, &filter, from).await?;
    let at = Timestamp::now();
    let mut page = page_of(directory, &found, next, |entry| mapping::unread(directory, directory.spec, entry, at));
    page.is_resolved = is_resolved;
    Ok(page)
}

/// Who is locked on one server, in whole; the servers follow one another by name.
pub async fn locked(directory: &Directory, from: Option<&Cursor>) -> Result<Page, Problem> {
    let topology = directory.topology().await?;
    let (name, _) = place(from);
    let at = topology.replicas.iter().position(|role| from.is_none() || role.name == name);
    let Some((at, role)) = at.and_then(|at| Some((at, topology.replicas.get(at)?))) else {
        let page = Page { incomplete: Some(incomplete("a server is known by another name now")), ..Page::default() };
        return Ok(page);
    };
    let next = topology.replicas.get(at + 1).map(|next| cursor(&next.name, &[]));
    let now = Timestamp::now();
    let filter = (directory.spec.candidates)(now);
    let search = LdapSearch {
        base: &topology.base,
        scope: Scope::Subtree,
        filter: &filter,
        attributes: directory.spec.attributes,
        page: None,
        most: MOST_LOCKED,
        is_typed: false,
    };
    let found = match role.server.list(&search, PAGE).await {
        Ok(found) => found,
        // A server that can't be asked is told of, and the others follow.
        Err(problem) if topology.replicas.len() > 1 && problem.code != Code::Login => {
            return Ok(Page { problems: vec![problem], next, looked_at: 1, ..Page::default() });
        }
        Err(problem) => return Err(problem),
    };
    let mut accounts = Vec::new();
    for entry in &found.entries {
        let Some(account) = mapping::unread(directory, directory.spec, entry, now) else { continue };
        let policy = read::policy(directory, &role.server, &topology.domain, entry).await;
        let reading = ServerReading { replica: at, at: now, entry: Ok(Some(entry.clone())) };
        let states = [reading.state(directory.spec, policy.as_ref(), &topology)];
        let account = mapping::with_states(account, &states, policy.as_ref(), &topology);
        if account.lock.is_locked() {
            accounts.push(account);
        }
    }
    let mut page = page_of(directory, &found, next, |_| None);
    page.accounts = accounts;
    // No list is empty because each of its candidates has run out.
    page.looked_at = page.looked_at.max(1);
    Ok(page)
}

/// Which server is asked, and where its page begins.
fn place(from: Option<&Cursor>) -> (String, Vec<u8>) {
    let text = from.map(|from| from.0.as_data()).unwrap_or_default();
    let (cookie, name) = text.split_once(' ').unwrap_or(("", text));
    (name.to_owned(), STANDARD_NO_PAD.decode(cookie).unwrap_or_default())
}

fn cursor(name: &str, cookie: &[u8]) -> Cursor {
    Cursor(format!("{} {name}", STANDARD_NO_PAD.encode(cookie)).into())
}

/// One page from one server; from another one where the first can't be asked at all. A page that follows belongs to the
/// server that began the list.
async fn ask(
    directory: &Directory,
    topology: &Topology,
    filter: &str,
    from: Option<&Cursor>,
) -> Result<(SearchPage, Option<Cursor>), Problem> {
    let (name, cookie) = place(from);
    let started = || topology.replicas.iter().position(|role| role.name == name);
    let mut at = if from.is_some() { started().unwrap_or(usize::MAX) } else { topology.primary };
    let mut tried = 1;
    loop {
        let Some(role) = topology.replicas.get(at) else { return Err(forgotten()) };
        let search = LdapSearch {
            base: &topology.base,
            scope: Scope::Subtree,
            filter,
            attributes: directory.spec.attributes,
            page: Some((PAGE, cookie.clone())),
            // A page is a page, whatever a server thinks of it.
            most: 10_000,
            is_typed: true,
        };
        match role.server.search(&search).await {
            Ok(found) => {
                let next = (!found.cookie.is_empty()).then(|| cursor(&role.name, &found.cookie));
                return Ok((found, next));
            }
            Err(problem) => {
                let is_passing =
                    matches!(problem.code, Code::Unreachable | Code::TimedOut | Code::Cut | Code::NameNotFound);
                if from.is_some() {
                    // Some servers keep one list for each connection, and another search was asked in between.
                    return Err(if problem.code == Code::Superseded { problem } else { forgotten() });
                }
                if !is_passing || tried >= topology.replicas.len() {
                    return Err(problem);
                }
                at = (at + 1) % topology.replicas.len();
                tried += 1;
            }
        }
    }
}

/// The server no longer knows where the list went on.
fn forgotten() -> Problem {
    incomplete("the server forgot where the list went on; type more of the name")
}

fn page_of(
    directory: &Directory,
    found: &SearchPage,
    next: Option<Cursor>,
    map: impl Fn(&LdapEntry) -> Option<Account>,
) -> Page {
    let mut page = Page { next, looked_at: found.entries.len() as u64, ..Page::default() };
    for entry in &found.entries {
        match map(entry) {
            Some(account) => page.accounts.push(account),
            None if (directory.spec.id)(entry).is_none() => {
                page.problems.push(mapping::without_id(directory.spec.system, &entry.dn));
            }
            None => {}
        }
    }
    page.incomplete = found.cut.map(incomplete).or_else(|| {
        (found.unreadable > 0).then(|| incomplete(format!("{} entries came in a form that is none", found.unreadable)))
    });
    page
}

/// The filter of a search, and whether the directory itself resolves the text as an id.
fn filter(spec: &ProfileSpec, query: &Query) -> (String, bool) {
    let text = query.text.as_data();
    let value = query.text.ldap_filter();
    let any = |names: &[&str], value: &str, star: &str| -> String {
        names.iter().fold(String::new(), |all, name| format!("{all}({name}={value}{star})"))
    };
    if query.how == Match::Exact {
        if let Some(by_id) = (spec.by_id)(text) {
            return (format!("(&{}{by_id})", spec.users), true);
        }
        if ids::is_dn(text) {
            return (format!("(&{}({}={value}))", spec.users, spec.dn), true);
        }
        return (format!("(&{}(|{}))", spec.users, any(spec.names.exact, &value, "")), false);
    }
    if text.is_empty() {
        return (spec.users.to_owned(), false);
    }
    let word = |word: &str| {
        let value = Untrusted::from(word).ldap_filter();
        let usual = spec.names.any.map(|name| format!("({name}={value})")).unwrap_or_default();
        format!("(|{usual}{})", any(spec.names.prefix, &value, "*"))
    };
    let names: String = text.split_whitespace().map(word).collect();
    match phone_digits(text) {
        Some(_) => {
            let number = any(spec.names.phones, &format!("*{value}"), "*");
            (format!("(&{}(|(&{names}){number}))", spec.users), false)
        }
        None => (format!("(&{}{names})", spec.users), false),
    }
}

#[cfg(test)]
mod tests;
