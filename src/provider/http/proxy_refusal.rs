//! What a proxy says when it doesn't let a request through. The client tells only that there is no tunnel; asking the
//! proxy once more, by hand, tells its status. Nothing of the request itself is sent.

use std::time::Duration;

use reqwest::Url;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::domain::{Code, Problem, Secret};
use crate::provider::auth::basic;
use crate::settings::{SecretRef, redactor, secret_store};

/// How long a proxy is listened to.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest head of an answer that is read.
const HEAD_BYTES: u64 = 8 * 1024;
/// The variables by which other programs learn of a proxy.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The proxy's login, by name and password; none where no place is named.
///
/// # Errors
/// A [`Problem`] when it can't be fetched, or is no pair.
pub async fn login(place: Option<&SecretRef>) -> Result<Option<(String, Secret)>, Problem> {
    let Some(place) = place else { return Ok(None) };
    let pair = secret_store::fetch(place).await?;
    let next = "keep it there as name:password";
    let none = || Problem::new(Code::Login, "the proxy's login is no name and password", place.to_string(), next);
    let (name, password) = pair.expose().split_once(':').ok_or_else(none)?;
    redactor::learn(password);
    Ok(Some((name.to_owned(), Secret::new(password.to_owned()))))
}

/// Why a proxy let nothing through to that address, in its own status; none where it lets everything through now, or is
/// no HTTP proxy.
pub async fn refusal(proxy: &str, place: Option<&SecretRef>, target: &Url) -> Option<Problem> {
    let proxy = Url::parse(proxy).ok().filter(|proxy| proxy.scheme() == "http")?;
    let host = format!("{}:{}", target.host_str()?, target.port_or_known_default()?);
    let login = login(place).await.ok()?;
    let status = tokio::time::timeout(PATIENCE, status(&proxy, &host, login.as_ref())).await.ok()??;
    let shown = format!("the proxy {}:{} answered HTTP {status}", proxy.host_str()?, proxy.port_or_known_default()?);
    let (what, next) = match (status, login.is_some()) {
        (200..=299, _) => return None,
        (407, false) => ("the proxy wants a login", "name its place with proxy_login in the provider's table"),
        (407, true) => ("the proxy refused its login", "check proxy_login: it holds name:password"),
        _ => ("the proxy refused to connect", "ask whoever runs the proxy to let this host through to the system"),
    };
    let why = format!("{shown} for {host}");
    Some(Problem { http_status: Some(status), ..Problem::new(Code::Proxy, what, why, next) })
}

async fn status(proxy: &Url, host: &str, login: Option<&(String, Secret)>) -> Option<u16> {
    let address = (proxy.host_str()?.trim_matches(['[', ']']).to_owned(), proxy.port_or_known_default()?);
    let mut stream = TcpStream::connect(address).await.ok()?;
    let login = login.map(|(name, password)| basic(name, password.expose())).transpose().ok()?;
    let login = login.map(|login| format!("Proxy-Authorization: {}\r\n", login.to_str().unwrap_or_default()));
    let lead = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n");
    let rest = Secret::new(format!("{}\r", login.unwrap_or_default()));
    for part in [lead.as_bytes(), rest.expose().as_bytes(), b"\n"] {
        stream.write_all(part).await.ok()?;
    }
    let mut line = Vec::new();
    BufReader::new(stream.take(HEAD_BYTES)).read_until(b'\n', &mut line).await.ok()?;
    String::from_utf8_lossy(&line).strip_prefix("HTTP/1.")?.split(' ').nth(1)?.trim().parse().ok()
}

/// A variable that names a proxy for other programs, and that isn't heard here.
pub fn unheard() -> Option<&'static str> {
    VARIABLES.into_iter().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
