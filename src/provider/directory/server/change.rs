//! What is written to a server. A change is sent once.

use std::collections::HashSet;

use ldap3::Mod;

use crate::domain::{Problem, Unlock, Untrusted};
use crate::ledger::Recorded;
use crate::provider::http::in_flight::InFlightGuard;

use super::super::access::LdapExchange;
use super::super::connect;
use super::super::result_code;
use super::DirectoryServer;

/// One change of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeChange {
    /// It has this value, and no other.
    Replace(&'static str, Untrusted),
    /// It has no value any more, whether it had one or not.
    Clear(&'static str),
    /// This very value goes; refused where it isn't there.
    Delete(&'static str, Untrusted),
}

impl AttributeChange {
    fn modification(&self) -> Mod<Vec<u8>> {
        let bytes = |text: &Untrusted| HashSet::from([text.as_data().as_bytes().to_vec()]);
        match self {
            Self::Replace(name, value) => Mod::Replace(name.as_bytes().to_vec(), bytes(value)),
            Self::Clear(name) => Mod::Replace(name.as_bytes().to_vec(), HashSet::new()),
            Self::Delete(name, value) => Mod::Delete(name.as_bytes().to_vec(), bytes(value)),
        }
    }
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
    pub fn problem(&self) -> &Problem {
        match self {
            Self::NotSent(problem) | Self::Refused(_, problem) | Self::InDoubt(problem) => problem,
        }
    }
}

impl DirectoryServer {
    /// The only changing call, and it takes the proof: no change goes around the ledger. It is sent once; where the
    /// connection was gone before it could be sent, a fresh one carries it.
    pub async fn modify(
        &self,
        proof: &Recorded<Unlock>,
        dn: &str,
        changes: &[AttributeChange],
    ) -> Result<(), ModifyError> {
        let mut fresh = 0;
        loop {
            let mut ldap = self.ldap().await.map_err(ModifyError::NotSent)?;
            let _own = self.places.acquire().await;
            let _place = self.access.pace.place().await;
            let _under_way = InFlightGuard::begin(&self.access.health);
            proof.leaves();
            let exchange = LdapExchange::begin("MODIFY", format!("{} {dn}", self.name()));
            let mods = changes.iter().map(AttributeChange::modification).collect();
            match ldap.with_timeout(self.access.total_timeout).modify(dn, mods).await {
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
