//! How MDM facts are worded, and what of a server's words is never shown.

use jiff::Timestamp;

use crate::domain::{Code, DeviceAnswer, DeviceStatus, Problem, Progress, StepState, Untrusted};

/// Runs of hexadecimal digits this long are push tokens: a server quotes them in its errors (observed).
const TOKEN_DIGITS: usize = 32;

/// The text without push tokens.
pub fn redacted(text: &str) -> Untrusted {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        // A UUID without hyphens is as long as that too: better one id too few than one token too many.
        if run.len() >= TOKEN_DIGITS {
            out.push_str("[token]");
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    for c in text.chars() {
        if c.is_ascii_hexdigit() {
            run.push(c);
        } else {
            flush(&mut run, &mut out);
            out.push(c);
        }
    }
    flush(&mut run, &mut out);
    out.into()
}

fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M:%SZ").to_string()
}

/// An answer as a step.
pub fn step(answer: &DeviceAnswer) -> Progress {
    let tail = format!("{}, {}", clock(answer.at), answer.evidence);
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
    Progress::new(state, format!("{words} ({tail}){detail}"))
}

/// What to do when a Mac refuses. Which of these it was, the error codes of macOS don't tell: no list of them is
/// published.
const REFUSED: &str = "ask for the account's short name; a directory account can't be unlocked this way; the MDM profile needs \
    the access right DeviceLockAndRemovePasscode; a Mac enrolled by its user refuses; some macOS versions want it supervised";

/// The problem behind an answer that isn't good.
pub fn refusal(answer: &DeviceAnswer) -> Problem {
    let why = answer.chain_words();
    match answer.status {
        DeviceStatus::FormatError => Problem::new(
            Code::Device,
            "the Mac couldn't read the command",
            why,
            "check the short name; if it is right, report this as a bug",
        ),
        _ => Problem::new(Code::Device, "the Mac couldn't do it", why, REFUSED),
    }
}

#[cfg(test)]
mod tests;
