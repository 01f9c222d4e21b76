//! Text from outside. It can be compared and parsed; it can only be shown through an exit.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::case_folding::is_same_name;

/// Text from the network, a file or a command (law 6).
///
/// There is no `Display`, and `Debug` shows the inert spelling. Deserializing goes over bytes, so
/// that a lone surrogate in JSON becomes replacement characters and not a lost document.
///
/// ```
/// use unbolt::domain::Untrusted;
///
/// let name = Untrusted::from("Ada\u{1b}[2J Lovelace");
/// assert!(!name.line().contains('\u{1b}'), "an exit makes it harmless");
/// assert!(name.as_data().contains('\u{1b}'), "the data is as it came");
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Untrusted(String);

impl Untrusted {
    /// The text itself: to compare, match, hash or parse. Never to show; showing is an exit's work.
    pub fn as_data(&self) -> &str {
        &self.0
    }

    /// True when there is nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Its letters of ASCII alone, in lower case: servers differ in how they join the words of a name.
    pub fn letters(&self) -> String {
        self.0.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
    }

    /// Equality without regard to case and composition, as the backends compare user names and e-mail addresses.
    pub fn same_name(&self, other: &str) -> bool {
        is_same_name(&self.0, other)
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Untrusted({:?})", self.cell())
    }
}

impl From<&str> for Untrusted {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl<'de> Deserialize<'de> for Untrusted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Untrusted;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Untrusted, E> {
                Ok(Untrusted(text.to_owned()))
            }
            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Untrusted, E> {
                Ok(Untrusted(String::from_utf8_lossy(bytes).into_owned()))
            }
        }
        deserializer.deserialize_bytes(Text)
    }
}
