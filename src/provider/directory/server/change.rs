//! What is written to a server. A change is sent once.

use ldap3::Mod;

use crate::domain::{Problem, Unlock};
use crate::ledger::Recorded;
use crate::provider::http::in_flight::InFlightGuard;

use super::super::access::LdapExchange;
use super::super::connect;
use super::super::result_code;
use super::DirectoryServer;

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
    pub fn problem(&self) -> &Problem {
        match self {
            Self::NotSent(problem) | Self::Refused(_, problem) | Self::InDoubt(problem) => problem,
        }
    }
}

impl DirectoryServer {
    /// The only changing call, and it takes the proof: no change goes around the ledger. It is sent once; where the
    /// connection was gone before it could be sent, a fresh one carries it.
    pub async fn modify(&self, proof: &Recorded<Unlock>, dn: &str, changes: &[Mod<String>]) -> Result<(), ModifyError> {
        let mut fresh = 0;
        loop {
            let mut ldap = self.ldap().await.map_err(ModifyError::NotSent)?;
            let _own = self.places.acquire().await;
            let _place = self.access.pace.place().await;
            let _under_way = InFlightGuard::begin(&self.access.health);
            proof.leaves();
            let exchange = LdapExchange::begin("MODIFY", format!("{} {dn}", self.name()));
            match ldap.with_timeout(self.access.http.total_timeout).modify(dn, changes.to_vec()).await {
                Ok(answer) => {
                    self.access.done(&exchange, Ok(answer.rc));
                    if answer.rc == result_code::SUCCESS {
                        self.answered().await;
                        return Ok(());
                    }
                    let problem = result_code::problem(self.name(), answer.rc, &answer.text, &answer.matched);
                    return Err(ModifyError::Refused(answer.rc, problem));
                }
                Err(e) => {
                    let problem = self.lost(&exchange, &e, !connect::was_not_sent(&e)).await;
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
}
