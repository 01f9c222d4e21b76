//! What the receiver tells whoever watches it.

use crate::domain::{Outcome, Problem, ProviderName, Untrusted};

/// What is worth telling somebody.
#[derive(Clone, Debug)]
pub enum WebhookNotice {
    /// A Mac answered; in words.
    Answer {
        /// Which provider's Mac.
        provider: ProviderName,
        /// Whose account.
        username: Untrusted,
        /// What it says.
        status: Untrusted,
        /// True when it isn't believed.
        contradicts: bool,
        /// True when it answers the question before the unlock, and not the unlock.
        is_question: bool,
        /// The outcome that was recorded with it, for an unlock that nobody was following any more.
        outcome: Option<Outcome>,
    },
    /// Something went wrong.
    Problem(ProviderName, Problem),
    /// An event that couldn't be understood, and why.
    Unreadable(ProviderName, Untrusted),
    /// The first event without the right signature or secret.
    Refused,
    /// A command that waited is lost: its Mac was enrolled anew.
    Lost {
        /// Which provider's Mac.
        provider: ProviderName,
        /// Whose account.
        username: Untrusted,
    },
}

impl WebhookNotice {
    /// One inert line.
    pub fn line(&self) -> String {
        match self {
            Self::Answer { provider, username, status, is_question: true, .. } => {
                let status = status.line();
                let said = if status.eq_ignore_ascii_case("acknowledged") {
                    "has listed its accounts".to_owned()
                } else {
                    format!("answers {status} to the question for its accounts")
                };
                format!("{} in {provider}: the Mac {said}", username.line())
            }
            Self::Answer { provider, username, status, contradicts, outcome, .. } => {
                let doubt = if *contradicts { " (contradicts what is known: recorded, not believed)" } else { "" };
                let outcome = outcome.map(|outcome| format!(": {}", outcome.in_words()));
                let outcome = outcome.unwrap_or_default();
                format!("{} in {provider}: the Mac answers {}{doubt}{outcome}", username.line(), status.line())
            }
            Self::Problem(provider, problem) => format!("{provider}: an answer couldn't be taken: {problem}"),
            Self::Refused => {
                "an event for the webhook was refused: it has no valid signature or secret. Next: compare the MDM \
                              server's webhook key with this configuration; `unbolt check` counts them"
                    .to_owned()
            }
            Self::Lost { provider, username } => {
                format!("{} in {provider}: the Mac was enrolled anew, which cleared its queue: failed", username.line())
            }
            Self::Unreadable(provider, why) => format!("{provider}: an event can't be understood: {}", why.line()),
        }
    }
}
