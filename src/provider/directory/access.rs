//! What every server of one directory is reached with: the login, whom TLS trusts, how long is waited, how fast is asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use ldap3::Ldap;
use rustls::ClientConfig;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::domain::{Code, Problem, ProviderHealth, ProviderName, RequestLogEntry, Untrusted};
use crate::provider::auth::LazySecret;
use crate::provider::http::rate_limit::RateLimit;
use crate::settings::redactor;

use super::result_code;

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
pub struct Access {
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
pub struct Exchange {
    /// `BIND`, `SEARCH`, `MODIFY`.
    pub method: &'static str,
    /// `DirectoryServer` and entry.
    pub target: String,
    /// When it began, by the wall clock.
    pub at: Timestamp,
    /// When it began.
    pub began: Instant,
}

impl Exchange {
    /// One that begins now.
    #[must_use]
    pub fn begin(method: &'static str, target: String) -> Self {
        Self { method, target, at: Timestamp::now(), began: Instant::now() }
    }
}

impl Access {
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
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The health to count what is under way in.
    #[must_use]
    pub fn counted(&self) -> &Mutex<ProviderHealth> {
        &self.health
    }

    /// Tells the log of an exchange that is over, and notes how it went.
    pub fn done(&self, exchange: &Exchange, code: Option<u32>, problem: Option<&Problem>) {
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
        *self.forgotten.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    fn takes_forgotten(&self) -> bool {
        std::mem::take(&mut *self.forgotten.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signs in on a fresh connection.
    pub async fn bind(&self, ldap: &mut Ldap, server: &str) -> Result<(), Problem> {
        let mut state = self.login.lock().await;
        if self.takes_forgotten() && matches!(*state, LoginState::Refused(_)) {
            *state = LoginState::Untried;
        }
        match &*state {
            LoginState::Refused(problem) => Err(problem.clone()),
            // Others needn't wait for this one.
            LoginState::Accepted => {
                drop(state);
                let bound = self.send_bind(ldap, server).await;
                if let Err(problem) = bound.as_ref().map_err(std::clone::Clone::clone)
                    && problem.code == Code::Login
                {
                    *self.login.lock().await = LoginState::Refused(problem);
                }
                bound
            }
            LoginState::Untried => {
                let bound = self.send_bind(ldap, server).await;
                match &bound {
                    Ok(()) => *state = LoginState::Accepted,
                    Err(problem) if problem.code == Code::Login => *state = LoginState::Refused(problem.clone()),
                    Err(_) => {}
                }
                bound
            }
        }
    }

    async fn send_bind(&self, ldap: &mut Ldap, server: &str) -> Result<(), Problem> {
        let password = self.password.get().await?;
        if password.expose().is_empty() {
            // A server may take it for an anonymous login, and answer that all is well (RFC 4513 §5.1.2).
            return Err(Problem::new(
                Code::Login,
                "the directory's password is empty",
                "a login without a password proves nothing",
                "check the place that `password` refers to",
            ));
        }
        let exchange = Exchange::begin("BIND", format!("{server} {}", self.username));
        // Others may wait for the first one.
        let answer = ldap.with_timeout(self.connect_timeout).simple_bind(&self.username, password.expose()).await;
        let (code, result) = match answer {
            Ok(answer) if answer.rc == result_code::SUCCESS => (Some(answer.rc), Ok(())),
            Ok(answer) => {
                let problem = result_code::problem(server, answer.rc, &answer.text, &answer.matched);
                // Whatever it says, it didn't take the login: only what passes by itself is asked again.
                let problem = match answer.rc {
                    1 | 3 | 51 | 52 | 80 => problem,
                    _ => Problem { code: Code::Login, what: format!("{server} refused the login").into(), ..problem },
                };
                (Some(answer.rc), Err(problem))
            }
            Err(e) => (None, Err(super::connect::lost(server, &e, false))),
        };
        self.done(&exchange, code, result.as_ref().err());
        if let Err(problem) = &result {
            self.lock().problem = Some(problem.clone());
        }
        result
    }
}
