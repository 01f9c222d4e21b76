//! Results to standard output. What can't be written is remembered, told once, and changes the exit code; a reader that
//! hangs up ends the output quietly, not the command.

use std::io::{self, ErrorKind, Write as _};

use parking_lot::Mutex;

use super::console::{as_typed, clear_progress, say};
use super::exit::Exit;

/// So many bytes of rows go out in one call.
const AT_ONCE: usize = 8 * 1024;

/// The first error of standard output.
static FAILED: Mutex<Option<io::Error>> = Mutex::new(None);

/// Prints a line for people.
pub fn out(line: &str) {
    clear_progress();
    data(format!("{}\n", as_typed(line)).as_bytes());
}

/// False once nobody reads or nothing can be written any more: a long list needn't go on.
pub fn is_open() -> bool {
    FAILED.lock().is_none()
}

/// Prints what another program reads, as it is.
pub fn data(bytes: &[u8]) {
    if is_open() {
        note(io::stdout().lock().write_all(bytes));
    }
}

/// Prints rows that another program reads, many at a time, until nobody reads any more.
pub fn data_rows(rows: impl IntoIterator<Item = String>) {
    let mut waiting = String::new();
    for row in rows {
        waiting += &row;
        if waiting.len() >= AT_ONCE {
            data(waiting.as_bytes());
            waiting.clear();
            if !is_open() {
                return;
            }
        }
    }
    data(waiting.as_bytes());
}

fn note(written: io::Result<()>) {
    if let Err(e) = written {
        FAILED.lock().get_or_insert(e);
    }
}

/// Writes out what waits, tells what couldn't be written, and gives the exit code that holds then.
pub fn finish(exit: Exit) -> Exit {
    if is_open() {
        note(io::stdout().lock().flush());
    }
    match FAILED.lock().as_ref() {
        None => exit,
        Some(e) if e.kind() == ErrorKind::BrokenPipe => exit,
        Some(e) => {
            say(&format!("the output couldn't be written: {e}"));
            if exit == Exit::Done { Exit::Failed } else { exit }
        }
    }
}
