//! The settings of a directory.

use std::net::IpAddr;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::provider::registry::{BackendSettings, BackendSpec, Question};
use crate::settings::SecretRef;

use super::connect::Address;
use super::profile::ProfileSpec;
use super::{active_directory, ds389, openldap};

/// What the backend declares of itself.
pub const SPEC: BackendSpec = BackendSpec {
    kind: &super::KIND,
    variables: &[],
    questions: &[
        Question::with_default(
            "profile",
            "Which directory: active-directory, openldap, 389-ds or freeipa",
            "active-directory",
        ),
        Question::needed("servers", "Its servers, with commas between", "ldaps://dc1.example.test"),
        Question::needed("username", "Who signs in: user@domain, or a distinguished name", "helpdesk@example.test"),
        Question::with_default("base_dn", "Where people are searched, if not in all of it", ""),
    ],
    secret: "password",
    secret_is: "the password of the helpdesk's account in the directory",
    least_role: "An ordinary account with one right on the units that the desk serves: in Active Directory reading and writing \
                 lockoutTime of users (dsacls \"OU\" /I:S /G \"DOMAIN\\Helpdesk:RPWP;lockoutTime;user\"), in OpenLDAP write on \
                 pwdAccountLockedTime, in 389 Directory Server write on accountUnlockTime and passwordRetryCount, in FreeIPA the \
                 privilege with \"System: Unlock User\". Never an administrator: unbolt help directories.",
};

/// Which kind of directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Active Directory, or Samba as its controller.
    #[default]
    ActiveDirectory,
    /// OpenLDAP with the overlay ppolicy.
    #[serde(rename = "openldap")]
    OpenLdap,
    /// 389 Directory Server.
    #[serde(rename = "389-ds")]
    Ds389,
    /// FreeIPA, by its own API.
    #[serde(rename = "freeipa")]
    FreeIpa,
}

impl Profile {
    /// What differs; none for FreeIPA, which is spoken to by HTTP.
    pub fn spec(self) -> Option<&'static ProfileSpec> {
        match self {
            Self::ActiveDirectory => Some(&active_directory::SPEC),
            Self::OpenLdap => Some(&openldap::SPEC),
            Self::Ds389 => Some(&ds389::SPEC),
            Self::FreeIpa => None,
        }
    }
}

/// One directory.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which kind.
    #[serde(default)]
    pub profile: Profile,
    /// Its servers: `ldaps://host`, or `ldap://host` with `start_tls`; of FreeIPA `https://host`. Where Active Directory's
    /// are looked up, one is enough.
    #[serde(default, deserialize_with = "one_or_several")]
    pub servers: Vec<String>,
    /// The DNS domain whose controllers are looked up, where `servers` names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The name server that is asked for controllers, if not this machine's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_server: Option<IpAddr>,
    /// False where only the named servers are asked, and no others are looked up.
    #[serde(default = "yes")]
    pub discover: bool,
    /// True where TLS begins on an `ldap://` connection.
    #[serde(default)]
    pub start_tls: bool,
    /// Where people are searched; the directory's own base where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_dn: Option<String>,
    /// Who signs in: `user@domain`, `DOMAIN\user` or a distinguished name; of FreeIPA the user name.
    pub username: String,
    /// The password.
    pub password: SecretRef,
    /// The password policy's entry where accounts name none (OpenLDAP).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_dn: Option<String>,
}

fn yes() -> bool {
    true
}

/// `config init` asks for one line: several servers stand in it with commas between.
fn one_or_several<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Several(Vec<String>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::One(text) => text.split([',', ' ']).filter(|one| !one.is_empty()).map(ToOwned::to_owned).collect(),
        Written::Several(all) => all,
    })
}

/// Reads a server's address: `ldaps`, or plain `ldap` that becomes TLS or stays on this machine.
///
/// # Errors
/// What is wrong with it.
pub fn address(text: &str, start_tls: bool) -> Result<Address, String> {
    let url = Url::parse(text.trim()).map_err(|e| format!("`{text}` is no address of a server: {e}"))?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| format!("`{text}` names no host"))?;
    let is_ldaps = match url.scheme() {
        "ldaps" => true,
        "ldap" => false,
        other => return Err(format!("`{other}` is no scheme of a directory: ldaps and ldap are")),
    };
    if !url.username().is_empty()
        || url.password().is_some()
        || !matches!(url.path(), "" | "/")
        || url.query().is_some()
    {
        return Err(format!("only scheme, host and port stand in `{}://{host}`", url.scheme()));
    }
    let ip: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    let port = url.port().unwrap_or(if is_ldaps { 636 } else { 389 });
    let address = Address { is_ldaps, host: host.to_lowercase(), port };
    if !is_ldaps && !start_tls && !address.is_here() {
        return Err(format!(
            "plain ldap to {host} would show the password to everybody: use ldaps:// or start_tls = true"
        ));
    }
    if is_ldaps && start_tls {
        return Err("start_tls is for ldap://; ldaps:// begins with TLS anyway".to_owned());
    }
    if (is_ldaps || start_tls) && ip.is_some_and(|ip| ip.is_ipv6()) {
        return Err(format!("name {host} by its host name: a certificate is compared with that"));
    }
    Ok(address)
}

impl Settings {
    /// The addresses of the named servers.
    ///
    /// # Errors
    /// What is wrong with the first wrong one.
    pub fn addresses(&self) -> Result<Vec<Address>, String> {
        self.servers.iter().map(|server| address(server, self.start_tls)).collect()
    }

    /// True where a connection begins with TLS, or becomes it.
    pub fn uses_tls(&self) -> bool {
        // Controllers that are looked up are always spoken to with TLS.
        let finds = self.profile == Profile::ActiveDirectory && self.discover;
        self.start_tls || finds || self.servers.iter().any(|server| !server.starts_with("ldap:"))
    }
}

impl BackendSettings for Settings {
    fn check(&self) -> Result<(), String> {
        if self.username.trim().is_empty() {
            return Err("username is empty: a search without a login tells nothing of locks".to_owned());
        }
        if self.profile == Profile::FreeIpa {
            return super::freeipa::check(self);
        }
        if self.profile != Profile::ActiveDirectory {
            if self.domain.is_some() || self.name_server.is_some() {
                return Err("domain and name_server are for Active Directory; name the servers".to_owned());
            }
            if self.servers.is_empty() {
                return Err("servers is empty: name each server that keeps a state of its own".to_owned());
            }
        }
        if self.servers.is_empty() && self.domain.is_none() {
            return Err("it needs servers, or the domain whose controllers are looked up".to_owned());
        }
        if self.servers.is_empty() && !self.discover {
            return Err("discover = false leaves no server: name some".to_owned());
        }
        self.addresses().map(drop)
    }

    fn endpoints(&self) -> Vec<String> {
        if self.profile == Profile::FreeIpa {
            return self.servers.clone();
        }
        self.addresses().unwrap_or_default().iter().map(Address::url).collect()
    }

    fn check_endpoints(&self) -> Result<(), String> {
        // Each was looked at with the other settings.
        Ok(())
    }

    fn secrets(&self) -> Vec<&SecretRef> {
        vec![&self.password]
    }
}

#[cfg(test)]
mod tests;
