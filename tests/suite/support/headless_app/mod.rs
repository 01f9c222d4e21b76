//! The whole program without a terminal: keys go in, frames come out, with a clock that jumps instead of waiting.

mod keys;
mod settle;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use unbolt::config;
use unbolt::domain::{ClockReading, RequestLogEntry};
use unbolt::engine::{Core, panic_guard};
use unbolt::screens::view::{FrameSummary, view};
use unbolt::screens::{Effect, Event, Keymap, Message, Session, State, update};
use unbolt::terminal::jobs::{lists, tab_queries};
use unbolt::widgets::Appearance;

use super::World;

pub use keys::text;

/// The program without a terminal.
pub struct Desk {
    pub runtime: Runtime,
    pub core: Arc<Core>,
    pub state: State,
    pub replies: (mpsc::UnboundedSender<Message>, mpsc::UnboundedReceiver<Message>),
    log: mpsc::UnboundedReceiver<RequestLogEntry>,
    pub pending: usize,
    list_lines: Arc<lists::ListLines>,
    clock: Duration,
    pub effects: Vec<Effect>,
}

impl Desk {
    pub fn new(world: &World) -> Self {
        Self::sized(world, 80, 24)
    }

    pub fn sized(world: &World, width: u16, height: u16) -> Self {
        let config = config::load(&world.config_path()).unwrap();
        let (sender, log) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let core = {
            let _entered = runtime.enter();
            Arc::new(Core::new(&config, world.ledger_dir(), &sender))
        };
        let session = Session {
            program: Some("unbolt".to_owned()),
            operator: "lena@jump01".into(),
            operator_name: "lena".into(),
            service: false,
            label: "demo".into(),
            zone: TimeZone::UTC,
            host_zone: TimeZone::UTC,
        };
        let mut state =
            State::new(session, Keymap::standard().unwrap(), tab_queries::provider_rows(&core), (width, height));
        state.policy = core.policy().clone();
        let mut desk = Self {
            runtime,
            core,
            state,
            replies: mpsc::unbounded_channel(),
            log,
            pending: 0,
            list_lines: Arc::default(),
            clock: Duration::ZERO,
            effects: Vec::new(),
        };
        desk.take(Message::Started);
        desk.verify();
        desk
    }

    pub fn take(&mut self, what: Message) {
        let at = ClockReading { mono: self.clock, wall: Timestamp::now() };
        for effect in update(&mut self.state, Event { at, message: what }) {
            if let Effect::Call(call) = effect {
                let (core, sender) = (Arc::clone(&self.core), self.replies.0.clone());
                self.pending += 1;
                self.runtime.spawn(async move {
                    let _ = sender.send(Message::Reply(Box::new(
                        panic_guard::perform(core, call, tokio::sync::watch::channel(false).1).await,
                    )));
                });
            } else if let Some(told) = self.looked(&effect) {
                for what in told {
                    self.take(what);
                }
            } else {
                self.effects.push(effect);
            }
        }
    }

    /// What comes of an effect of the tabs, all of it at once; none for other effects.
    fn looked(&mut self, effect: &Effect) -> Option<Vec<Message>> {
        let (tell, mut told) = mpsc::unbounded_channel();
        let core = Arc::clone(&self.core);
        match effect {
            Effect::ListLocked(generation) => self.runtime.block_on(tab_queries::list_locked(core, *generation, tell)),
            Effect::ReadLedger => tab_queries::read_ledger(&core, &tell),
            Effect::VerifyLedger => tab_queries::verify_ledger(&core, &tell),
            Effect::Check(names) => self.runtime.block_on(tab_queries::check(core, names.clone(), tell)),
            Effect::ListRuns => lists::list_runs(&core, &tell),
            Effect::OpenRun(run) => lists::open_run(&core, *run, &tell),
            Effect::ResumeRun(run) => self.runtime.block_on(lists::resume(core, *run, tell)),
            _ => return None,
        }
        Some(std::iter::from_fn(|| told.try_recv().ok()).collect())
    }

    /// Has a list planned, as the loop would.
    pub fn plan(&mut self) {
        while let Some(at) = self.effects.iter().position(|effect| matches!(effect, Effect::Plan(..))) {
            let Effect::Plan(generation, source) = self.effects.remove(at) else { continue };
            let (tell, mut told) = mpsc::unbounded_channel();
            self.runtime.block_on(lists::plan(
                Arc::clone(&self.core),
                Arc::clone(&self.list_lines),
                generation,
                source,
                tell,
            ));
            while let Ok(what) = told.try_recv() {
                self.take(what);
            }
        }
    }

    /// Draws, as the loop does after every change.
    pub fn drawn(&mut self) {
        let (_, shown) = self.frame(&Appearance::new(true, false));
        let (revision, hidden) = (self.state.revision, shown.hidden);
        self.take(Message::Drawn { revision, shown: shown.text, hidden });
    }

    fn frame(&self, appearance: &Appearance) -> (Buffer, FrameSummary) {
        let (width, height) = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut drawn = None;
        let frame = terminal.draw(|frame| drawn = Some(view(frame, &self.state, appearance))).unwrap();
        (frame.buffer.clone(), drawn.unwrap())
    }

    /// Lets everything happen that is under way or due within two seconds; the clock jumps to each deadline.
    pub fn verify(&mut self) {
        self.settle_within(Duration::from_secs(2));
    }
}
