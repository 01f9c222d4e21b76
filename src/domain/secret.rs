//! Secrets: they can be used, and nothing else (law 7).

use secrecy::{ExposeSecret, SecretString};

/// A secret value, zeroed when dropped. It has no `Display`, `Serialize` or `PartialEq`, and its
/// `Debug` shows no part of it.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a secret in; one trailing line end (a file's or a command's) is not part of it.
    pub fn new(mut text: String) -> Self {
        // The mark that some editors put before a text is no part of it either.
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        Self(SecretString::from(text))
    }

    /// The value, for the one place that puts it on the wire.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// True when there is no secret in it.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}
