//! The controllers of a domain, as its configuration lists them (`nTDSDSA` objects; MS-ADTS 6.1.1.2.2.1.2.1.1).

use std::collections::HashMap;

use crate::domain::Problem;
use crate::provider::directory::entry::LdapEntry;
use crate::provider::directory::ids;
use crate::provider::directory::server::{DirectoryServer, LdapSearch};
use crate::provider::paging::incomplete;

/// More controllers than any forest has.
const MOST: usize = 5_000;

/// What names the parts of the directory that a controller holds.
const HOLDS: [&str; 3] = ["hasMasterNCs", "msDS-hasMasterNCs", "msDS-hasFullReplicaNCs"];

/// A controller of the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    /// Its short name.
    pub name: String,
    /// The name that its certificate has to show.
    pub host: String,
    /// The site it stands in.
    pub site: Option<String>,
    /// True for one that takes no changes.
    pub is_read_only: bool,
    /// What its own changes are marked with.
    pub invocation: Option<String>,
}

/// Lists the controllers of the domain with that base.
pub async fn list(server: &DirectoryServer, configuration: &str, base: &str) -> Result<Vec<Controller>, Problem> {
    let sites = format!("CN=Sites,{configuration}");
    let attributes = [&["objectClass", "dNSHostName", "invocationId"], &HOLDS[..], &["msDS-isRODC"]].concat();
    let search = LdapSearch::below(&sites, "(|(objectClass=nTDSDSA)(objectClass=server))", &attributes, MOST);
    let found = server.list(&search, 500).await?;
    match found.cut {
        Some(why) => Err(incomplete(why)),
        None => Ok(of(&found.entries, base)),
    }
}

fn of(entries: &[LdapEntry], base: &str) -> Vec<Controller> {
    let hosts: HashMap<String, String> = entries
        .iter()
        .filter_map(|entry| Some((entry.dn.to_lowercase(), entry.word("dNSHostName")?.trim().to_lowercase())))
        .collect();
    let holds = |entry: &&LdapEntry| HOLDS.iter().any(|name| entry.is(name, base));
    let settings = entries.iter().filter(|entry| entry.is("objectClass", "nTDSDSA")).filter(holds);
    settings
        .filter_map(|settings| {
            let (_, parent) = settings.dn.split_once(',')?;
            Some(Controller {
                name: ids::rdn_value(&settings.dn, 1)?,
                host: hosts.get(&parent.to_lowercase())?.clone(),
                site: ids::rdn_value(&settings.dn, 3),
                is_read_only: settings.is("msDS-isRODC", "true"),
                invocation: settings.guid("invocationId"),
            })
        })
        .collect()
}

/// The DNS name of a domain: `unbolt.test` of `DC=unbolt,DC=test`.
pub fn dns_domain(base: &str) -> String {
    let part = |part: &str| {
        let (name, value) = part.trim().split_once('=')?;
        name.eq_ignore_ascii_case("dc").then(|| value.to_lowercase())
    };
    base.split(',').filter_map(part).collect::<Vec<_>>().join(".")
}

/// True for a host of that domain or of one below it: a login is shown to no other.
pub fn is_inside(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_lowercase(), domain.to_lowercase());
    !domain.is_empty() && host.strip_suffix(&domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

#[cfg(test)]
mod tests;
