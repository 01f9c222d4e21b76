//! Making the client: trust, proxy, time-outs, no redirects.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::{Certificate, Client, NoProxy, Proxy, Url, redirect};

use crate::config::WireSettings;
use crate::domain::{Code, Problem};

/// Hosts that a proxy never sees.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// The clients of this process. Providers that trust and reach the same way share one: reading the
/// platform's authorities takes longer than everything else at the start.
#[derive(Default)]
pub struct Clients(Vec<(Way, Client)>);

/// What makes two clients different.
#[derive(PartialEq, Eq)]
struct Way {
    connect_timeout: Duration,
    ca_file: Option<PathBuf>,
    proxy: Option<String>,
    tls: bool,
}

impl Clients {
    /// The client for these settings; without TLS for providers that are only spoken to by plain http.
    ///
    /// # Errors
    /// A [`Problem`] when the CA file or the proxy can't be used.
    pub fn get(&mut self, settings: &WireSettings, tls: bool) -> Result<Client, Problem> {
        let way = Way {
            connect_timeout: settings.connect_timeout,
            ca_file: settings.ca_file.clone(),
            proxy: settings.proxy.clone(),
            tls,
        };
        if let Some((_, client)) = self.0.iter().find(|(other, _)| *other == way) {
            return Ok(client.clone());
        }
        let client = client(settings, tls)?;
        self.0.push((way, client.clone()));
        Ok(client)
    }
}

fn client(settings: &WireSettings, tls: bool) -> Result<Client, Problem> {
    let mut builder = Client::builder()
        .user_agent(concat!("unbolt/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .connect_timeout(settings.connect_timeout)
        // The environment's proxies would capture even loopback.
        .no_proxy()
        .http1_only()
        // The certificate that a server showed, for `unbolt check`.
        .tls_info(tls);
    if !tls {
        // Nothing is trusted where nothing is to be verified.
        builder = builder.tls_certs_only([]);
    }
    if let Some(proxy) = &settings.proxy {
        if proxy.contains('@') {
            return Err(unusable("the proxy", "(with a login in it)", "a login may not stand in the configuration"));
        }
        let proxy = Proxy::all(proxy.as_str())
            .map_err(|e| unusable("the proxy", proxy, &e.to_string()))?
            .no_proxy(NoProxy::from_string(LOOPBACK));
        builder = builder.proxy(proxy);
    }
    if let Some(path) = &settings.ca_file {
        let shown = path.display().to_string();
        let pem = std::fs::read(path).map_err(|e| unusable("the CA file", &shown, &e.to_string()))?;
        let authorities =
            Certificate::from_pem_bundle(&pem).map_err(|e| unusable("the CA file", &shown, &e.to_string()))?;
        if authorities.is_empty() {
            return Err(unusable("the CA file", &shown, "it holds no certificate in PEM form"));
        }
        builder = builder.tls_certs_merge(authorities);
    }
    builder.build().map_err(|e| unusable("the HTTP client", "", &e.to_string()))
}

fn unusable(what: &str, name: &str, why: &str) -> Problem {
    Problem::new(
        Code::Tls,
        format!("{what} can't be used"),
        format!("{name}: {why}"),
        "correct the provider's table in the configuration",
    )
}

/// Takes a URL from the configuration: https, or plain http to this machine only.
///
/// # Errors
/// A [`Problem`] that says what is wrong with it.
pub fn checked_url(text: &str) -> Result<Url, Problem> {
    // A login in it is a secret: it doesn't come back in the message.
    let shown = if text.contains('@') { "(with a login in it)" } else { text };
    let wrong = |why: &str| {
        Problem::new(Code::BadRequest, format!("the URL {shown} can't be used"), why, "correct it in the configuration")
    };
    let url = Url::parse(text).map_err(|e| wrong(&e.to_string()))?;
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match url.scheme() {
        _ if !url.username().is_empty() || url.password().is_some() => Err(wrong("a login may not stand in a URL")),
        "https" => Ok(url),
        "http" if loopback => Ok(url),
        "http" => Err(wrong("plain http is allowed to this machine only; use https")),
        other => Err(wrong(&format!("`{other}` is no scheme for it; use https"))),
    }
}
