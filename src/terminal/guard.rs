//! Taking the terminal and giving it back: after quitting, an error, a panic or a signal.

use std::cell::Cell;
use std::io;

use crossterm::terminal;
use parking_lot::Mutex;

/// Alternate screen, bracketed paste, cursor hidden; no scroll region, insertion, origin or new-line mode that a program
/// before has left. No mouse, and nothing is asked of the terminal.
const TAKE: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?25l\x1b[r\x1b[4l\x1b[?6l\x1b[20l\x1b[2J";
/// The reverse, and attributes reset.
const GIVE_BACK: &[u8] = b"\x1b[0m\x1b[?25h\x1b[?2004l\x1b[?1049l";

/// What a panic said while the terminal was taken: told once it is given back.
static LAST_WORDS: Mutex<Option<String>> = Mutex::new(None);

/// The terminal in the program's hands; given back when dropped.
pub struct TerminalGuard {
    /// True once it takes nothing any more.
    hung: Cell<bool>,
    /// False where lines are printed, and nothing was taken.
    really: bool,
}

impl TerminalGuard {
    /// Takes the terminal.
    ///
    /// # Errors
    /// When there is none, or it can't be set.
    pub fn take() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        let taken = Self { hung: Cell::new(false), really: true };
        write_all(TAKE)?;
        Ok(taken)
    }

    /// Leaves the terminal as it is, or does without one.
    pub fn nothing() -> Self {
        Self { hung: Cell::new(false), really: false }
    }

    /// Goes to the background until the shell's `fg`.
    ///
    /// # Errors
    /// When the terminal can't be set.
    pub fn suspend(&self) -> io::Result<()> {
        if !self.really {
            return Ok(());
        }
        give_back();
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)?;
        self.reacquire()
    }

    /// Lends the terminal to another program.
    pub fn release(&self) {
        if self.really {
            give_back();
        }
    }

    /// Takes it back.
    ///
    /// # Errors
    /// When the terminal can't be set.
    pub fn reacquire(&self) -> io::Result<()> {
        if !self.really {
            return Ok(());
        }
        terminal::enable_raw_mode()?;
        write_all(TAKE)
    }

    /// Gives up on a terminal that takes nothing: writing to it would never end.
    pub fn abandon(&self) {
        self.hung.set(true);
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        if !self.really {
            return;
        }
        if self.hung.get() {
            let _ = terminal::disable_raw_mode();
        } else {
            give_back();
        }
    }
}

fn give_back() {
    // A terminal that is gone can't be restored; there is nobody to tell.
    let _ = write_all(GIVE_BACK);
    let _ = terminal::disable_raw_mode();
}

/// The terminal's size in columns and rows. One that has none (a serial console) is taken as the environment's
/// `COLUMNS` and `LINES`, else as 80×24.
pub fn size() -> (u16, u16) {
    let told = rustix::termios::tcgetwinsize(rustix::stdio::stdout()).ok();
    let of = |told: Option<u16>, variable: &str, usual: u16| {
        let set = || std::env::var(variable).ok().and_then(|value| value.trim().parse().ok());
        told.filter(|n| *n > 0).or_else(|| set().filter(|n| *n > 0)).unwrap_or(usual)
    };
    (of(told.map(|size| size.ws_col), "COLUMNS", 80), of(told.map(|size| size.ws_row), "LINES", 24))
}

/// Writes to the terminal in as few system calls as it takes: one, unless it is slow.
///
/// # Errors
/// When the terminal is gone.
pub fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(rustix::stdio::stdout(), bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::AGAIN) => {
                let fd = rustix::stdio::stdout();
                let mut fds = [rustix::event::PollFd::new(&fd, rustix::event::PollFlags::OUT)];
                rustix::event::poll(&mut fds, None)?;
            }
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

/// Keeps what panics say off the screen while the terminal is taken.
pub fn hold_panics() {
    std::panic::set_hook(Box::new(|info| {
        *LAST_WORDS.lock() = Some(info.to_string());
    }));
}

/// What the last panic said.
#[must_use = "the words are given once"]
pub fn panic_message() -> Option<String> {
    let _ = std::panic::take_hook();
    LAST_WORDS.lock().take()
}

/// What the last panic said, while they are still held.
#[must_use = "the words are given once"]
pub fn panic_message_so_far() -> Option<String> {
    LAST_WORDS.lock().take()
}
