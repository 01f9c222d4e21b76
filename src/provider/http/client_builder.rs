//! Making the client: trust, proxy, time-outs, no redirects.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, NoProxy, Proxy, Url, redirect};

use crate::domain::{Code, Problem};
use crate::settings::HttpSettings;

use super::Carrier;

/// Hosts that a proxy never sees.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// A connection that carried a change may carry the next one of the same run for this long.
const RUN_IDLE: Duration = Duration::from_secs(1);

/// The clients of this process. Providers that trust and reach the same way share them: reading the
/// platform's authorities takes longer than everything else at the start.
#[derive(Default)]
pub struct Clients(Vec<Arc<ClientSet>>);

/// The clients of one way to trust and to reach: one for reads, and those for changes, made when the first is sent.
pub struct ClientSet {
    settings: HttpSettings,
    tls: bool,
    reads: Client,
    change: OnceLock<Client>,
    run: OnceLock<Client>,
}

impl Clients {
    /// The clients for these settings; without TLS for providers that are only spoken to by plain http.
    ///
    /// # Errors
    /// A [`Problem`] when the CA file or the proxy can't be used.
    pub fn get(&mut self, settings: &HttpSettings, tls: bool) -> Result<Arc<ClientSet>, Problem> {
        let way = |of: &HttpSettings| (of.connect_timeout, of.ca_file.clone(), of.proxy.clone());
        if let Some(known) = self.0.iter().find(|set| set.tls == tls && way(&set.settings) == way(settings)) {
            return Ok(Arc::clone(known));
        }
        let reads = build(client(settings, tls)?)?;
        let set = ClientSet { settings: settings.clone(), tls, reads, change: OnceLock::new(), run: OnceLock::new() };
        let set = Arc::new(set);
        self.0.push(Arc::clone(&set));
        Ok(set)
    }
}

impl ClientSet {
    /// The client whose connections may carry such a request.
    ///
    /// # Errors
    /// As [`Clients::get`]: the CA file may have gone since.
    pub fn get(&self, carrier: Carrier) -> Result<Client, Problem> {
        let (cell, keeps) = match carrier {
            Carrier::Reads => return Ok(self.reads.clone()),
            Carrier::Change => (&self.change, false),
            Carrier::RunOfChanges => (&self.run, true),
        };
        if let Some(made) = cell.get() {
            return Ok(made.clone());
        }
        let builder = client(&self.settings, self.tls)?;
        let builder = if keeps { builder.pool_idle_timeout(RUN_IDLE) } else { builder.pool_max_idle_per_host(0) };
        let made = build(builder)?;
        Ok(cell.get_or_init(|| made).clone())
    }
}

fn client(settings: &HttpSettings, tls: bool) -> Result<ClientBuilder, Problem> {
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
    Ok(builder)
}

fn build(builder: ClientBuilder) -> Result<Client, Problem> {
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
