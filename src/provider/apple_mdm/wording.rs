//! How MDM facts are worded, and what of a server's words is never shown.

use crate::domain::{Code, DeviceAnswer, DeviceStatus, Problem, ReportedStep, StepState, Untrusted};

/// Runs of hexadecimal digits this long are push tokens: a server quotes them in its errors (observed).
const TOKEN_DIGITS: usize = 32;

/// The text without push tokens. A UUID without hyphens is as long as that too: better one id too few than one token
/// too many.
pub fn redacted(text: &str) -> Untrusted {
    let signs: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    for run in signs.chunk_by(|one, next| one.is_ascii_hexdigit() && next.is_ascii_hexdigit()) {
        if run.len() >= TOKEN_DIGITS {
            shown.push_str("[token]");
        } else {
            shown.extend(run);
        }
    }
    shown.into()
}

/// An answer as a step.
pub fn step(answer: &DeviceAnswer) -> ReportedStep {
    let tail = format!("{}, {}", answer.at.strftime("%H:%M:%SZ"), answer.evidence);
    let chain = answer.chain_words();
    let (state, words) = match &answer.status {
        DeviceStatus::Acknowledged => (StepState::Acknowledged, "the Mac says that it is done".to_owned()),
        DeviceStatus::NotNow => {
            (StepState::NotNow, "the Mac has it, can't do it now, and will be asked again".to_owned())
        }
        DeviceStatus::Error if chain.is_empty() => {
            (StepState::DeviceError, "the Mac says that it failed, and not why".to_owned())
        }
        DeviceStatus::Error => (StepState::DeviceError, chain),
        DeviceStatus::FormatError => (StepState::FormatError, "the Mac can't read the command".to_owned()),
        DeviceStatus::Other(word) => (StepState::Note, format!("an answer of unknown kind: `{}`", word.line())),
    };
    let detail = if answer.detail.is_blank() { String::new() } else { format!("; {}", answer.detail.line()) };
    ReportedStep::new(state, format!("{words} ({tail}){detail}"))
}

/// What to do when a Mac refuses. Which of these it was, the error codes of macOS don't tell: no list of them is
/// published.
const REFUSED: &str = "ask for the account's short name; a directory account can't be unlocked this way; the MDM profile needs \
    the access right DeviceLockAndRemovePasscode; a Mac enrolled by its user refuses; some macOS versions want it supervised";

/// The problem behind an answer that isn't good.
pub fn refusal(answer: &DeviceAnswer) -> Problem {
    let (what, next) = match answer.status {
        DeviceStatus::FormatError => {
            ("the Mac couldn't read the command", "check the short name; if it is right, report this as a bug")
        }
        _ => ("the Mac couldn't do it", REFUSED),
    };
    Problem::new(Code::Device, what, answer.chain_words(), next)
}

#[cfg(test)]
mod tests;
