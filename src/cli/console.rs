//! What is told and asked beside the results, on standard error, and what is read from standard input.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write as _};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::{Problem, ProviderName, Untrusted};

use super::exit::Exit;

static PROGRAM: OnceLock<String> = OnceLock::new();

/// Remembers how the program is typed on this configuration.
pub fn typed_as(program: String) {
    let _ = PROGRAM.set(program);
}

/// The program as it is typed on this configuration: what is told to be typed next works when it is pasted.
pub fn program() -> &'static str {
    PROGRAM.get().map_or("unbolt", String::as_str)
}

/// Commands that a text names in backticks, as they work when they are pasted: with this configuration.
pub fn as_typed(text: &str) -> Cow<'_, str> {
    if program() == "unbolt" || !text.contains("`unbolt ") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("`unbolt ", &format!("`{} ", program())))
}

/// Prints a message; it may name what the caller or a file has named.
pub fn say(line: &str) {
    clear_progress();
    let _ = writeln!(io::stderr().lock(), "unbolt: {}", as_typed(&Untrusted::from(line).line()));
}

/// Names the systems that couldn't be asked, and why.
pub fn say_unread(problems: &[(ProviderName, Problem)]) {
    for (provider, problem) in problems {
        say(&format!("{provider}: {problem}"));
    }
}

/// Prints a line that isn't a message of ours: what is wrong with the arguments.
pub fn say_raw(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// True while a line tells how far something is.
static HAS_PROGRESS: AtomicBool = AtomicBool::new(false);

/// True where somebody watches how far long work is.
pub fn shows_progress() -> bool {
    io::stderr().is_terminal()
}

/// Tells on a terminal how far long work is, in the place of what was told before.
pub fn progress(text: &str) {
    if shows_progress() {
        HAS_PROGRESS.store(true, Ordering::Relaxed);
        let _ = write!(io::stderr(), "\r\x1b[K{}", Untrusted::from(text).line());
    }
}

/// Takes that line away.
pub fn clear_progress() {
    if HAS_PROGRESS.swap(false, Ordering::Relaxed) {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

/// True for the name of standard input.
pub fn is_piped(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What a file holds, or standard input where that is named.
pub fn input(path: &Path) -> io::Result<Box<dyn Read>> {
    Ok(if is_piped(path) { Box::new(io::stdin()) } else { Box::new(File::open(path)?) })
}

/// True when somebody can be asked.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a confirmation: an answer that is not right leaves everything as it is.
pub fn confirmed(question: &str, is_right: impl Fn(&str) -> bool) -> Result<(), Exit> {
    if is_right(&ask_line(question).unwrap_or_default()) {
        return Ok(());
    }
    Err(Exit::Refused.because("not confirmed; nothing was sent"))
}

/// True for an answer that says yes.
pub fn is_yes(answer: &str) -> bool {
    answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes")
}

/// Asks and returns the answer's line, trimmed; none at the end of the input.
pub fn ask_line(question: &str) -> Option<String> {
    let _ = write!(io::stderr().lock(), "{question} ");
    let _ = io::stderr().flush();
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim().to_owned())
}
