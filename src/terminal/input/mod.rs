//! Keys: bytes are read on a thread of their own, because reading blocks, and decoded here; a terminal that is gone is
//! noticed.

mod decode;
mod keys;

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use crate::screens::Message;

use decode::{Decoder, KeyToken};

/// How often the reader looks whether it is to rest.
const LOOK: Duration = Duration::from_secs(1);

/// Has the reader rest while somebody else reads the terminal: two readers would each get half of what is typed.
#[derive(Clone, Debug, Default)]
pub struct InputPause(Arc<(Mutex<(bool, bool)>, Condvar)>);

impl InputPause {
    /// Has the reader rest; returns when it does.
    pub fn close(&self) {
        let (lock, turned) = &*self.0;
        let mut state = lock.lock();
        state.0 = true;
        // A reader that is gone rests as well.
        let _ = turned.wait_while_for(&mut state, |state| !state.1, LOOK * 2);
    }

    /// Has it read on; what was typed meanwhile was meant for somebody else.
    pub fn open(&self) {
        let _ = rustix::termios::tcflush(rustix::stdio::stdin(), rustix::termios::QueueSelector::IFlush);
        let (lock, turned) = &*self.0;
        lock.lock().0 = false;
        turned.notify_all();
    }

    fn rest_if_closed(&self) {
        let (lock, turned) = &*self.0;
        let mut state = lock.lock();
        if state.0 {
            state.1 = true;
            turned.notify_all();
            turned.wait_while(&mut state, |state| state.0);
            state.1 = false;
        }
    }
}

/// Starts to read; the receiver gives messages until the terminal is gone.
pub fn start(pause: InputPause) -> UnboundedReceiver<Message> {
    let (reads, raw) = unbounded_channel();
    let (messages, receiver) = unbounded_channel();
    let gone = messages.clone();
    let watch = move || {
        wait_for_hangup();
        let _ = gone.send(Message::Terminate);
    };
    // Without its threads the program hears nothing; the closed channel says so.
    let _ = std::thread::Builder::new().name("keys".to_owned()).spawn(move || read(&pause, &reads));
    let _ = std::thread::Builder::new().name("hangup".to_owned()).spawn(watch);
    tokio::spawn(resizes(messages.clone()));
    tokio::spawn(decoded(raw, messages));
    receiver
}

/// One read of the terminal after the other.
fn read(pause: &InputPause, reads: &UnboundedSender<Vec<u8>>) {
    let terminal = rustix::stdio::stdin();
    let mut bytes = [0; 4_096];
    loop {
        pause.rest_if_closed();
        let mut fds = [PollFd::new(&terminal, PollFlags::IN)];
        let look = Timespec { tv_sec: i64::try_from(LOOK.as_secs()).unwrap_or(1), tv_nsec: 0 };
        match poll(&mut fds, Some(&look)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => continue,
            Ok(_) => {}
            Err(_) => return,
        }
        match rustix::io::read(terminal, &mut bytes) {
            Ok(0) => return,
            Ok(n) => {
                if reads.send(bytes.get(..n).unwrap_or_default().to_vec()).is_err() {
                    return;
                }
            }
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            Err(_) => return,
        }
    }
}

/// Keys and pastes out of reads. Keys that came in one read are told together.
async fn decoded(mut reads: UnboundedReceiver<Vec<u8>>, messages: UnboundedSender<Message>) {
    let mut decoder = Decoder::default();
    loop {
        let read = match decoder.patience() {
            None => Ok(reads.recv().await),
            // The rest of a sequence may still be on its way.
            Some(patience) => timeout(patience, reads.recv()).await,
        };
        let tokens = match read {
            Ok(Some(bytes)) => decoder.feed(&bytes),
            Ok(None) => return,
            Err(_) => decoder.give_up(),
        };
        if !tell(tokens, &messages) {
            return;
        }
    }
}

fn tell(tokens: Vec<KeyToken>, messages: &UnboundedSender<Message>) -> bool {
    let is_alone = tokens.len() == 1;
    let mut keys = Vec::new();
    for token in tokens {
        match token {
            KeyToken::Key(key) if is_alone => return messages.send(Message::Key(key)).is_ok(),
            KeyToken::Key(key) => keys.push(key),
            KeyToken::Paste(text) => {
                let before = std::mem::take(&mut keys);
                let told = before.is_empty() || messages.send(Message::Keys(before)).is_ok();
                if !told || messages.send(Message::Paste(text)).is_err() {
                    return false;
                }
            }
        }
    }
    keys.is_empty() || messages.send(Message::Keys(keys)).is_ok()
}

/// The terminal's size, whenever it changes.
async fn resizes(messages: UnboundedSender<Message>) {
    let Ok(mut changes) = signal(SignalKind::window_change()) else { return };
    while changes.recv().await.is_some() {
        let (width, height) = super::guard::size();
        if messages.send(Message::Resize(width, height)).is_err() {
            return;
        }
    }
}

/// Starts to read lines, for an output that redraws nothing; the channel closes with the last of them.
pub fn lines() -> UnboundedReceiver<String> {
    let (lines, receiver) = unbounded_channel();
    let read = move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    };
    let _ = std::thread::Builder::new().name("lines".to_owned()).spawn(read);
    receiver
}

/// Returns when the terminal is gone. The reader itself would spin on it for ever.
fn wait_for_hangup() {
    let terminal = rustix::stdio::stdin();
    loop {
        let mut fds = [PollFd::new(&terminal, PollFlags::empty())];
        let result = poll(&mut fds, None);
        let events = fds.first().map_or(PollFlags::empty(), PollFd::revents);
        let is_gone = events.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        if is_gone || result.is_err_and(|e| e != rustix::io::Errno::INTR) {
            return;
        }
    }
}
