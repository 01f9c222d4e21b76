//! One server of a directory: its connection, opened when it is needed and again when it was closed, and the operations
//! on it. A read is asked once more on a fresh connection; a change is sent once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use ldap3::controls::{Control, ControlParser as _, ControlType, PagedResults, RawControl};
use ldap3::{Ldap, LdapError, LdapResult, Mod, Scope};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::domain::{Problem, Unlock, Untrusted};
use crate::ledger::Recorded;
use crate::provider::http::in_flight::UnderWay;
use crate::provider::http::superseded;

use super::access::{Access, Exchange};
use super::connect::{self, Address};
use super::entry::LdapEntry;
use super::result_code;

/// A server that couldn't be reached isn't tried again before this has passed: the others shall not wait for it.
const REST: Duration = Duration::from_secs(20);
/// A connection that was idle for longer carries nothing: a firewall may have forgotten it, and an answer would never come.
const FRESH: Duration = Duration::from_secs(60);

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

/// What came of it.
#[derive(Debug, Default)]
pub struct Found {
    /// The entries.
    pub entries: Vec<LdapEntry>,
    /// How many came in a form that is none.
    pub unreadable: usize,
    /// Where the next page begins; empty on the last.
    pub cookie: Vec<u8>,
    /// Why entries may be missing.
    pub cut: Option<&'static str>,
}

/// Why a change wasn't confirmed.
#[derive(Clone, Debug)]
pub enum ModifyError {
    /// It never left this machine.
    NotSent(Problem),
    /// The server refused it, with this code.
    Refused(u32, Problem),
    /// It may have been carried out.
    InDoubt(Problem),
}

impl ModifyError {
    /// What to tell the operator.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        match self {
            Self::NotSent(problem) | Self::Refused(_, problem) | Self::InDoubt(problem) => problem,
        }
    }
}

/// One server.
pub struct DirectoryServer {
    /// Where it listens.
    pub address: Address,
    /// What it is called by its address.
    by_address: String,
    /// What it is called by the directory's own configuration, once that is known.
    named: OnceLock<String>,
    access: Arc<Access>,
    /// Its own places: a sick server takes none from the others.
    places: Semaphore,
    connection: tokio::sync::Mutex<Option<(Ldap, Instant)>>,
    down: Mutex<Option<(Instant, Problem)>>,
}

impl DirectoryServer {
    /// A server that nobody has spoken to yet.
    #[must_use]
    pub fn new(address: Address, name: String, access: Arc<Access>) -> Self {
        Self {
            address,
            by_address: name,
            named: OnceLock::new(),
            places: Semaphore::new(access.window),
            access,
            connection: tokio::sync::Mutex::default(),
            down: Mutex::default(),
        }
    }

    /// What it is called in messages.
    #[must_use]
    pub fn name(&self) -> &str {
        self.named.get().unwrap_or(&self.by_address)
    }

    /// It is known by this name from now on.
    pub fn call(&self, name: &str) {
        let _ = self.named.set(name.to_owned());
    }

    /// Why it isn't asked just now.
    fn resting(&self) -> Option<Problem> {
        let down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        down.as_ref().filter(|(since, _)| since.elapsed() < REST).map(|(_, problem)| problem.clone())
    }

    fn note_down(&self, problem: Option<Problem>) {
        let down = problem.map(|problem| (Instant::now(), problem));
        *self.down.lock().unwrap_or_else(PoisonError::into_inner) = down;
    }

    /// Asks it again at the next occasion.
    pub fn forget_rest(&self) {
        self.note_down(None);
    }

    /// A connection that answered lately, with the login made.
    async fn ldap(&self) -> Result<Ldap, Problem> {
        if let Some(problem) = self.resting() {
            return Err(problem);
        }
        let mut connection = self.connection.lock().await;
        if let Some((ldap, used)) = connection.as_mut()
            && !ldap.is_closed()
            && used.elapsed() < FRESH
        {
            return Ok(ldap.clone());
        }
        // Others waited for this very connection, which couldn't be had.
        if let Some(problem) = self.resting() {
            return Err(problem);
        }
        match connect::open(&self.address, &self.access, self.name()).await {
            Ok(ldap) => {
                self.note_down(None);
                *connection = Some((ldap.clone(), Instant::now()));
                Ok(ldap)
            }
            Err(problem) => {
                *connection = None;
                let exchange = Exchange::begin("CONNECT", self.address.url());
                self.access.done(&exchange, None, Some(&problem));
                // A refused login isn't the server's fault, and is kept for all of them.
                self.note_down((problem.code != crate::domain::Code::Login).then(|| problem.clone()));
                Err(problem)
            }
        }
    }

