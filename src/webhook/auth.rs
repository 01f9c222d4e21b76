//! Who may tell: a signature over the body, or a secret in the address.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::domain::{Code, Problem, ProviderName, Secret};
use crate::engine::webhook_sources::WebhookSource;
use crate::settings::secret_store;

/// 256 bits in base64 without padding; in hexadecimal it is longer.
const SECRET_CHARS: usize = 43;

/// A shorter key to sign with can be guessed.
const KEY_CHARS: usize = 16;

/// A system that may tell, once its address and its signature are right.
pub struct Sender {
    provider: ProviderName,
    secret: Secret,
    signs: bool,
}

/// Every sender, with its secret fetched.
pub struct WebhookAuth(Vec<Sender>);

impl WebhookAuth {
    /// Fetches the secrets.
    pub async fn open(routes: &[WebhookSource]) -> Result<Self, Problem> {
        let mut senders = Vec::new();
        for route in routes {
            let secret = secret_store::fetch(&route.secret).await?;
            let text = secret.expose().trim();
            if route.signs && text.len() < KEY_CHARS {
                return Err(Problem::new(
                    Code::Login,
                    format!("the webhook's key of {} is too weak", route.provider),
                    format!("it has fewer than {KEY_CHARS} signs: whoever guesses it can forge answers"),
                    "make one for server and unbolt: openssl rand -hex 32",
                ));
            }
            let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            if !route.signs && (text.len() < SECRET_CHARS || !plain) {
                return Err(Problem::new(
                    Code::Login,
                    format!("the webhook's secret of {} is too weak", route.provider),
                    "it needs 256 bits, as 64 hexadecimal digits or 43 of A-Z a-z 0-9 - _",
                    "make one: openssl rand -hex 32",
                ));
            }
            senders.push(Sender { provider: route.provider.clone(), secret, signs: route.signs });
        }
        Ok(Self(senders))
    }

    /// The sender that an event with that head may be of; its body decides.
    pub fn sender(&self, path: &str, signature: Option<&[u8]>) -> Option<&Sender> {
        let rest = path.strip_prefix("/mdm/")?;
        let (name, given) = rest.split_once('/').map_or((rest, None), |(name, given)| (name, Some(given)));
        let sender = self.0.iter().find(|sender| sender.provider.as_str() == name)?;
        let may_be = match (sender.signs, given) {
            (true, None) => signature.is_some(),
            (false, Some(given)) => same(given, sender.secret.expose().trim()),
            _ => false,
        };
        may_be.then_some(sender)
    }
}

impl Sender {
    /// Whose event this is, and how that is known; none where the signature isn't over this body. A secret in the address
    /// was looked at by [`WebhookAuth::sender`].
    pub fn admits(&self, signature: Option<&[u8]>, body: &[u8]) -> Option<(ProviderName, &'static str)> {
        if self.signs && !signature.is_some_and(|signature| signed(self, signature, body)) {
            return None;
        }
        let evidence = if self.signs { "webhook, signed" } else { "webhook, secret address" };
        Some((self.provider.clone(), evidence))
    }
}

/// `X-Hmac-Signature`: base64 of HMAC-SHA256 over the body (observed on `NanoMDM`).
fn signed(sender: &Sender, signature: &[u8], body: &[u8]) -> bool {
    let Ok(signature) = STANDARD.decode(signature) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(sender.secret.expose().trim().as_bytes()) else { return false };
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

/// Compared by digests, so that the time it takes tells nothing of the secret.
fn same(given: &str, secret: &str) -> bool {
    Sha256::digest(given.as_bytes()) == Sha256::digest(secret.as_bytes())
}
