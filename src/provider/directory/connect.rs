//! Opening a connection to one server, and what it means when that fails or a connection is lost.

use std::io;
use std::net::IpAddr;

use jiff::Timestamp;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::domain::{Code, Problem};
use crate::provider::http::client_builder::is_this_machine;
use crate::provider::http::transport_error::{ASK_AGAIN, LOOK_AGAIN};
use crate::provider::tls;
use crate::settings::redactor;

use super::access::DirectoryContext;

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// True for `ldaps`.
    pub is_ldaps: bool,
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl Address {
    /// True for this machine.
    pub fn is_here(&self) -> bool {
        is_this_machine(&self.host)
    }

    /// The address as a URL.
    pub fn url(&self) -> String {
        format!("{}://{}:{}", if self.is_ldaps { "ldaps" } else { "ldap" }, self.host, self.port)
    }
}

/// The first part of each host's name; the whole address where two would be called the same.
pub fn short_names(addresses: &[Address]) -> Vec<String> {
    let short = |address: &Address| match address.host.parse::<IpAddr>() {
        Ok(_) => format!("{}:{}", address.host, address.port),
        Err(_) => address.host.split('.').next().unwrap_or(&address.host).to_owned(),
    };
    let names: Vec<String> = addresses.iter().map(short).collect();
    let is_alone = |name: &String| names.iter().filter(|other| *other == name).count() == 1;
    let named = |(name, address): (&String, &Address)| {
        if is_alone(name) { name.clone() } else { format!("{}:{}", address.host, address.port) }
    };
    names.iter().zip(addresses).map(named).collect()
}

/// Connects, begins TLS and signs in.
pub async fn open(address: &Address, access: &DirectoryContext, server: &str) -> Result<Ldap, Problem> {
    if !address.is_ldaps && !access.settings.start_tls && !address.is_here() {
        return Err(Problem::new(
            Code::Tls,
            format!("{} is spoken to with TLS only", address.host),
            "plain ldap would show the password to everybody",
            "use ldaps:// or start_tls = true",
        ));
    }
    let whole = async {
        let stream = reach(address).await?;
        let mut settings = LdapConnSettings::new().set_starttls(access.settings.start_tls).set_std_stream(stream);
        if let Some(config) = &access.tls {
            settings = settings.set_config(config.clone());
        }
        let (connection, ldap) =
            LdapConnAsync::with_settings(settings, &address.url()).await.map_err(|e| not_opened(address, &e))?;
        tokio::spawn(async move {
            // Whoever waits for an answer is told that the connection is gone.
            let _ = connection.drive().await;
        });
        Ok(ldap)
    };
    let mut ldap = timeout(access.http.connect_timeout, whole).await.map_err(|_| {
        Problem::new(
            Code::Unreachable,
            format!("no connection to {} came about in time", address.host),
            format!("{} doesn't answer", address.url()),
            "check the network and the firewall",
        )
    })??;
    if access.tls.is_some()
        && access.health.lock().certificate.is_none()
        && let Ok(Some(der)) = ldap.get_peer_certificate().await
    {
        access.health.lock().certificate = tls::certificates::server(&der);
    }
    access.bind(&mut ldap, server).await?;
    Ok(ldap)
}

async fn reach(address: &Address) -> Result<ldap3::StdStream, Problem> {
    let bare = address.host.trim_matches(['[', ']']);
    let found: Vec<_> = lookup_host((bare, address.port)).await.map(Iterator::collect).map_err(|e| {
        Problem::new(
            Code::NameNotFound,
            format!("the name {} can't be resolved", address.host),
            e.to_string(),
            "check the server's name in the configuration and this machine's DNS",
        )
    })?;
    let stream = TcpStream::connect(found.as_slice()).await.map_err(|e| unreachable(address, &e))?;
    let _ = stream.set_nodelay(true);
    stream.into_std().map(ldap3::StdStream::Tcp).map_err(|e| unreachable(address, &e))
}

fn unreachable(address: &Address, e: &io::Error) -> Problem {
    Problem::new(
        Code::Unreachable,
        format!("{} can't be reached", address.host),
        format!("{}: {e}", address.url()),
        "check the network and the firewall",
    )
}

/// Why TLS didn't begin.
fn not_opened(address: &Address, e: &LdapError) -> Problem {
    let why = redactor::redacted_text(&e.to_string());
    if let LdapError::LdapResult { result } = e {
        return Problem::new(
            Code::Tls,
            format!("{} refused to begin TLS", address.host),
            format!("LDAP {} {} {}", result.rc, super::result_code::name(result.rc), result.text),
            "use ldaps:// if the server has it; nothing is sent without TLS",
        );
    }
    let by_tls = tls::error::cause(e).and_then(|cause| tls::error::problem(cause, &why));
    by_tls.unwrap_or_else(|| {
        let next = "check the port: ldaps:// usually is 636, start_tls uses 389";
        Problem::new(Code::Tls, format!("TLS with {} didn't come about", address.host), why, next)
    })
}

/// What it means that an operation got no answer.
pub fn lost(server: &str, e: &LdapError, changes: bool) -> Problem {
    let next = if changes { LOOK_AGAIN } else { ASK_AGAIN };
    let why = redactor::redacted_text(&e.to_string());
    match e {
        LdapError::Timeout { .. } => Problem::new(Code::TimedOut, format!("{server} didn't answer in time"), why, next),
        LdapError::FilterParsing | LdapError::AddNoValues | LdapError::DecodingUTF8 => {
            Problem::new(Code::BadRequest, "the request couldn't be made", why, "report this as a bug")
        }
        _ => Problem::new(Code::Cut, format!("the connection to {server} was cut before an answer"), why, next),
    }
}

/// True where the operation never left this machine.
pub fn was_not_sent(e: &LdapError) -> bool {
    matches!(e, LdapError::OpSend { .. } | LdapError::FilterParsing | LdapError::AddNoValues)
}

/// True where the whole connection is of no use any more.
pub fn ends_connection(e: &LdapError) -> bool {
    !matches!(e, LdapError::FilterParsing | LdapError::AddNoValues | LdapError::LdapResult { .. })
}

/// True where nobody could speak to the server at all: then its state isn't known, and nothing waits for it.
pub fn is_out_of_reach(problem: &Problem) -> bool {
    matches!(problem.code, Code::Unreachable | Code::NameNotFound | Code::Tls)
}

/// The moment of a server's answer, and how far its clock is ahead.
pub fn skew_ms(told: Timestamp, now: Timestamp) -> i64 {
    told.as_millisecond().saturating_sub(now.as_millisecond())
}

#[cfg(test)]
mod tests;
