//! Searching for people, and listing who is locked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::Timestamp;

use crate::domain::{Account, Code, Cursor, MatchMode, Page, Problem, Query, Untrusted, phone_digits};
use crate::provider::paging::incomplete;

use super::mapping::{self, ServerReading};
use super::profile::{PHONES, ProfileSpec};
use super::server::{LdapSearch, SearchPage};
use super::topology::Topology;
use super::{Directory, ids, policies};

/// Entries in a page: below what any server gives at once.
const PAGE: i32 = 250;
/// Entries that are taken of a page: it is a page, whatever a server thinks of it.
const MOST_IN_PAGE: usize = 10_000;
/// Entries that are looked at in one server's list of the locked.
const MOST_LOCKED: usize = 50_000;

/// One page of a search; the lock state of a hit is unread, because one server's view is not the whole.
pub async fn page(directory: &Directory, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    let topology = directory.topology().await?;
    let (filter, is_resolved) = filter(directory.spec, query);
    let (found, next) = ask(directory, &topology, &filter, from).await?;
    let at = Timestamp::now();
    let accounts = found.entries.iter().filter_map(|entry| mapping::unread(directory, entry, at)).collect();
    Ok(Page { is_resolved, ..page_of(directory, &found, next, accounts) })
}

/// Who is locked on one server, in whole; the servers follow one another by name.
pub async fn locked(directory: &Directory, from: Option<&Cursor>) -> Result<Page, Problem> {
    let topology = directory.topology().await?;
    let (name, _) = place(from);
    let mut rest = topology.replicas.iter().skip_while(|role| from.is_some() && role.name != name);
    let Some(role) = rest.next() else {
        let page = Page { incomplete: Some(incomplete("a server is known by another name now")), ..Page::default() };
        return Ok(page);
    };
    let next = rest.next().map(|next| cursor(&next.name, &[]));
    let now = Timestamp::now();
    let filter = (directory.spec.candidates)(now);
    let attributes = directory.spec.attributes.concat();
    let search = LdapSearch::below(&topology.base, &filter, &attributes, MOST_LOCKED);
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
        let Some(account) = mapping::unread(directory, entry, now) else { continue };
        let policy = policies::of(directory, &role.server, &topology.domain, entry).await;
        let reading = ServerReading { role, at: now, entry: Ok(Some(entry.clone())) };
        let states = [reading.state(directory.spec, policy.as_ref(), &topology)];
        let account = mapping::with_states(account, &states, policy.as_ref(), &topology);
        if account.lock.is_locked() {
            accounts.push(account);
        }
    }
    let page = page_of(directory, &found, next, accounts);
    // No list is empty because each of its candidates has run out.
    Ok(Page { looked_at: page.looked_at.max(1), ..page })
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
    let attributes = directory.spec.attributes.concat();
    let in_turn = topology.replicas.iter().cycle().skip(topology.primary).take(topology.replicas.len());
    let mut last = None;
    for role in in_turn.filter(|role| from.is_none() || role.name == name) {
        let search = LdapSearch {
            page: Some((PAGE, cookie.clone())),
            is_typed: true,
            ..LdapSearch::below(&topology.base, filter, &attributes, MOST_IN_PAGE)
        };
        match role.server.search(&search).await {
            Ok(found) => {
                let next = (!found.cookie.is_empty()).then(|| cursor(&role.name, &found.cookie));
                return Ok((found, next));
            }
            Err(problem) => match problem.code {
                Code::Tls | Code::Login | Code::Superseded => return Err(problem),
                Code::Unreachable | Code::TimedOut | Code::Cut | Code::NameNotFound => last = Some(problem),
                // Some servers keep one list for each connection, and another search was asked in between.
                _ if from.is_some() => return Err(forgotten()),
                _ => return Err(problem),
            },
        }
    }
    Err(last.unwrap_or_else(forgotten))
}

/// The server no longer knows where the list went on.
fn forgotten() -> Problem {
    incomplete("the server forgot where the list went on; type more of the name")
}

/// A page of these accounts, with what is to be said of the entries that they were found in.
fn page_of(directory: &Directory, found: &SearchPage, next: Option<Cursor>, accounts: Vec<Account>) -> Page {
    let spec = directory.spec;
    let odd = found.entries.iter().filter(|entry| (spec.id)(entry).is_none());
    let unreadable = || {
        (found.unreadable > 0).then(|| incomplete(format!("{} entries came in a form that is none", found.unreadable)))
    };
    Page {
        accounts,
        next,
        looked_at: found.entries.len() as u64,
        problems: odd.map(|entry| mapping::without_id(spec.system, &entry.dn)).collect(),
        incomplete: found.cut.map(incomplete).or_else(unreadable),
        ..Page::default()
    }
}

/// The filter of a search, and whether the directory itself resolves the text as an id.
fn filter(spec: &ProfileSpec, query: &Query) -> (String, bool) {
    let text = query.text.as_data();
    let value = query.text.ldap_filter();
    let any = |names: &[&str], value: &str, star: &str| -> String {
        names.iter().fold(String::new(), |all, name| format!("{all}({name}={value}{star})"))
    };
    let word = |word: &str| {
        let value = Untrusted::from(word).ldap_filter();
        let usual = spec.names.any.map(|name| format!("({name}={value})")).unwrap_or_default();
        format!("(|{usual}{})", any(spec.names.prefix, &value, "*"))
    };
    let (fits, is_resolved) = match query.how {
        MatchMode::Exact => match (spec.by_id)(text) {
            Some(by_id) => (by_id, true),
            None if ids::is_dn(text) => (format!("({}={value})", spec.dn), true),
            None => (format!("(|{})", any(spec.names.exact, &value, "")), false),
        },
        MatchMode::Prefix if text.is_empty() => return (spec.users.to_owned(), false),
        MatchMode::Prefix => {
            let names: String = text.split_whitespace().map(word).collect();
            match phone_digits(text) {
                Some(_) => (format!("(|(&{names}){})", any(&PHONES, &format!("*{value}"), "*")), false),
                None => (names, false),
            }
        }
    };
    (format!("(&{}{fits})", spec.users), is_resolved)
}

#[cfg(test)]
mod tests;
