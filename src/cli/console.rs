//! Lines for people: results to stdout, everything else to stderr, and no escape codes in either.

use std::io::{self, IsTerminal as _, Write as _};

/// Prints a result line. A closed pipe ends the output, not the program.
pub fn out(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Prints a message.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "unbolt: {line}");
}

/// True when somebody can be asked.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks and returns the answer's line, trimmed.
pub fn ask(question: &str) -> String {
    let _ = write!(io::stderr().lock(), "{question} ");
    let _ = io::stderr().flush();
    let mut line = String::new();
    let _ = io::stdin().read_line(&mut line);
    line.trim().to_owned()
}
