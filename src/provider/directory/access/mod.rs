//! What every server of one directory is reached with: the login, whom TLS trusts, how long is waited, how fast is asked.

mod bind;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use rustls::ClientConfig;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::domain::{Problem, ProviderHealth, ProviderName, RequestLogEntry, Untrusted};
use crate::provider::auth::LazySecret;
use crate::provider::http::rate_limit::RateLimit;
use crate::settings::redactor;

/// What is known of the login.
enum LoginState {
    /// Nobody has tried it: one server at a time, because each refusal counts towards the login's own lockout.
    Untried,
    /// A server took it.
    Accepted,
    /// A server refused it: it isn't sent again before somebody asks on purpose.
    Refused(Problem),
}

/// What the servers of a directory share.
pub struct DirectoryAccess {
    /// The provider's name, for the log.
    pub provider: ProviderName,
    /// Who signs in.
    pub username: String,
    /// With what.
    pub password: LazySecret,
    /// How servers prove who they are; none for plain connections to this machine.
    pub tls: Option<Arc<ClientConfig>>,
    /// True where TLS begins after the connection.
    pub start_tls: bool,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long an operation may take.
    pub total_timeout: Duration,
    /// How fast is asked, over all servers.
    pub pace: RateLimit,
    /// How many requests are under way at once on one server.
    pub window: usize,
    log: UnboundedSender<RequestLogEntry>,
    health: Arc<Mutex<ProviderHealth>>,
    login: tokio::sync::Mutex<LoginState>,
    /// Raised by [`Self::forget_refusal`], which must not wait.
    forgotten: Mutex<bool>,
}

/// What goes to the log of requests.
pub struct LdapExchange {
    /// `BIND`, `SEARCH`, `MODIFY`.
    pub method: &'static str,
    /// `DirectoryServer` and entry.
    pub target: String,
    /// When it began, by the wall clock.
    pub at: Timestamp,
    /// When it began.
    pub began: Instant,
}

impl LdapExchange {
    /// One that begins now.
    #[must_use]
    pub fn begin(method: &'static str, target: String) -> Self {
        Self { method, target, at: Timestamp::now(), began: Instant::now() }
    }
}

impl DirectoryAccess {
    /// How servers are reached, before any is.
    #[must_use]
    #[allow(clippy::too_many_arguments, reason = "each is a setting of its own")]
    pub fn new(
        provider: ProviderName,
        username: &str,
        password: LazySecret,
        (tls, start_tls): (Option<Arc<ClientConfig>>, bool),
        (connect_timeout, total_timeout): (Duration, Duration),
        (pace, window): (RateLimit, usize),
        log: UnboundedSender<RequestLogEntry>,
    ) -> Self {
        Self {
            provider,
            username: username.to_owned(),
            password,
            tls,
            start_tls,
            connect_timeout,
            total_timeout,
            pace,
            window,
            log,
            health: Arc::default(),
            login: tokio::sync::Mutex::new(LoginState::Untried),
            forgotten: Mutex::new(false),
        }
    }

    /// How the directory is doing.
    #[must_use]
    pub fn health(&self) -> ProviderHealth {
        ProviderHealth { budget: Some(self.pace.budget()), ..self.lock().clone() }
    }

    /// To note something of it.
    pub fn lock(&self) -> MutexGuard<'_, ProviderHealth> {
        self.health.lock()
    }

    /// The health to count what is under way in.
    #[must_use]
    pub fn counted(&self) -> &Mutex<ProviderHealth> {
        &self.health
    }

    /// Tells the log of an exchange that is over, and notes how it went.
    pub fn done(&self, exchange: &LdapExchange, code: Option<u32>, problem: Option<&Problem>) {
        let took = exchange.began.elapsed();
        // Nobody listening to the log is no reason to fail.
        let _ = self.log.send(RequestLogEntry {
            at: exchange.at,
            provider: self.provider.clone(),
            method: exchange.method,
            url: Untrusted::from(redactor::redacted_text(&exchange.target)),
            status: code.and_then(|code| u16::try_from(code).ok()),
            fault: problem.filter(|_| code.is_none()).map(|problem| problem.code.word()),
            took,
            correlation_id: None,
        });
        let mut health = self.lock();
        health.as_of = Some(exchange.at);
        match problem {
            _ if code.is_some() => {
                (health.reachable, health.latency, health.problem) = (Some(true), Some(took), None);
            }
            Some(problem) if health.reachable != Some(true) => {
                (health.reachable, health.problem) = (Some(false), Some(problem.clone()));
            }
            _ => {}
        }
    }

    /// Forgets that the login was refused.
    pub fn forget_refusal(&self) {
        *self.forgotten.lock() = true;
    }
}
