//! Searching for people, and listing who is locked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::Timestamp;
use ldap3::Scope;

use crate::domain::{Account, Cursor, Match, Page, Problem, Query, Untrusted, phone_digits};
use crate::provider::paging::incomplete;

use super::entry::LdapEntry;
use super::mapping::{self, Reading};
use super::profile::ProfileSpec;
use super::server::{Found, LdapSearch};
use super::topology::Topology;
use super::{Directory, ids, read};

/// Entries in a page: below what any server gives at once.
const PAGE: i32 = 250;

/// One page of a search; the lock state of a hit is unread, because one server's view is not the whole.
pub async fn page(directory: &Directory, query: &Query, from: Option<&Cursor>) -> Result<Page, Problem> {
    let topology = directory.topology().await?;
    let (filter, is_resolved) = filter(directory.spec, query);
    let (found, next) = ask(directory, &topology, &filter, from, false).await?;
    let at = Timestamp::now();
    let mut page = page_of(directory, &found, next, |entry| mapping::unread(directory, directory.spec, entry, at));
    page.is_resolved = is_resolved;
    Ok(page)
}

/// One page of who is locked on one server; the servers follow one another.
pub async fn locked(directory: &Directory, from: Option<&Cursor>) -> Result<Page, Problem> {
    let topology = directory.topology().await?;
    let (place, _) = place(from);
    let filter = (directory.spec.candidates)(Timestamp::now());
    let asked = ask(directory, &topology, &filter, from, true).await;
    let (found, next) = match asked {
        Ok(asked) => asked,
        // A server that can't be asked is told of, and the others follow.
        Err(problem) if topology.replicas.len() > 1 && problem.code != crate::domain::Code::Superseded => {
            let next = (place + 1 < topology.replicas.len()).then(|| cursor(place + 1, &[]));
            let is_last_hope = next.is_none() && place == 0;
            if is_last_hope {
                return Err(problem);
            }
            return Ok(Page { problems: vec![problem], next, looked_at: 1, ..Page::default() });
        }
        Err(problem) => return Err(problem),
    };
    let at = Timestamp::now();
    let Some(replica) = topology.replicas.get(place) else { return Ok(Page::default()) };
    let mut accounts = Vec::new();
    for entry in &found.entries {
        let Some(account) = mapping::unread(directory, directory.spec, entry, at) else { continue };
        let policy = read::policy(directory, &replica.server, &topology.base, entry).await;
        let reading = Reading { replica: place, at, entry: Ok(Some(entry.clone())) };
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
fn place(from: Option<&Cursor>) -> (usize, Vec<u8>) {
    let text = from.map(|from| from.0.as_data()).unwrap_or_default();
    let (place, cookie) = text.split_once(' ').unwrap_or((text, ""));
    (place.parse().unwrap_or(0), STANDARD_NO_PAD.decode(cookie).unwrap_or_default())
}

fn cursor(place: usize, cookie: &[u8]) -> Cursor {
    Cursor(format!("{place} {}", STANDARD_NO_PAD.encode(cookie)).into())
}

/// One page from one server. A search goes on to the next server only where this one can't be asked at all; a list of the
/// locked wants every one of them.
async fn ask(
    directory: &Directory,
    topology: &Topology,
    filter: &str,
    from: Option<&Cursor>,
    every: bool,
) -> Result<(Found, Option<Cursor>), Problem> {
    let (mut at, cookie) = place(from);
    if from.is_none() && !every {
        at = topology.primary;
    }
    let mut tried = 1;
    loop {
        let Some(replica) = topology.replicas.get(at) else { return Ok((Found::default(), None)) };
        let search = LdapSearch {
            base: &topology.base,
            scope: Scope::Subtree,
            filter,
            attributes: directory.spec.attributes,
            page: Some((PAGE, cookie.clone())),
            // A page is a page, whatever a server thinks of it.
            most: 10_000,
        };
        match replica.server.search(&search).await {
            Ok(found) => {
                let next = match (found.cookie.is_empty(), every) {
                    (false, _) => Some(cursor(at, &found.cookie)),
                    (true, true) if at + 1 < topology.replicas.len() => Some(cursor(at + 1, &[])),
                    (true, _) => None,
                };
                return Ok((found, next));
            }
            Err(problem) => {
                let is_passing = matches!(
                    problem.code,
                    crate::domain::Code::Unreachable
                        | crate::domain::Code::TimedOut
                        | crate::domain::Code::Cut
                        | crate::domain::Code::NameNotFound
                );
                // A page belongs to the server that began the list.
                if every || from.is_some() || !is_passing || tried >= topology.replicas.len() {
                    return Err(problem);
                }
                at = (at + 1) % topology.replicas.len();
                tried += 1;
            }
        }
    }
}

fn page_of(
    directory: &Directory,
    found: &Found,
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
mod tests {
    use crate::provider::directory::{active_directory, openldap};

    use super::*;

    #[test]
    fn no_name_becomes_a_part_of_the_filter() {
        let exact = |text: &str| filter(&active_directory::SPEC, &Query::new(text, Match::Exact));
        let (bob, resolved) = exact("bob");
        assert!(bob.starts_with("(&(sAMAccountType=805306368)(|(sAMAccountName=bob)") && !resolved, "{bob}");
        let (injected, _) = exact("*)(objectClass=*");
        assert!(!injected.contains("*)(") && injected.contains(r"\2a\29\28objectClass=\2a"), "{injected}");
        assert!(exact("63d5f47f-d893-4930-aaec-745889347f45").0.contains(r"(objectGUID=\7f\f4\d5\63"));
        assert!(exact("S-1-5-21-1-2-3-500").1);
        let (dn, resolved) = exact(r"CN=O'Connor\, Carol (Desk #1),OU=Staff,DC=x");
        assert!(
            resolved && dn.contains(r"(distinguishedName=CN=O'Connor\5c, Carol \28Desk #1\29,OU=Staff,DC=x)"),
            "{dn}"
        );
        let (words, _) = filter(&openldap::SPEC, &Query::new("ada love", Match::Prefix));
        assert!(words.contains("(uid=ada*)") && words.contains("(sn=love*)"), "{words}");
        for text in ["", "a", "\0", "(", "Z\u{fc}rich*", "\\"] {
            for how in [Match::Exact, Match::Prefix] {
                for spec in [&active_directory::SPEC, &openldap::SPEC] {
                    let filter = filter(spec, &Query::new(text, how)).0;
                    assert!(ldap3::parse_filter(&filter).is_ok(), "{filter}");
                }
            }
        }
    }
}