    /// It has answered: its connection is good for a while.
    async fn answered(&self) {
        if let Some((_, used)) = self.connection.lock().await.as_mut() {
            *used = Instant::now();
        }
    }

    async fn drop_connection(&self) {
        *self.connection.lock().await = None;
    }

    /// Searches; once more on a fresh connection where the first was lost.
    pub async fn search(&self, search: &LdapSearch<'_>) -> Result<Found, Problem> {
        self.search_twice(search).await
    }

    async fn search_twice(&self, search: &LdapSearch<'_>) -> Result<Found, Problem> {
        let mut tries = 0;
        loop {
            let mut ldap = self.ldap().await?;
            let _own = self.places.acquire().await;
            let _place = self.access.pace.place().await;
            let _under_way = UnderWay::begin(self.access.counted());
            let exchange = Exchange::begin("SEARCH", format!("{} {} {}", self.name(), search.base, search.filter));
            let whole = tokio::time::timeout(self.access.total_timeout, self.search_once(&mut ldap, search));
            // The login before is never given up half-way; a question is.
            let whole = async {
                if !search.is_typed {
                    return Some(whole.await);
                }
                tokio::select! {
                    answer = whole => Some(answer),
                    () = superseded::superseded() => None,
                }
            };
            let answer = match whole.await {
                Some(Ok(answer)) => answer,
                Some(Err(elapsed)) => Err(LdapError::from(elapsed)),
                None => return Err(superseded::problem()),
            };
            match answer {
                Ok((found, result)) => {
                    self.answered().await;
                    let is_cut = [result_code::SIZE_LIMIT, result_code::ADMIN_LIMIT].contains(&result.rc);
                    // Below a base that isn't there, nobody can be said to be missing.
                    let is_none = result.rc == result_code::NO_SUCH_OBJECT && search.scope == Scope::Base;
                    let problem = (result.rc != result_code::SUCCESS && !is_cut && !is_none)
                        .then(|| result_code::problem(self.name(), result.rc, &result.text, &result.matched));
                    self.access.done(&exchange, Some(result.rc), problem.as_ref());
                    return problem.map_or(Ok(found), Err);
                }
                Err(e) => {
                    let problem = connect::lost(self.name(), &e, false);
                    self.access.done(&exchange, None, Some(&problem));
                    if connect::ends_connection(&e) {
                        self.drop_connection().await;
                    }
                    if matches!(e, LdapError::Timeout { .. }) {
                        // The others needn't wait for it each time.
                        let why = format!("{} takes connections and doesn't answer", self.name());
                        let next = "look at the server; it is asked again in a moment";
                        self.note_down(Some(Problem::new(crate::domain::Code::TimedOut, why, "", next)));
                    }
                    tries += 1;
                    if matches!(e, LdapError::Timeout { .. } | LdapError::FilterParsing) || tries > 1 {
                        return Err(problem);
                    }
                }
            }
        }
    }

