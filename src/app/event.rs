//! What can happen, and what the runtime is asked to do about it.

use crossterm::event::KeyEvent;

use crate::domain::{Exchange, Stamp};
use crate::flow::{Call, Reply};

/// Something that happened, and when.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: Stamp,
    /// What.
    pub what: What,
}

/// Everything that can happen.
#[derive(Clone, Debug)]
pub enum What {
    /// The program began: time to ask for the first page.
    Started,
    /// A key was pressed or repeats.
    Key(KeyEvent),
    /// Text was pasted: text, and never keys.
    Paste(String),
    /// The terminal has another size.
    Resize(u16, u16),
    /// A deadline that [`super::State::wake`] named has come.
    Tick,
    /// A call came back.
    Reply(Box<Reply>),
    /// A request went out and came back, for the log.
    Exchange(Exchange),
    /// A frame is on the screen.
    Drawn {
        /// The revision that it shows.
        revision: u64,
        /// True when the question on it can be read whole: only then may it be answered.
        whole: bool,
    },
    /// Something to tell that nobody on this screen asked for.
    Notice(String),
    /// A device has answered something.
    Heard,
    /// The program was told to end: a signal, or the terminal is gone.
    Terminate,
    /// The program was in the background and is back.
    Resumed,
}

/// What the runtime shall do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Perform a call; its reply becomes an event.
    Call(Call),
    /// Put text on the clipboard, through the terminal.
    Copy(String),
    /// Draw everything anew.
    Redraw,
    /// Go to the background.
    Suspend,
    /// End.
    Quit,
    /// Break, so that a test can watch the terminal being restored.
    #[cfg(feature = "panic-key")]
    Panic,
}
