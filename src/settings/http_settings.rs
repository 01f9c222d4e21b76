//! The settings every HTTP provider has: its pace, its timeouts, its trust.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{SecretRef, duration};

/// Pace, time-outs, trust and proxy of one provider. There is no switch that turns certificate checks off.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSettings {
    /// How long a connection may take to come about.
    #[serde(with = "duration")]
    pub connect_timeout: Duration,
    /// How long a whole exchange may take. An unlock without an answer is not repeated before this has passed.
    #[serde(with = "duration")]
    pub total_timeout: Duration,
    /// How long after that a request may still be delivered late, by a proxy or a queue in between; half the total
    /// time-out where nothing is said.
    #[serde(with = "duration::maybe", skip_serializing_if = "Option::is_none")]
    pub late_delivery: Option<Duration>,
    /// Requests under way at once.
    pub max_parallel: u32,
    /// Requests per second.
    pub max_per_second: u32,
    /// A PEM file of certificate authorities, trusted beside the platform's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// A proxy for this provider: `http`, `https`, `socks5` or `socks5h` (names are looked up by the proxy); never used
    /// for loopback.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// The proxy's login: `name:password`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_login: Option<SecretRef>,
    /// Where the system's own console shows an account, with `{id}` in the id's place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub console_url: Option<String>,
    /// The provider through which its accounts are unlocked, where both know the same ones by the same id; then this one
    /// only confirms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlock_through: Option<String>,
}

impl HttpSettings {
    /// The keys, so that the provider tables can be split.
    pub const KEYS: [&'static str; 10] = [
        "connect_timeout",
        "total_timeout",
        "late_delivery",
        "max_parallel",
        "max_per_second",
        "ca_file",
        "proxy",
        "proxy_login",
        "console_url",
        "unlock_through",
    ];

    /// From then on a request that was never answered can no longer be under way.
    pub fn settles_after(&self) -> Duration {
        self.total_timeout + self.late_delivery.unwrap_or(self.total_timeout / 2)
    }

    /// Checks what the types can't.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn check(&self) -> Result<(), String> {
        if let Some(console) = &self.console_url
            && !(console.starts_with("https://") && console.contains("{id}"))
        {
            return Err("console_url is an https address with `{id}` in the id's place".to_owned());
        }
        let scheme = self.proxy.as_deref().map(|proxy| proxy.split_once("://").map_or("http", |(scheme, _)| scheme));
        match scheme {
            None if self.proxy_login.is_some() => {
                Err("proxy_login is the login of a proxy, and no proxy is named".to_owned())
            }
            Some("http" | "https") | None => Ok(()),
            Some("socks5" | "socks5h") if self.proxy_login.is_none() => Ok(()),
            Some("socks5" | "socks5h") => {
                Err("a login is given to http proxies only: socks proxies get none".to_owned())
            }
            Some(other) => Err(format!("`{other}` is no kind of proxy: http, https, socks5 and socks5h are")),
        }
    }
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(30),
            late_delivery: None,
            max_parallel: 8,
            max_per_second: 20,
            ca_file: None,
            proxy: None,
            proxy_login: None,
            console_url: None,
            unlock_through: None,
        }
    }
}
