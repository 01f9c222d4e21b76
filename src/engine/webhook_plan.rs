//! Where devices' answers are received, and how each sender is told from anybody else.

use std::net::SocketAddr;

use crate::config::Config;
use crate::domain::ProviderName;
use crate::provider::WebhookSecret;
use crate::settings::SecretRef;

/// Where devices' answers are received.
#[derive(Clone, Debug, Default)]
pub struct WebhookPlan {
    /// The address.
    pub listen: Option<SocketAddr>,
    /// Whose.
    pub routes: Vec<WebhookRoute>,
}

impl WebhookPlan {
    /// What the configuration says of it.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let route = |settings: &crate::provider::ProviderConfig| {
            Some(WebhookRoute::of(&settings.name, settings.backend.common().webhook()?))
        };
        Self { listen: config.webhook.listen, routes: config.providers.iter().filter_map(route).collect() }
    }
}

/// How one provider's events are told from anybody else's.
#[derive(Clone, Debug)]
pub struct WebhookRoute {
    /// The provider.
    pub provider: ProviderName,
    /// Where the secret is kept.
    pub secret: SecretRef,
    /// True when the server signs; else the secret is in the address.
    pub signs: bool,
}

impl WebhookRoute {
    /// The route of a provider that expects webhooks.
    #[must_use]
    pub fn of(provider: &ProviderName, secret: WebhookSecret<'_>) -> Self {
        let (secret, signs) = match secret {
            WebhookSecret::Signature(key) => (key, true),
            WebhookSecret::Path(secret) => (secret, false),
        };
        Self { provider: provider.clone(), secret: secret.clone(), signs }
    }
}
