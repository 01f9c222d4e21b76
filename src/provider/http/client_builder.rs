//! Making the client: trust, proxy, time-outs, no redirects.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, NoProxy, Proxy, Url, redirect};
use tokio::sync::OnceCell;

use crate::domain::{Code, Problem, Secret};
use crate::provider::tls::{certificates, self_signed};
use crate::settings::{HttpSettings, SecretRef};

use super::{ConnectionChoice, proxy_refusal};

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
    reads: OnceCell<Client>,
    change: OnceCell<Client>,
    run: OnceCell<Client>,
}

impl Clients {
    /// The clients for these settings; without TLS for providers that are only spoken to by plain http.
    ///
    /// # Errors
    /// A [`Problem`] when the CA file or the proxy can't be used.
    pub fn get(&mut self, settings: &HttpSettings, tls: bool) -> Result<Arc<ClientSet>, Problem> {
        let way =
            |of: &HttpSettings| (of.connect_timeout, of.ca_file.clone(), of.proxy.clone(), of.proxy_login.clone());
        if let Some(known) = self.0.iter().find(|set| set.tls == tls && way(&set.settings) == way(settings)) {
            return Ok(Arc::clone(known));
        }
        // What is wrong with the settings shows now, and not with the first request.
        let reads = build(client(settings, tls, None)?)?;
        // A login is fetched when it is needed.
        let reads = OnceCell::new_with(settings.proxy_login.is_none().then_some(reads));
        let (settings, change, run) = (settings.clone(), OnceCell::new(), OnceCell::new());
        let set = Arc::new(ClientSet { settings, tls, reads, change, run });
        self.0.push(Arc::clone(&set));
        Ok(set)
    }
}

impl ClientSet {
    /// The client whose connections may carry such a request.
    ///
    /// # Errors
    /// As [`Clients::get`], and when the proxy's login can't be had.
    pub async fn get(&self, carrier: ConnectionChoice) -> Result<Client, Problem> {
        let cell = match carrier {
            ConnectionChoice::Reads => &self.reads,
            ConnectionChoice::Change => &self.change,
            ConnectionChoice::RunOfChanges => &self.run,
        };
        cell.get_or_try_init(|| self.make(carrier)).await.cloned()
    }

    /// What stands between here and the system, for a closer look at why it didn't let a request through.
    pub fn proxy(&self) -> Option<(&str, Option<&SecretRef>)> {
        self.settings.proxy.as_deref().map(|proxy| (proxy, self.settings.proxy_login.as_ref()))
    }

    async fn make(&self, carrier: ConnectionChoice) -> Result<Client, Problem> {
        let login = proxy_refusal::login(self.settings.proxy_login.as_ref()).await?;
        let builder = client(&self.settings, self.tls, login.as_ref())?;
        build(match carrier {
            ConnectionChoice::Reads => builder,
            ConnectionChoice::Change => builder.pool_max_idle_per_host(0),
            ConnectionChoice::RunOfChanges => builder.pool_idle_timeout(RUN_IDLE),
        })
    }
}

fn client(settings: &HttpSettings, tls: bool, login: Option<&(String, Secret)>) -> Result<ClientBuilder, Problem> {
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
            let why = "a login may not stand in the configuration: name its place with proxy_login";
            return Err(unusable("the proxy", "(with a login in it)", why));
        }
        let made = Proxy::all(proxy.as_str()).map_err(|e| unusable("the proxy", proxy, &e.to_string()))?;
        let made = made.no_proxy(NoProxy::from_string(LOOPBACK));
        builder = builder.proxy(match login {
            Some((name, password)) => made.basic_auth(name, password.expose()),
            None => made,
        });
    }
    if let Some(path) = &settings.ca_file {
        let named = certificates::authorities(path)?;
        let shown = path.display().to_string();
        let mut config = self_signed::config(named).map_err(|e| unusable("the CA file", &shown, &e.to_string()))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        builder = builder.tls_backend_preconfigured(config);
    }
    Ok(builder)
}

fn build(builder: ClientBuilder) -> Result<Client, Problem> {
    builder.build().map_err(|e| unusable("the HTTP client", "", &e.to_string()))
}

/// Something of the settings that no client can be made of.
pub fn unusable(what: &str, name: &str, why: &str) -> Problem {
    Problem::new(
        Code::Tls,
        format!("{what} can't be used"),
        format!("{name}: {why}"),
        "correct the provider's table in the configuration",
    )
}

/// True for a host that is this machine.
pub fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
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
    match url.scheme() {
        _ if !url.username().is_empty() || url.password().is_some() => Err(wrong("a login may not stand in a URL")),
        "https" => Ok(url),
        "http" if url.host_str().is_some_and(is_this_machine) => Ok(url),
        "http" => Err(wrong("plain http is allowed to this machine only; use https")),
        other => Err(wrong(&format!("`{other}` is no scheme for it; use https"))),
    }
}
