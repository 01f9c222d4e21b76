//! Where devices' answers are received, and how each sender is told from anybody else.

use std::net::SocketAddr;

use crate::config::Config;
use crate::domain::ProviderName;
use crate::provider::{ProviderConfig, WebhookSecret};
use crate::settings::SecretRef;

/// Where devices' answers are received.
#[derive(Clone, Debug, Default)]
pub struct WebhookPlan {
    /// The address.
    pub listen: Option<SocketAddr>,
    /// Whose.
    pub routes: Vec<WebhookSource>,
}

impl WebhookPlan {
    /// What the configuration says of it.
    pub fn of(config: &Config) -> Self {
        let route = |settings: &ProviderConfig| {
            let (secret, signs) = match settings.backend.common().webhook()? {
                WebhookSecret::Signature(key) => (key, true),
                WebhookSecret::Path(secret) => (secret, false),
            };
            Some(WebhookSource { provider: settings.name.clone(), secret: secret.clone(), signs })
        };
        Self { listen: config.webhook.listen, routes: config.providers.iter().filter_map(route).collect() }
    }
}

/// How one provider's events are told from anybody else's.
#[derive(Clone, Debug)]
pub struct WebhookSource {
    /// The provider.
    pub provider: ProviderName,
    /// Where the secret is kept.
    pub secret: SecretRef,
    /// True when the server signs; else the secret is in the address.
    pub signs: bool,
}
