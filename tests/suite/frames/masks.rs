//! What differs from run to run, covered.

use std::time::Duration;

use crate::support::ADA;
use crate::support::headless_app::Desk;

/// What a question leaves of a date that it covers: the digits before a time.
pub(super) fn covered(line: &str) -> String {
    let mut parts = line.split(" 99:99").peekable();
    let mut out = String::new();
    while let Some(part) = parts.next() {
        let kept = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = part.len() - kept.len();
        let is_rest = parts.peek().is_some() && digits > 0 && kept.ends_with(['┐', '│', '┘', '|', '+']);
        out.push_str(if is_rest { kept } else { part });
        out.push_str(&"9".repeat(if is_rest { digits } else { 0 }));
        if parts.peek().is_some() {
            out.push_str(" 99:99");
        }
    }
    out
}

pub(super) fn mask(line: &str, is_unsteady: impl Fn(&str) -> bool, with: char) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in line.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || ":.-".contains(c) {
            word.push(c);
            continue;
        }
        if is_unsteady(word.trim_end_matches(',')) {
            out.extend(word.chars().map(|c| if c.is_ascii_alphanumeric() { with } else { c }));
        } else {
            out.push_str(&word);
        }
        word.clear();
        if c != '\n' {
            out.push(c);
        }
    }
    out
}

/// What changes from run to run, made steady: clock times, dates, ports, latencies, ids of intents.
pub fn steady(screen: &str) -> String {
    let mut out = String::new();
    for line in screen.lines() {
        let line = mask(
            line,
            |word| {
                let word = word.strip_suffix('Z').unwrap_or(word);
                word.len() >= 5 && word.contains(':') && word.chars().all(|c| c.is_ascii_digit() || ":.".contains(c))
            },
            '9',
        );
        let line = mask(&line, |word| word.len() == 24 && word.ends_with('Z') && word.contains('T'), '9');
        let is_date = |word: &str| {
            word.len() == 10 && word.matches('-').count() == 2 && word.chars().all(|c| c.is_ascii_digit() || c == '-')
        };
        let line = mask(&line, is_date, '9');
        let line =
            mask(&line, |word| word.len() == 36 && word.starts_with("01") && word.matches('-').count() == 4, 'x');
        out.push_str(&covered(&line));
        out.push('\n');
    }
    out
}

/// The same look of the providers in every run.
pub fn steady_providers(desk: &mut Desk) {
    for provider in &mut desk.state.providers {
        provider.health.latency = Some(Duration::from_millis(42));
        provider.latencies = [21, 42, 42].into();
        provider.health.budget = Some(20);
        // A time that a narrow line cuts in two could not be masked.
        provider.health.token_until = None;
        // Of several answers that come at once the last one counts here; each is told in its own place.
        (provider.health.problem, provider.health.reachable) = (None, Some(true));
    }
    for card in &mut desk.state.systems.cards {
        for one in &mut card.found {
            match one.topic {
                "reach" => one.says = "answers within 42 ms".into(),
                // A slow machine may see the turn of a second between two clocks.
                "clock" => one.says = "0 s apart".into(),
                _ => {}
            }
        }
    }
}

/// Correlation ids are of one run only.
pub(super) fn unnumbered(screen: &str) -> String {
    let mut out = String::new();
    for line in screen.lines() {
        let is_id = |word: &str| {
            word.len() >= 8
                && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
                && word.contains(|c: char| c.is_ascii_digit())
        };
        out.push_str(&mask(line, |word| is_id(word) && word != ADA, 'x'));
        out.push('\n');
    }
    out
}
