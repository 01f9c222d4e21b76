//! What every server of one directory is reached with: the login, whom TLS trusts, how long is waited, how fast is asked.

mod bind;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use parking_lot::Mutex;
use rustls::ClientConfig;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::domain::{Problem, ProviderHealth, ProviderName, RequestLogEntry, Untrusted};
use crate::provider::auth::LazySecret;
use crate::provider::directory::settings::Settings;
use crate::provider::http::client_builder::unusable;
use crate::provider::http::rate_limit::RateLimit;
use crate::provider::registry::BuildContext;
use crate::provider::tls::{certificates, self_signed};
use crate::settings::{HttpSettings, redactor};

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
pub struct DirectoryContext {
    /// The provider's name, for the log.
    pub provider: ProviderName,
    /// Who signs in, and to which servers.
    pub settings: Settings,
    /// How long is waited, and how many requests are under way at once on one server.
    pub http: HttpSettings,
    /// What is signed in with.
    pub password: LazySecret,
    /// How servers prove who they are; none for plain connections to this machine.
    pub tls: Option<Arc<ClientConfig>>,
    /// How fast is asked, over all servers.
    pub pace: RateLimit,
    /// How the directory is doing, as last seen.
    pub health: Mutex<ProviderHealth>,
    log: UnboundedSender<RequestLogEntry>,
    login: tokio::sync::Mutex<LoginState>,
    /// Raised by [`Self::forget_refusal`], which must not wait.
    forgotten: AtomicBool,
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
    pub fn begin(method: &'static str, target: String) -> Self {
        Self { method, target, at: Timestamp::now(), began: Instant::now() }
    }
}

impl DirectoryContext {
    /// How servers are reached, before any is.
    ///
    /// # Errors
    /// A [`Problem`] when the CA file can't be used.
    pub fn new(settings: &Settings, context: &BuildContext<'_>) -> Result<Self, Problem> {
        let http = context.settings;
        Ok(Self {
            provider: context.name.clone(),
            settings: settings.clone(),
            http: http.clone(),
            password: LazySecret::new(&settings.password),
            tls: if settings.uses_tls() { Some(Arc::new(trust(http)?)) } else { None },
            // Each server has places of its own; the pace is that of all of them.
            pace: RateLimit::new(&HttpSettings { max_parallel: u32::MAX >> 8, ..http.clone() }),
            log: context.log.clone(),
            health: Mutex::default(),
            login: tokio::sync::Mutex::new(LoginState::Untried),
            forgotten: AtomicBool::default(),
        })
    }

    /// How the directory is doing.
    pub fn health(&self) -> ProviderHealth {
        ProviderHealth { budget: Some(self.pace.budget()), ..self.health.lock().clone() }
    }

    /// Tells the log of an exchange that is over, and notes how it went: with a result code, or without an answer.
    pub fn done(&self, exchange: &LdapExchange, answer: Result<u32, &Problem>) {
        let took = exchange.began.elapsed();
        // Nobody listening to the log is no reason to fail.
        let _ = self.log.send(RequestLogEntry {
            at: exchange.at,
            provider: self.provider.clone(),
            method: exchange.method,
            url: Untrusted::from(redactor::redacted_text(&exchange.target)),
            status: answer.ok().and_then(|code| u16::try_from(code).ok()),
            fault: answer.err().map(|problem| problem.code.word()),
            took,
            correlation_id: None,
        });
        let mut health = self.health.lock();
        health.as_of = Some(exchange.at);
        match answer {
            Ok(_) => (health.reachable, health.latency, health.problem) = (Some(true), Some(took), None),
            Err(problem) if health.reachable != Some(true) => {
                (health.reachable, health.problem) = (Some(false), Some(problem.clone()));
            }
            Err(_) => {}
        }
    }

    /// Forgets that the login was refused.
    pub fn forget_refusal(&self) {
        self.forgotten.store(true, Ordering::Relaxed);
    }
}

/// The authorities of the platform, and those of `ca_file`.
fn trust(settings: &HttpSettings) -> Result<ClientConfig, Problem> {
    let named = settings.ca_file.as_deref().map(certificates::authorities).transpose()?.unwrap_or_default();
    self_signed::config(named).map_err(|e| unusable("TLS", "", &e.to_string()))
}
