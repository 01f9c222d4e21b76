//! Takes the secrets in use out of texts from outside, in each form in which they are sent or may be repeated: a
//! gateway that repeats a request in its error must not bring a login to a screen, a script or a ledger.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use parking_lot::RwLock;

use crate::domain::Secret;

/// What stands in the place of a secret.
const IN_ITS_PLACE: &str = "[secret]";
/// A shorter text would be found everywhere; shorter secrets are refused.
pub const SHORTEST: usize = 6;
/// Fetched tokens that are known: an old one may still be repeated while its request is in flight.
const TOKENS: usize = 24;

static KNOWN: RwLock<SecretForms> = RwLock::new(SecretForms::new());

/// The forms of the secrets in use.
struct SecretForms {
    lasting: Vec<Secret>,
    /// Of each token its forms, the newest last.
    tokens: VecDeque<Vec<Secret>>,
    /// For each pair of bytes whether a form begins with it, so that one pass over a text is enough.
    starts: Vec<bool>,
}

/// The place of two bytes among all pairs, by the first two of these.
fn pair(bytes: &[u8]) -> Option<usize> {
    bytes.first_chunk().map(|pair| usize::from(u16::from_be_bytes(*pair)))
}

impl SecretForms {
    const fn new() -> Self {
        Self { lasting: Vec::new(), tokens: VecDeque::new(), starts: Vec::new() }
    }

    fn forms(&self) -> impl Iterator<Item = &Secret> {
        self.lasting.iter().chain(self.tokens.iter().flatten())
    }

    fn has(&self, secret: &str) -> bool {
        self.forms().any(|form| form.expose() == secret)
    }

    fn mend(&mut self) {
        let mut starts = vec![false; 1 << 16];
        for at in self.forms().filter_map(|form| pair(form.expose().as_bytes())) {
            if let Some(start) = starts.get_mut(at) {
                *start = true;
            }
        }
        self.starts = starts;
    }

    /// The longest form that begins here, in bytes.
    fn at(&self, text: &[u8]) -> Option<usize> {
        let fits = self.forms().map(|form| form.expose().as_bytes()).filter(|form| text.starts_with(form));
        fits.map(<[u8]>::len).max()
    }

    fn redact(&self, text: &[u8]) -> Option<Vec<u8>> {
        let (mut clean, mut from) = (Vec::new(), 0);
        for (at, bytes) in text.windows(2).enumerate() {
            let begins = pair(bytes).and_then(|pair| self.starts.get(pair)).is_some_and(|begins| *begins);
            if at < from || !begins {
                continue;
            }
            let Some(length) = text.get(at..).and_then(|rest| self.at(rest)) else { continue };
            clean.extend_from_slice(text.get(from..at).unwrap_or_default());
            clean.extend_from_slice(IN_ITS_PLACE.as_bytes());
            from = at + length;
        }
        (from > 0).then(|| {
            clean.extend_from_slice(text.get(from..).unwrap_or_default());
            clean
        })
    }
}

/// Every form of a secret: as it is, percent- and form-encoded, in JSON, in base64 of both alphabets, in hexadecimal.
fn forms(secret: &str) -> Vec<Secret> {
    let percent = |keeps: fn(u8) -> bool, upper: bool| -> String {
        let sign = |byte: u8| match (keeps(byte), upper) {
            (true, _) => char::from(byte).to_string(),
            (false, true) => format!("%{byte:02X}"),
            (false, false) => format!("%{byte:02x}"),
        };
        secret.bytes().map(sign).collect()
    };
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let form = |byte: u8| byte.is_ascii_alphanumeric() || b"-._*".contains(&byte);
    let quoted = serde_json::to_string(secret).unwrap_or_default();
    let json = quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned();
    let hex = |upper: bool| -> String {
        secret.bytes().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }).collect()
    };
    let all = [
        secret.to_owned(),
        json.replace('/', "\\/"),
        json,
        percent(unreserved, true),
        percent(unreserved, false),
        percent(form, true).replace("%20", "+"),
        percent(form, false).replace("%20", "+"),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hex(false),
        hex(true),
    ];
    let mut forms: Vec<Secret> = Vec::new();
    for form in all.into_iter().filter(|form| form.len() >= SHORTEST) {
        if forms.iter().all(|known| known.expose() != form) {
            forms.push(Secret::new(form));
        }
    }
    forms
}

fn remember(secret: &str, keep: impl FnOnce(&mut SecretForms, Vec<Secret>)) {
    if secret.len() >= SHORTEST && !KNOWN.read().has(secret) {
        let mut known = KNOWN.write();
        keep(&mut known, forms(secret));
        known.mend();
    }
}

/// Remembers a secret for as long as the program runs.
pub fn learn(secret: &str) {
    remember(secret, |known, forms| known.lasting.extend(forms));
}

/// Remembers a fetched token, until many newer ones were fetched.
pub fn learn_token(token: &str) {
    remember(token, |known, forms| {
        known.tokens.push_back(forms);
        if known.tokens.len() > TOKENS {
            known.tokens.pop_front();
        }
    });
}

/// The bytes without any secret in use.
pub fn redacted(bytes: Vec<u8>) -> Vec<u8> {
    KNOWN.read().redact(&bytes).unwrap_or(bytes)
}

/// The text without any secret in use.
pub fn redacted_text(text: &str) -> String {
    String::from_utf8_lossy(&redacted(text.as_bytes().to_vec())).into_owned()
}

#[cfg(test)]
mod tests;
