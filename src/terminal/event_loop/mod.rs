//! The loop of the terminal program. It sleeps on real events only: keys, replies, signals, and the one
//! timer that the state names.

mod background;
mod effects;
mod suspend;

use std::collections::HashMap;
use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::OptionFuture;
use tokio::process::Child;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::domain::{ProviderName, RequestLogEntry};
use crate::engine::Core;
use crate::engine::shutdown::ShutdownSignals;
use crate::screens::{Effect, Event, Keymap, Message, Session, State, update};
use crate::terminal::exit_report::WorkAtExit;
use crate::terminal::frame_scheduler::{DrawUrgency, FrameScheduler};
use crate::terminal::guard;
use crate::terminal::guard::{TerminalGuard, hold_panics, panic_message};
use crate::terminal::input;
use crate::terminal::jobs::lists::ListLines;
use crate::terminal::jobs::tab_queries;
use crate::terminal::output::OutputMode;
use crate::terminal::writer::Writer;
use crate::widgets::Appearance;

/// How long ending the sessions may take.
const FAREWELL: Duration = Duration::from_millis(500);

/// How the terminal program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExitReport {
    /// The operator left.
    Quit {
        /// How that ended which was at work then.
        lines: Vec<String>,
        /// True when a run of this screen has rows that were not done.
        has_rows_left: bool,
    },
    /// A signal, or the terminal is gone.
    Terminated,
    /// Nobody pressed a key for as long as the policy allows; why the screen wasn't locked instead.
    Idle(String),
    /// The terminal takes nothing any more: nobody can be told anything.
    Hung,
    /// It broke; what the panic said.
    Broke(String),
}

/// Runs the terminal program until it ends. The terminal is given back whatever happens.
///
/// # Errors
/// When there is no terminal.
pub fn run(
    core: Core,
    session: Session,
    keymap: Keymap,
    shown: (Appearance, bool),
    log: UnboundedReceiver<RequestLogEntry>,
) -> io::Result<ExitReport> {
    let (look, is_plain) = shown;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let taken = if is_plain { TerminalGuard::nothing() } else { TerminalGuard::take()? };
    let output = if is_plain { OutputMode::lines(look) } else { OutputMode::screen(look, guard::size()) };
    hold_panics();
    let result = std::panic::catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { Loop::new(core, session, keymap, output, &taken)?.run(log).await })
    }));
    drop(taken);
    let words = panic_message();
    // Threads that still read from a dead terminal must not hold up the end.
    runtime.shutdown_background();
    result.unwrap_or_else(|_| Ok(ExitReport::Broke(words.unwrap_or_default())))
}

/// The loop: what it holds between two events.
struct Loop<'a> {
    core: Arc<Core>,
    state: State,
    output: OutputMode,
    taken: &'a TerminalGuard,
    writer: Writer,
    /// What is to be told once the block that is being written stands on the terminal.
    on_its_way: Option<Message>,
    /// Going to the background, or a lock of the screen, once nothing is being written.
    aside: Option<Effect>,
    /// The program that locks the screen, while it does.
    locker: Option<Child>,
    gate: input::InputPause,
    replies: UnboundedSender<Message>,
    inbox: UnboundedReceiver<Message>,
    drawn: u64,
    pace: FrameScheduler,
    started: Instant,
    ending: Option<ExitReport>,
    /// What supersedes the last question to each provider's search.
    searches: HashMap<ProviderName, watch::Sender<bool>>,
    list_lines: Arc<ListLines>,
    /// What is at work, as long as nobody has told the program to end.
    at_work: WorkAtExit,
    terminated: bool,
}

impl<'a> Loop<'a> {
    fn new(
        core: Core,
        session: Session,
        keymap: Keymap,
        output: OutputMode,
        taken: &'a TerminalGuard,
    ) -> io::Result<Self> {
        let size = match output {
            OutputMode::Screen(_) => crate::terminal::guard::size(),
            // Nothing is laid out: as much as anybody reads at once.
            OutputMode::Lines(_) => (120, 40),
        };
        let mut state = State::new(session, keymap, tab_queries::provider_rows(&core), size);
        state.desk.joining = core.joining().clone();
        state.policy = core.policy().clone();
        state.draws = matches!(output, OutputMode::Screen(_));
        let (replies, inbox) = unbounded_channel();
        let started = Instant::now() - core.now().mono;
        Ok(Self {
            searches: HashMap::new(),
            list_lines: Arc::default(),
            state,
            core: Arc::new(core),
            output,
            taken,
            writer: Writer::start()?,
            on_its_way: None,
            aside: None,
            locker: None,
            gate: input::InputPause::default(),
            replies,
            inbox,
            drawn: 0,
            pace: FrameScheduler::new(),
            started,
            ending: None,
            at_work: WorkAtExit::default(),
            terminated: false,
        })
    }

