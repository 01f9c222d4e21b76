//! One server of a directory: its connection, opened when it is needed and again when it was closed.

mod change;
mod query;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ldap3::{Ldap, LdapError};
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::domain::{Code, Problem};

use super::access::{DirectoryContext, LdapExchange};
use super::connect::{self, Address};

pub use change::ModifyError;
pub use query::{LdapSearch, SearchPage};

/// A server that couldn't be reached isn't tried again before this has passed: the others shall not wait for it.
const REST: Duration = Duration::from_secs(20);
/// A connection that was idle for longer carries nothing: a firewall may have forgotten it, and an answer would never come.
const FRESH: Duration = Duration::from_secs(60);

/// One server.
pub struct DirectoryServer {
    /// Where it listens.
    pub address: Address,
    /// What it is called by its address.
    by_address: String,
    /// What it is called by the directory's own configuration, once that is known.
    named: OnceLock<String>,
    /// What it shares with the others.
    pub access: Arc<DirectoryContext>,
    /// Its own places: a sick server takes none from the others.
    places: Semaphore,
    connection: tokio::sync::Mutex<Option<(Ldap, Instant)>>,
    down: Mutex<Option<(Instant, Problem)>>,
}

impl DirectoryServer {
    /// A server that nobody has spoken to yet.
    pub fn new(address: Address, name: String, access: Arc<DirectoryContext>) -> Self {
        Self {
            address,
            by_address: name,
            named: OnceLock::new(),
            places: Semaphore::new(access.http.max_parallel.max(1) as usize),
            access,
            connection: tokio::sync::Mutex::default(),
            down: Mutex::default(),
        }
    }

    /// What it is called in messages.
    pub fn name(&self) -> &str {
        self.named.get().unwrap_or(&self.by_address)
    }

    /// It is known by this name from now on.
    pub fn call(&self, name: &str) {
        let _ = self.named.set(name.to_owned());
    }

    /// Nothing where it may be asked; why it can't be while it rests.
    fn may_be_asked(&self) -> Result<(), Problem> {
        let down = self.down.lock();
        let resting = down.as_ref().filter(|(since, _)| since.elapsed() < REST);
        resting.map_or(Ok(()), |(_, problem)| Err(problem.clone()))
    }

    /// It can't be asked, for this reason, or can be asked again.
    pub fn note_down(&self, problem: Option<Problem>) {
        *self.down.lock() = problem.map(|problem| (Instant::now(), problem));
    }

    /// Why it couldn't be asked when it was asked last.
    pub fn down(&self) -> Option<Problem> {
        let down = self.down.lock();
        down.as_ref().map(|(_, problem)| problem.clone())
    }

    /// A connection that answered lately, with the login made.
    async fn ldap(&self) -> Result<Ldap, Problem> {
        self.may_be_asked()?;
        let mut connection = self.connection.lock().await;
        if let Some((ldap, used)) = connection.as_mut()
            && !ldap.is_closed()
            && used.elapsed() < FRESH
        {
            return Ok(ldap.clone());
        }
        // Others waited for this very connection, which couldn't be had.
        self.may_be_asked()?;
        match connect::open(&self.address, &self.access, self.name()).await {
            Ok(ldap) => {
                self.note_down(None);
                *connection = Some((ldap.clone(), Instant::now()));
                Ok(ldap)
            }
            Err(problem) => {
                *connection = None;
                let exchange = LdapExchange::begin("CONNECT", self.address.url());
                self.access.done(&exchange, Err(&problem));
                // A refused login isn't the server's fault, and is kept for all of them.
                self.note_down((problem.code != Code::Login).then(|| problem.clone()));
                Err(problem)
            }
        }
    }

    /// It has answered: its connection is good for a while.
    async fn answered(&self) {
        self.note_down(None);
        if let Some((_, used)) = self.connection.lock().await.as_mut() {
            *used = Instant::now();
        }
    }

    /// An operation got no answer: that is noted, and a connection that is of no use any more is dropped.
    async fn lost(&self, exchange: &LdapExchange, e: &LdapError, changes: bool) -> Problem {
        let problem = connect::lost(self.name(), e, changes);
        self.access.done(exchange, Err(&problem));
        if connect::ends_connection(e) {
            *self.connection.lock().await = None;
        }
        problem
    }

    /// Says goodbye.
    pub async fn close(&self) {
        if let Some((mut ldap, _)) = self.connection.lock().await.take() {
            let _ = tokio::time::timeout(Duration::from_secs(1), ldap.unbind()).await;
        }
    }
}