    async fn search_once(&self, ldap: &mut Ldap, search: &LdapSearch<'_>) -> Result<(Found, LdapResult), LdapError> {
        if let Some((size, cookie)) = &search.page {
            let paged: RawControl = PagedResults { size: *size, cookie: cookie.clone() }.into();
            ldap.with_controls(vec![paged]);
        }
        ldap.with_timeout(self.access.total_timeout);
        let mut stream =
            ldap.streaming_search(search.base, search.scope, search.filter, search.attributes.to_vec()).await?;
        let mut found = Found::default();
        while let Some(item) = stream.next().await? {
            // Another naming context's server is never followed.
            if item.is_ref() || item.is_intermediate() {
                continue;
            }
            if found.entries.len() >= search.most {
                found.cut = Some("more entries than are taken");
                let id = stream.ldap_handle().last_id();
                let _ = stream.ldap_handle().abandon(id).await;
                let done = LdapResult {
                    rc: 0,
                    matched: String::new(),
                    text: String::new(),
                    refs: Vec::new(),
                    ctrls: Vec::new(),
                };
                return Ok((found, done));
            }
            match LdapEntry::read(item.0) {
                Some(entry) => found.entries.push(entry),
                None => found.unreadable += 1,
            }
        }
        let result = stream.finish().await;
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
    pub async fn list(&self, search: &LdapSearch<'_>, page: i32) -> Result<Found, Problem> {
        if let Some(problem) = self.resting() {
            return Err(problem);
        }
        let own = Self::new(self.address.clone(), self.name().to_owned(), Arc::clone(&self.access));
        let mut whole = Found::default();
        let mut cookie = Vec::new();
        while whole.entries.len() < search.most {
            let part = LdapSearch { page: Some((page, cookie)), ..search.clone() };
            let found = match own.search(&part).await {
                Ok(found) => found,
                // What came is right, and more may be missing.
                Err(problem) if !whole.entries.is_empty() => {
                    whole.cut = Some("the server broke off in the middle");
                    self.access.lock().problem = Some(problem);
                    break;
                }
                Err(problem) => {
                    self.note_down(own.resting());
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

    /// The entry of that name with these attributes; none when there is no such entry. `filter` may say more of it.
    pub async fn entry(&self, base: &str, filter: &str, attributes: &[&str]) -> Result<Option<LdapEntry>, Problem> {
        let search = LdapSearch { base, scope: Scope::Base, filter, attributes, page: None, most: 1, is_typed: false };
        Ok(self.search(&search).await?.entries.into_iter().next())
    }

    /// The only changing call, and it takes the proof: no change goes around the ledger. It is sent once; where the
    /// connection was gone before it could be sent, a fresh one carries it.
    pub async fn modify(&self, proof: &Recorded<Unlock>, dn: &str, changes: &[Change]) -> Result<(), ModifyError> {
        let mut fresh = 0;
        loop {
            let mut ldap = self.ldap().await.map_err(ModifyError::NotSent)?;
            let _own = self.places.acquire().await;
            let _place = self.access.pace.place().await;
            let _under_way = UnderWay::begin(self.access.counted());
            proof.leaves();
            let exchange = Exchange::begin("MODIFY", format!("{} {dn}", self.name()));
            let mods = changes.iter().map(Change::modification).collect();
            match ldap.with_timeout(self.access.total_timeout).modify(dn, mods).await {
                Ok(answer) if answer.rc == result_code::SUCCESS => {
                    self.answered().await;
                    self.access.done(&exchange, Some(answer.rc), None);
                    return Ok(());
                }
                Ok(answer) => {
                    let problem = result_code::problem(self.name(), answer.rc, &answer.text, &answer.matched);
                    self.access.done(&exchange, Some(answer.rc), Some(&problem));
                    return Err(ModifyError::Refused(answer.rc, problem));
                }
                Err(e) => {
                    let problem = connect::lost(self.name(), &e, !connect::was_not_sent(&e));
                    self.access.done(&exchange, None, Some(&problem));
                    if connect::ends_connection(&e) {
                        self.drop_connection().await;
                    }
                    if !connect::was_not_sent(&e) {
                        return Err(ModifyError::InDoubt(problem));
                    }
                    fresh += 1;
                    if fresh > 1 {
                        return Err(ModifyError::NotSent(problem));
                    }
                }
            }
        }
    }

    /// Says goodbye.
    pub async fn close(&self) {
        if let Some((mut ldap, _)) = self.connection.lock().await.take() {
            let _ = tokio::time::timeout(Duration::from_secs(1), ldap.unbind()).await;
        }
    }
}

/// One change of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It has this value, and no other.
    Replace(&'static str, Untrusted),
    /// It has no value any more, whether it had one or not.
    Clear(&'static str),
    /// This very value goes; refused where it isn't there.
    Delete(&'static str, Untrusted),
}

impl Change {
    fn modification(&self) -> Mod<Vec<u8>> {
        let bytes = |text: &Untrusted| HashSet::from([text.as_data().as_bytes().to_vec()]);
        match self {
            Self::Replace(name, value) => Mod::Replace(name.as_bytes().to_vec(), bytes(value)),
            Self::Clear(name) => Mod::Replace(name.as_bytes().to_vec(), HashSet::new()),
            Self::Delete(name, value) => Mod::Delete(name.as_bytes().to_vec(), bytes(value)),
        }
    }
}

fn cookie(control: &Control) -> Option<Vec<u8>> {
    match control {
        Control(Some(ControlType::PagedResults), raw) => Some(PagedResults::parse(raw.val.as_deref()?).cookie),
        _ => None,
    }
}
