//! What is read of a server. A question is asked once more on a fresh connection where the first was lost.

use std::sync::Arc;

use ldap3::controls::{Control, ControlParser as _, ControlType, PagedResults, RawControl};
use ldap3::{Ldap, LdapError, LdapResult, Scope};

use crate::domain::{Code, Problem};
use crate::provider::http::abandoned_requests;
use crate::provider::http::in_flight::InFlightGuard;

use super::super::access::LdapExchange;
use super::super::entry::LdapEntry;
use super::super::result_code;
use super::DirectoryServer;

/// What is asked of a server.
#[derive(Clone, Debug)]
pub struct LdapSearch<'a> {
    /// Below which entry.
    pub base: &'a str,
    /// How far below.
    pub scope: Scope,
    /// Which entries.
    pub filter: &'a str,
    /// Which attributes; operational ones are told only by name.
    pub attributes: &'a [&'a str],
    /// Entries in a page, and where it begins.
    pub page: Option<(i32, Vec<u8>)>,
    /// Entries that are taken at most.
    pub most: usize,
    /// True for what somebody types: a newer question takes its place.
    pub is_typed: bool,
}

impl<'a> LdapSearch<'a> {
    /// Anywhere below that entry, in one answer.
    pub fn below(base: &'a str, filter: &'a str, attributes: &'a [&'a str], most: usize) -> Self {
        Self { base, scope: Scope::Subtree, filter, attributes, page: None, most, is_typed: false }
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub struct SearchPage {
    /// The entries.
    pub entries: Vec<LdapEntry>,
    /// How many came in a form that is none.
    pub unreadable: usize,
    /// Where the next page begins; empty on the last.
    pub cookie: Vec<u8>,
    /// Why entries may be missing.
    pub cut: Option<&'static str>,
}

impl DirectoryServer {
    /// Searches; once more on a fresh connection where the first was lost.
    pub async fn search(&self, search: &LdapSearch<'_>) -> Result<SearchPage, Problem> {
        let mut tries = 0;
        loop {
            let mut ldap = self.ldap().await?;
            let _own = self.places.acquire().await;
            let _place = self.access.pace.place().await;
            let _under_way = InFlightGuard::begin(&self.access.health);
            let exchange = LdapExchange::begin("SEARCH", format!("{} {} {}", self.name(), search.base, search.filter));
            // The login before is never given up half-way; a question is.
            let answer = tokio::select! {
                answer = tokio::time::timeout(self.access.http.total_timeout, self.search_once(&mut ldap, search)) => {
                    answer.unwrap_or_else(|elapsed| Err(elapsed.into()))
                }
                () = abandoned_requests::superseded(), if search.is_typed => return Err(abandoned_requests::problem()),
            };
            match answer {
                Ok((found, result)) => {
                    self.answered().await;
                    self.access.done(&exchange, Ok(result.rc));
                    return match result.rc {
                        result_code::SUCCESS | result_code::SIZE_LIMIT | result_code::ADMIN_LIMIT => Ok(found),
                        // Below a base that isn't there, nobody can be said to be missing.
                        result_code::NO_SUCH_OBJECT if search.scope == Scope::Base => Ok(found),
                        code => Err(result_code::problem(self.name(), code, &result.text, &result.matched)),
                    };
                }
                Err(e) => {
                    let problem = self.lost(&exchange, &e, false).await;
                    if matches!(e, LdapError::Timeout { .. }) {
                        // The others needn't wait for it each time.
                        let why = format!("{} takes connections and doesn't answer", self.name());
                        let next = "look at the server; it is asked again in a moment";
                        self.note_down(Some(Problem::new(Code::TimedOut, why, "", next)));
                    }
                    tries += 1;
                    if matches!(e, LdapError::Timeout { .. } | LdapError::FilterParsing) || tries > 1 {
                        return Err(problem);
                    }
                }
            }
        }
    }

    async fn search_once(
        &self,
        ldap: &mut Ldap,
        search: &LdapSearch<'_>,
    ) -> Result<(SearchPage, LdapResult), LdapError> {
        if let Some((size, cookie)) = &search.page {
            let paged: RawControl = PagedResults { size: *size, cookie: cookie.clone() }.into();
            ldap.with_controls(vec![paged]);
        }
        ldap.with_timeout(self.access.http.total_timeout);
        let mut stream =
            ldap.streaming_search(search.base, search.scope, search.filter, search.attributes.to_vec()).await?;
        let mut found = SearchPage::default();
        while let Some(item) = stream.next().await? {
            // Another naming context's server is never followed.
            if item.is_ref() || item.is_intermediate() {
                continue;
            }
            if found.entries.len() >= search.most {
                found.cut = Some("more entries than are taken");
                let id = stream.ldap_handle().last_id();
                let _ = stream.ldap_handle().abandon(id).await;
                break;
            }
            match LdapEntry::read(item.0) {
                Some(entry) => found.entries.push(entry),
                None => found.unreadable += 1,
            }
        }
        let mut result = stream.finish().await;
        if found.cut.is_some() {
            // What was taken is right; that the rest was given up is no failure.
            result.rc = result_code::SUCCESS;
        }
        found.cookie = result.ctrls.iter().find_map(cookie).unwrap_or_default();
        found.cut = match result.rc {
            result_code::SIZE_LIMIT => Some("the server gives no more entries of one search"),
            result_code::ADMIN_LIMIT => Some("the server allows no such search"),
            _ => found.cut,
        };
        Ok((found, result))
    }

    /// Every entry that fits, page by page on a connection of its own: some servers keep one list for each connection, and
    /// another question in between would end it.
    pub async fn list(&self, search: &LdapSearch<'_>, page: i32) -> Result<SearchPage, Problem> {
        self.may_be_asked()?;
        let own = Self::new(self.address.clone(), self.name().to_owned(), Arc::clone(&self.access));
        let mut whole = SearchPage::default();
        let mut cookie = Vec::new();
        while whole.entries.len() < search.most {
            let part = LdapSearch { page: Some((page, cookie)), ..search.clone() };
            let found = match own.search(&part).await {
                Ok(found) => found,
                // What came is right, and more may be missing.
                Err(problem) if !whole.entries.is_empty() => {
                    whole.cut = Some("the server broke off in the middle");
                    self.access.health.lock().problem = Some(problem);
                    break;
                }
                Err(problem) => {
                    self.note_down(own.may_be_asked().err());
                    return Err(problem);
                }
            };
            let is_empty = found.entries.is_empty();
            whole.entries.extend(found.entries);
            whole.unreadable += found.unreadable;
            whole.cut = whole.cut.or(found.cut);
            // A page without an entry, and no end, is a server that goes round.
            if found.cookie.is_empty() || is_empty || found.cut.is_some() {
                break;
            }
            cookie = found.cookie;
        }
        if whole.entries.len() >= search.most {
            whole.cut = Some("more entries than are taken");
        }
        own.close().await;
        Ok(whole)
    }

    /// The entry of that name with these attributes; none when there is no such entry.
    pub async fn entry(&self, base: &str, attributes: &[&str]) -> Result<Option<LdapEntry>, Problem> {
        let search = LdapSearch { scope: Scope::Base, ..LdapSearch::below(base, "(objectClass=*)", attributes, 1) };
        Ok(self.search(&search).await?.entries.into_iter().next())
    }
}

fn cookie(control: &Control) -> Option<Vec<u8>> {
    match control {
        Control(Some(ControlType::PagedResults), raw) => Some(PagedResults::parse(raw.val.as_deref()?).cookie),
        _ => None,
    }
}
