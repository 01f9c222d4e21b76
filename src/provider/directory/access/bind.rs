//! Binding, and remembering a login that was refused.

use std::sync::atomic::Ordering;

use ldap3::Ldap;

use crate::domain::{Code, Problem};
use crate::provider::directory::{connect, result_code};

use super::{DirectoryContext, LdapExchange, LoginState};

impl DirectoryContext {
    /// Signs in on a fresh connection.
    pub async fn bind(&self, ldap: &mut Ldap, server: &str) -> Result<(), Problem> {
        let mut state = self.login.lock().await;
        if self.forgotten.swap(false, Ordering::Relaxed) && matches!(*state, LoginState::Refused(_)) {
            *state = LoginState::Untried;
        }
        if let LoginState::Refused(problem) = &*state {
            return Err(problem.clone());
        }
        // Where a server took it, others needn't wait for this one.
        let first = Some(state).filter(|state| matches!(**state, LoginState::Untried));
        let bound = self.send_bind(ldap, server).await;
        let learned = match &bound {
            Ok(()) if first.is_some() => LoginState::Accepted,
            Err(problem) if problem.code == Code::Login => LoginState::Refused(problem.clone()),
            _ => return bound,
        };
        let mut state = match first {
            Some(state) => state,
            None => self.login.lock().await,
        };
        *state = learned;
        bound
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
        let exchange = LdapExchange::begin("BIND", format!("{server} {}", self.settings.username));
        // Others may wait for the first one.
        let answer =
            ldap.with_timeout(self.http.connect_timeout).simple_bind(&self.settings.username, password.expose()).await;
        let problem = match answer {
            Ok(answer) => {
                self.done(&exchange, Ok(answer.rc));
                if answer.rc == result_code::SUCCESS {
                    return Ok(());
                }
                let problem = result_code::problem(server, answer.rc, &answer.text, &answer.matched);
                match answer.rc {
                    // Whatever it says, it didn't take the login: only what passes by itself is asked again.
                    1 | 3 | 51 | 52 | 80 => problem,
                    _ => Problem { code: Code::Login, what: format!("{server} refused the login").into(), ..problem },
                }
            }
            Err(e) => {
                let problem = connect::lost(server, &e, false);
                self.done(&exchange, Err(&problem));
                problem
            }
        };
        self.health.lock().problem = Some(problem.clone());
        Err(problem)
    }
}
