//! A secret that is typed: nothing of it shows, and the terminal is put back whatever ends the question.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::sync::{Once, mpsc};

use parking_lot::Mutex;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::domain::Secret;
use crate::engine::shutdown::ShutdownSignals;

/// The most that anybody types as a secret, in bytes.
const TYPED: usize = 4096;

/// Asks on the terminal for what nobody shall see; none when there is no terminal, or the operator gave up.
pub fn ask_secret(question: &str) -> Option<Secret> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
    let hidden = Hidden::begin(&terminal)?;
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

/// The terminal as it was before a question hid what is typed; none while nothing is hidden.
static BEFORE: Mutex<Option<(File, Termios)>> = Mutex::new(None);

/// The terminal without echo, line editing and signals of keys; put back when dropped, or by a signal that ends the program.
struct Hidden;

impl Hidden {
    fn begin(terminal: &File) -> Option<Self> {
        static WATCH: Once = Once::new();
        WATCH.call_once(watch);
        let was = tcgetattr(terminal).ok()?;
        let mut quiet = was.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        *BEFORE.lock() = Some((terminal.try_clone().ok()?, was));
        let hidden = Self;
        // What was typed before the question is no answer to it.
        tcsetattr(terminal, OptionalActions::Flush, &quiet).ok()?;
        Some(hidden)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        put_back();
    }
}

/// True where something was hidden.
fn put_back() -> bool {
    let before = BEFORE.lock().take();
    before.is_some_and(|(terminal, was)| tcsetattr(&terminal, OptionalActions::Now, &was).is_ok())
}

/// Waits on a thread of its own for a signal that ends the program, for as long as it runs.
fn watch() {
    let (listens, is_listening) = mpsc::channel();
    let wait = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(async {
            let mut ends = ShutdownSignals::beside_others();
            let _ = listens.send(());
            loop {
                let code = ends.heard().await;
                // Whoever else listens ends the program in good order.
                if put_back() || !ShutdownSignals::is_heard_by_others() {
                    std::process::exit(code.into());
                }
            }
        });
    };
    // Without the thread a signal ends the program as ever.
    if std::thread::Builder::new().name("signals".to_owned()).spawn(wait).is_ok() {
        let _ = is_listening.recv();
    }
}
