//! Lines for people: results to stdout, everything else to stderr, and no escape codes in either.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::sync::OnceLock;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::domain::{Secret, Untrusted};

static PROGRAM: OnceLock<String> = OnceLock::new();

/// Remembers how the program is typed on this configuration.
pub fn typed_as(program: String) {
    let _ = PROGRAM.set(program);
}

/// The program as it is typed on this configuration: what is told to be typed next works when it is pasted.
pub fn program() -> &'static str {
    PROGRAM.get().map_or("unbolt", String::as_str)
}

/// Prints a result line. A closed pipe ends the output, not the program.
pub fn out(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Prints a message; it may name what the caller or a file has named.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "unbolt: {}", Untrusted::from(line).line());
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

/// The most that anybody types as a secret, in bytes.
const TYPED: usize = 4096;

/// Asks on the terminal for what nobody shall see; none when there is no terminal, or the operator gave up.
pub fn ask_secret(question: &str) -> Option<Secret> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
    let was = tcgetattr(&terminal).ok()?;
    let hidden = Hidden::begin(&terminal, &was)?;
    // Asked once nothing shows any more: whoever is quick is not seen either.
    write!(&terminal, "{question} ").ok()?;
    // A buffer that never moves: a grown one would leave the secret behind.
    let mut typed: Vec<u8> = Vec::with_capacity(TYPED);
    let mut byte = [0];
    let done = loop {
        match (&terminal).read(&mut byte) {
            Ok(1) => match byte[0] {
                b'\r' | b'\n' => break true,
                // Ctrl-C and Ctrl-D, which are no signals here.
                3 | 4 => break false,
                8 | 127 => while typed.pop().is_some_and(|last| last & 0xc0 == 0x80) {},
                // Ctrl-U begins anew.
                21 => typed.clear(),
                other if typed.len() < TYPED => typed.push(other),
                _ => {}
            },
            _ => break false,
        }
    };
    drop(hidden);
    let _ = writeln!(&terminal);
    String::from_utf8(typed).ok().filter(|_| done).map(Secret::new)
}

/// The terminal without echo, line editing and signals; put back when dropped, whatever was typed.
struct Hidden<'a>(&'a std::fs::File, &'a Termios);

impl<'a> Hidden<'a> {
    fn begin(terminal: &'a std::fs::File, was: &'a Termios) -> Option<Self> {
        let mut quiet = was.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        // What was typed before the question is no answer to it.
        tcsetattr(terminal, OptionalActions::Flush, &quiet).ok()?;
        Some(Self(terminal, was))
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.0, OptionalActions::Now, self.1);
    }
}
