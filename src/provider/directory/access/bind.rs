//! Binding, and remembering a login that was refused.

use std::sync::atomic::Ordering;

use ldap3::Ldap;

use crate::domain::{Code, Problem};
use crate::provider::directory::{connect, result_code};

use super::{DirectoryAccess, LdapExchange, LoginState};

impl DirectoryAccess {
    /// Signs in on a fresh connection.
    pub async fn bind(&self, ldap: &mut Ldap, server: &str) -> Result<(), Problem> {
        let mut state = self.login.lock().await;
        if self.forgotten.swap(false, Ordering::Relaxed) && matches!(*state, LoginState::Refused(_)) {
            *state = LoginState::Untried;
        }
        match &*state {
            LoginState::Refused(problem) => Err(problem.clone()),
            // Others needn't wait for this one.
            LoginState::Accepted => {
                drop(state);
                let bound = self.send_bind(ldap, server).await;
                if let Err(problem) = &bound
                    && problem.code == Code::Login
                {
                    *self.login.lock().await = LoginState::Refused(problem.clone());
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
        let exchange = LdapExchange::begin("BIND", format!("{server} {}", self.username));
        // Others may wait for the first one.
        let answer = ldap.with_timeout(self.connect_timeout).simple_bind(&self.username, password.expose()).await;
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
