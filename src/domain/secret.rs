//! Secrets: they can be used, and nothing else (law 7).

use secrecy::zeroize::Zeroize as _;
use secrecy::{ExposeSecret, SecretString};

/// A secret value, zeroed when dropped. It has no `Display`, `Serialize` or `PartialEq`, and its
/// `Debug` shows no part of it.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a secret in; one trailing line end (a file's or a command's) is not part of it.
    pub fn new(mut text: String) -> Self {
        // The mark that some editors put before a text is no part of it either.
        let bare = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let bare = bare.strip_suffix('\n').map_or(bare, |line| line.strip_suffix('\r').unwrap_or(line));
        // Of exactly its size: where a text with room behind it is shrunk, a copy may stay.
        let secret = Self(SecretString::from(bare.to_owned()));
        text.zeroize();
        secret
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
