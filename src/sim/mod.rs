//! Simulated systems that speak each backend's real wire protocol over loopback: for the demo, for
//! training and for tests.
//!
//! This room uses nothing of ours. It has its own wire types, written from the contracts, so that a
//! mistake in the client can't hide on both sides. Its only seams are URLs, the text of a ready
//! configuration, and the control port.

mod adaxes;
mod apple_mdm;
mod config_writer;
mod context;
mod control;
mod directory;
mod fault_injection;
mod jumpcloud;
mod pingone;
mod server;
mod world;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use context::SimContext;

pub use config_writer::write_config;

/// How the simulated systems are set up.
#[derive(Clone, Debug, Default)]
pub struct SimOptions {
    /// How many people there are; at least the ones with a story.
    pub people: usize,
    /// How long each answer takes.
    pub latency: Duration,
    /// Whether the plant's domain with its three controllers is there too.
    pub with_directory: bool,
}

/// The addresses of running systems.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SimAddresses {
    /// The control port, with the token that its orders need.
    pub control: String,
    /// Each provider's base URL.
    pub providers: BTreeMap<String, String>,
    /// The login that each provider takes, in the order of the configuration.
    #[serde(skip)]
    pub logins: Vec<(String, ClientLogin)>,
}

/// What the ready configuration needs to log in.
#[derive(Clone, Debug)]
pub struct ClientLogin {
    /// What stands before all providers.
    pub top: String,
    /// Its settings as lines of TOML; `{name}` stands for the path of the file of that name.
    pub toml: String,
    /// The files beside the configuration, by name: the secret, a map.
    pub files: Vec<(&'static str, String)>,
}

impl ClientLogin {
    /// Settings with one secret.
    fn with_secret(toml: String, secret: &str) -> Self {
        Self { top: String::new(), toml, files: vec![("secret", secret.to_owned())] }
    }
}

/// Starts every system on its own loopback port, on the current runtime.
///
/// # Errors
/// When the demo's data can't be read or no port can be had.
pub async fn start(options: &SimOptions) -> io::Result<SimAddresses> {
    let hook = apple_mdm::Webhook::choose();
    let shared = Arc::new(SimContext::new(world::World::load(options.people)?, options.latency, hook));
    let mut providers = BTreeMap::new();
    let mut logins = Vec::new();

    let (listener, url) = listen().await?;
    logins.push(("pingone".to_owned(), pingone::login(&url)));
    server::run(listener, "pingone", pingone::router(Arc::clone(&shared), &url), Arc::clone(&shared));
    providers.insert("pingone".to_owned(), url);

    let (listener, url) = listen().await?;
    logins.push(("jumpcloud".to_owned(), jumpcloud::login(&url)));
    server::run(listener, "jumpcloud", jumpcloud::router(Arc::clone(&shared)), Arc::clone(&shared));
    providers.insert("jumpcloud".to_owned(), url);

    let (listener, url) = listen().await?;
    logins.push(("adaxes".to_owned(), adaxes::login(&url)));
    server::run(listener, "adaxes", adaxes::router(Arc::clone(&shared)), Arc::clone(&shared));
    providers.insert("adaxes".to_owned(), url);

    if options.with_directory {
        let urls = directory::start(&shared).await?;
        logins.push(("ad".to_owned(), directory::login(&urls)));
        providers.insert("ad".to_owned(), urls.join(","));
    }

    let (listener, url) = listen().await?;
    logins.push(("macs".to_owned(), apple_mdm::login(&url, &shared.webhook, &shared.world())));
    server::run(listener, "macs", apple_mdm::router(Arc::clone(&shared)), Arc::clone(&shared));
    providers.insert("macs".to_owned(), url);

    let (listener, control) = listen().await?;
    let token = uuid::Uuid::new_v4().simple().to_string();
    // Without faults, and without the log.
    tokio::spawn(axum::serve(listener, control::router(Arc::clone(&shared), &token)).into_future());
    let control = format!("{control}/{token}");
    Ok(SimAddresses { control, providers, logins })
}

async fn listen() -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

/// Runs the systems on a thread of their own until the returned handle is dropped. They are started on the caller's, which
/// must not be inside a runtime.
///
/// # Errors
/// As [`start`].
pub fn start_thread(options: &SimOptions) -> io::Result<SimHandle> {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let addresses = runtime.block_on(start(options))?;
    let thread = std::thread::Builder::new().name("sim".to_owned()).spawn(move || {
        let _ = runtime.block_on(stopped);
    })?;
    Ok(SimHandle { addresses, stop: Some(stop), thread: Some(thread) })
}

/// Systems running on a thread; they end when it is dropped.
pub struct SimHandle {
    /// Where they listen.
    pub addresses: SimAddresses,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl SimHandle {
    /// Writes a ready configuration; see [`write_config`].
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn write_config(&self, path: &Path) -> io::Result<()> {
        write_config(&self.addresses, path)
    }
}

impl Drop for SimHandle {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
