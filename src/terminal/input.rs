//! Keys: read on a thread of their own, because reading blocks; split escape sequences are rejoined; a
//! terminal that is gone is noticed.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crossterm::event::{Event as Terminal, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use crate::screens::Message;

/// How long an Esc is held back: a slow link may bring the rest of its sequence.
const HOLD: Duration = Duration::from_millis(50);

/// How often the reader looks whether it is to rest.
const LOOK: Duration = Duration::from_secs(1);

/// Has the reader rest while somebody else reads the terminal: two readers would each get half of what is typed.
#[derive(Clone, Debug, Default)]
pub struct InputPause(Arc<(Mutex<(bool, bool)>, Condvar)>);

impl InputPause {
    /// Has the reader rest; returns when it does.
    pub fn close(&self) {
        let (lock, turned) = &*self.0;
        let mut state = lock.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = true;
        // A reader that is gone rests as well.
        let _ = turned.wait_timeout_while(state, LOOK * 2, |state| !state.1);
    }

    /// Has it read on; what was typed meanwhile was meant for somebody else.
    pub fn open(&self) {
        let _ = rustix::termios::tcflush(rustix::stdio::stdin(), rustix::termios::QueueSelector::IFlush);
        let (lock, turned) = &*self.0;
        lock.lock().unwrap_or_else(PoisonError::into_inner).0 = false;
        turned.notify_all();
    }

    fn rest_if_closed(&self) {
        let (lock, turned) = &*self.0;
        let mut state = lock.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 {
            state.1 = true;
            turned.notify_all();
            state = turned.wait_while(state, |state| state.0).unwrap_or_else(PoisonError::into_inner);
            state.1 = false;
        }
    }
}

/// Starts to read; the receiver gives events until the terminal is gone.
pub fn start(gate: InputPause) -> UnboundedReceiver<Message> {
    let (keys, raw) = unbounded_channel();
    let (events, receiver) = unbounded_channel();
    let gone = events.clone();
    let read = move || {
        loop {
            gate.rest_if_closed();
            match crossterm::event::poll(LOOK) {
                Ok(false) => {}
                Ok(true) => match crossterm::event::read() {
                    Ok(event) => {
                        if keys.send(event).is_err() {
                            break;
                        }
                    }
                    Err(_) => break,
                },
                Err(_) => break,
            }
        }
    };
    let watch = move || {
        wait_for_hangup();
        let _ = gone.send(Message::Terminate);
    };
    // Without its threads the program hears nothing; the closed channel says so.
    let _ = std::thread::Builder::new().name("keys".to_owned()).spawn(read);
    let _ = std::thread::Builder::new().name("hangup".to_owned()).spawn(watch);
    tokio::spawn(rejoin(raw, events));
    receiver
}

/// Starts to read lines, for a output that redraws nothing; the channel closes with the last of them.
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
        if events.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return;
        }
        if result.is_err_and(|e| e != rustix::io::Errno::INTR) {
            return;
        }
    }
}

async fn rejoin(mut raw: UnboundedReceiver<Terminal>, events: UnboundedSender<Message>) {
    let mut held: Vec<KeyEvent> = Vec::new();
    loop {
        let next = if held.is_empty() {
            raw.recv().await.map(Some)
        } else {
            match timeout(HOLD, raw.recv()).await {
                Ok(event) => event.map(Some),
                Err(_) => Some(None),
            }
        };
        let Some(next) = next else { break };
        let sent = match next {
            Some(Terminal::Key(key)) if key.kind != KeyEventKind::Release && (is_escape(&key) || !held.is_empty()) => {
                if is_escape(&key) {
                    flush(&mut held, &events);
                }
                held.push(key);
                match judge(&held) {
                    Judgement::Wait => true,
                    Judgement::Key(code) => {
                        held.clear();
                        events.send(Message::Key(KeyEvent::new(code, KeyModifiers::NONE))).is_ok()
                    }
                    Judgement::NotOne => flush(&mut held, &events),
                }
            }
            Some(event) => flush(&mut held, &events) && translate(event).is_none_or(|what| events.send(what).is_ok()),
            None => flush(&mut held, &events),
        };
        if !sent {
            break;
        }
    }
}

fn is_escape(key: &KeyEvent) -> bool {
    key.code == KeyCode::Esc && key.modifiers.is_empty()
}

fn flush(held: &mut Vec<KeyEvent>, events: &UnboundedSender<Message>) -> bool {
    held.drain(..).all(|key| events.send(Message::Key(key)).is_ok())
}

fn translate(event: Terminal) -> Option<Message> {
    match event {
        Terminal::Key(key) => Some(Message::Key(key)),
        Terminal::Paste(text) => Some(Message::Paste(text)),
        Terminal::Resize(width, height) => Some(Message::Resize(width, height)),
        _ => None,
    }
}

#[derive(Debug, PartialEq)]
enum Judgement {
    /// It may still become a sequence.
    Wait,
    /// It is one.
    Key(KeyCode),
    /// These were keys after all.
    NotOne,
}

/// The sequences that a terminal sends for keys: what follows Esc, and the key.
const SEQUENCES: [(&str, KeyCode); 19] = [
    ("[A", KeyCode::Up),
    ("[B", KeyCode::Down),
    ("[C", KeyCode::Right),
    ("[D", KeyCode::Left),
    ("[H", KeyCode::Home),
    ("[F", KeyCode::End),
    ("[Z", KeyCode::BackTab),
    ("[1~", KeyCode::Home),
    ("[3~", KeyCode::Delete),
    ("[4~", KeyCode::End),
    ("[5~", KeyCode::PageUp),
    ("[6~", KeyCode::PageDown),
    ("OA", KeyCode::Up),
    ("OB", KeyCode::Down),
    ("OC", KeyCode::Right),
    ("OD", KeyCode::Left),
    ("OH", KeyCode::Home),
    ("OF", KeyCode::End),
    ("OP", KeyCode::F(1)),
];

fn judge(held: &[KeyEvent]) -> Judgement {
    let tail: Option<String> = held
        .iter()
        .skip(1)
        .map(|key| match key.code {
            KeyCode::Char(c) => Some(c),
            _ => None,
        })
        .collect();
    let Some(tail) = tail else { return Judgement::NotOne };
    if let Some((_, code)) = SEQUENCES.iter().find(|(sequence, _)| *sequence == tail) {
        return Judgement::Key(*code);
    }
    let begins = SEQUENCES.iter().any(|(sequence, _)| sequence.starts_with(&tail));
    if begins { Judgement::Wait } else { Judgement::NotOne }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<KeyEvent> {
        let code = |c| if c == '\x1b' { KeyCode::Esc } else { KeyCode::Char(c) };
        text.chars().map(|c| KeyEvent::new(code(c), KeyModifiers::NONE)).collect()
    }

    #[test]
    fn a_split_sequence_is_one_key_and_two_keys_stay_two() {
        assert_eq!(judge(&keys("\x1b")), Judgement::Wait);
        assert_eq!(judge(&keys("\x1b[")), Judgement::Wait);
        assert_eq!(judge(&keys("\x1b[A")), Judgement::Key(KeyCode::Up));
        assert_eq!(judge(&keys("\x1b[5~")), Judgement::Key(KeyCode::PageUp));
        assert_eq!(judge(&keys("\x1bq")), Judgement::NotOne);
        assert_eq!(judge(&keys("\x1b[x")), Judgement::NotOne);
    }
}