    async fn run(mut self, mut log: UnboundedReceiver<RequestLogEntry>) -> io::Result<ExitReport> {
        let mut ends = ShutdownSignals::listen();
        let (mut keys, mut lines) = match self.output {
            OutputMode::Screen(_) => (input::start(self.gate.clone()), None),
            OutputMode::Lines(_) => (unbounded_channel().1, Some(input::lines())),
        };
        let mut heard = self.core.device_answers().subscribe();
        self.take(Message::Started);
        self.resolve_left_open();
        self.receive();
        loop {
            if let Some(ending) = self.ending.take() {
                // Whoever would get the terminal now hasn't unlocked it.
                if let Some(mut locker) = self.locker.take() {
                    let _ = locker.wait().await;
                }
                // A system that doesn't answer any more must not hold up the end.
                let farewell = async {
                    self.core.device_answers().wait_idle().await;
                    self.core.close_sessions().await;
                };
                let _ = tokio::time::timeout(FAREWELL, farewell).await;
                if !self.writer.finish() {
                    // Who doesn't take a frame won't take a farewell either.
                    self.taken.abandon();
                    return Ok(ExitReport::Hung);
                }
                return Ok(ending);
            }
            if !self.writer.is_busy()
                && let Some(effect) = self.aside.take()
            {
                self.step_aside(&effect)?;
            }
            let next_frame = self.draw();
            let wake = [self.state.wake().map(|wake| self.started + wake), next_frame].into_iter().flatten().min();
            let what = tokio::select! {
                // What has been written is known before a key is taken: it may answer the question that stands there.
                biased;
                result = self.writer.written() => match result {
                    Ok(()) => match self.on_its_way.take() {
                        Some(drawn) => drawn,
                        None => continue,
                    },
                    // The terminal is gone; once is enough to be told.
                    Err(_) if self.terminated => continue,
                    Err(_) => Message::Terminate,
                },
                _ = ends.heard() => Message::Terminate,
                Some(what) = keys.recv() => what,
                Some(what) = self.inbox.recv() => what,
                // One line after the answers to the one before, as somebody would type them.
                what = next_line(&mut lines), if !self.state.awaits_answers() && self.is_shown() => what,
                Some(exchange) = log.recv() => Message::Exchange(exchange),
                Ok(()) = heard.changed() => Message::Heard,
                Some(ended) = OptionFuture::from(self.locker.as_mut().map(Child::wait)) => {
                    self.unlocked(ended)?;
                    continue;
                }
                Some(()) = OptionFuture::from(wake.map(sleep_until)) => Message::Tick,
            };
            self.take(what);
            // Everything that waits is taken before the next frame: held keys coalesce, none is lost.
            while let Ok(what) = keys.try_recv() {
                self.take(what);
            }
            while let Ok(what) = self.inbox.try_recv() {
                self.take(what);
            }
            while let Ok(exchange) = log.try_recv() {
                self.take(Message::Exchange(exchange));
            }
        }
    }

    /// True when everything that there is to show was shown.
    fn is_shown(&self) -> bool {
        self.drawn == self.state.revision && !self.writer.is_busy()
    }

    /// Draws, if there is something new and it is time to; else says when it is.
    fn draw(&mut self) -> Option<Instant> {
        if self.locker.is_some()
            || self.writer.is_busy()
            || (self.drawn == self.state.revision && !self.output.is_stale())
        {
            return None;
        }
        let now = Instant::now();
        let due = self.pace.due(now);
        if due > now {
            return Some(due);
        }
        self.pace.drew(now, self.drawn == 0);
        self.drawn = self.state.revision;
        let (bytes, shown) = self.output.show(&self.state);
        let drawn = Message::Drawn { revision: self.drawn, shown: shown.text, hidden: shown.hidden };
        if bytes.is_empty() {
            self.take(drawn);
        } else {
            self.on_its_way = Some(drawn);
            self.writer.write(bytes);
        }
        None
    }

    fn take(&mut self, what: Message) {
        self.terminated |= matches!(what, Message::Terminate);
        if self.state.leaving.is_none() {
            self.at_work = WorkAtExit::now(&self.state);
        }
        // Lines are said one by one: nothing is to be gained by waiting.
        let by_key = matches!(
            what,
            Message::Key(_) | Message::Keys(_) | Message::Paste(_) | Message::Line(_) | Message::Resize(..)
        ) || matches!(self.output, OutputMode::Lines(_));
        let before = self.state.revision;
        for effect in update(&mut self.state, Event { at: self.core.now(), message: what }) {
            self.perform(effect);
        }
        if self.state.revision != before {
            let urgency = match (by_key, self.state.is_waiting()) {
                (true, _) => DrawUrgency::Key,
                (false, true) => DrawUrgency::News,
                (false, false) => DrawUrgency::Settled,
            };
            self.pace.changed(Instant::now(), urgency);
        }
    }
}

/// The next line; nothing, where there are keys.
async fn next_line(lines: &mut Option<UnboundedReceiver<String>>) -> Message {
    match lines {
        Some(open) => match open.recv().await {
            Some(line) => Message::Line(line),
            None => {
                *lines = None;
                Message::NoMoreLines
            }
        },
        None => std::future::pending().await,
    }
}
