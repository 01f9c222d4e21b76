//! What a device answers to a command that a management server gave it.

use jiff::Timestamp;

use super::{IntentId, ProviderName, Untrusted};

/// What became of a command on the device (developer.apple.com, any `…Response` page).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceStatus {
    /// It did it.
    Acknowledged,
    /// It couldn't do it; the chain says why.
    Error,
    /// It couldn't read the command.
    FormatError,
    /// It has it and can't do it now; it is given again later.
    NotNow,
    /// Anything else, as it was said.
    Other(Untrusted),
}

impl DeviceStatus {
    /// The status of that word; servers differ in spelling (`CommandFormatError`, `COMMAND_FORMAT_ERROR`).
    pub fn named(word: &Untrusted) -> Self {
        match word.letters().as_str() {
            "acknowledged" => Self::Acknowledged,
            "error" => Self::Error,
            "commandformaterror" => Self::FormatError,
            "notnow" => Self::NotNow,
            _ => Self::Other(word.clone()),
        }
    }

    /// The word in the ledger.
    pub fn word(&self) -> &str {
        match self {
            Self::Acknowledged => "Acknowledged",
            Self::Error => "Error",
            Self::FormatError => "CommandFormatError",
            Self::NotNow => "NotNow",
            Self::Other(word) => word.as_data(),
        }
    }

    /// True when no further answer to this command is to come.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Acknowledged | Self::Error | Self::FormatError)
    }
}

/// One link of an error chain; the first is the outermost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorChainItem {
    /// The number; none where it is missing.
    pub code: Option<i64>,
    /// Whose number it is.
    pub domain: Untrusted,
    /// What it means.
    pub text: Untrusted,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAnswer {
    /// The command's id; Apple's own example is no UUID.
    pub command: Untrusted,
    /// The device's id.
    pub device: Untrusted,
    /// What became of it.
    pub status: DeviceStatus,
    /// Why not.
    pub chain: Vec<ErrorChainItem>,
    /// The short names on the device, where it was asked for them.
    pub users: Option<Vec<Untrusted>>,
    /// What else there is to say: a raw answer that couldn't be read, a match by time.
    pub detail: Untrusted,
    /// The server's id of the event, so that the same one is not taken twice.
    pub event: Untrusted,
    /// When the server heard it, or we did.
    pub at: Timestamp,
    /// How we know: `webhook, signed`, `webhook, secret address`, `asked the server`.
    pub evidence: String,
}

impl DeviceAnswer {
    /// The chain in one line: `The user was not found (MCMDMErrorDomain 12021) < …`.
    pub fn chain_words(&self) -> String {
        let link = |link: &ErrorChainItem| match link.code {
            Some(code) => format!("{} ({} {code})", link.text.line(), link.domain.line()),
            None => format!("{} ({})", link.text.line(), link.domain.line()),
        };
        self.chain.iter().map(link).collect::<Vec<_>>().join(" < ")
    }
}

/// An answer with the intent that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentAnswer {
    /// The intent.
    pub intent: IntentId,
    /// The provider that told it.
    pub provider: ProviderName,
    /// The answer.
    pub answer: DeviceAnswer,
    /// True when it isn't believed: another final answer came first, or another device gave it.
    pub contradicts: bool,
}
