//! The whole program without a terminal: keys go in, frames come out, with a clock that jumps instead of waiting.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use unbolt::config;
use unbolt::domain::{RequestLogEntry, Stamp};
use unbolt::engine::{Core, panic_guard};
use unbolt::screens::view::{Drawn, view};
use unbolt::screens::{Effect, Event, Keymap, Message, Session, State, update};
use unbolt::terminal::jobs::{lists, queries};
use unbolt::widgets::Appearance;

use super::World;

/// The program without a terminal.
pub struct Desk {
    pub runtime: Runtime,
    pub core: Arc<Core>,
    pub state: State,
    pub replies: (mpsc::UnboundedSender<Message>, mpsc::UnboundedReceiver<Message>),
    log: mpsc::UnboundedReceiver<RequestLogEntry>,
    pub pending: usize,
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
            State::new(session, Keymap::standard().unwrap(), queries::provider_rows(&core), (width, height));
        state.policy = core.policy().clone();
        let mut desk = Self {
            runtime,
            core,
            state,
            replies: mpsc::unbounded_channel(),
            log,
            pending: 0,
            clock: Duration::ZERO,
            effects: Vec::new(),
        };
        desk.take(Message::Started);
        desk.verify();
        desk
    }

    pub fn take(&mut self, what: Message) {
        let at = Stamp { mono: self.clock, wall: Timestamp::now() };
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
            Effect::ListLocked(generation) => self.runtime.block_on(queries::list_locked(core, *generation, tell)),
            Effect::ReadLedger => queries::read_ledger(&core, &tell),
            Effect::VerifyLedger => queries::verify_ledger(&core, &tell),
            Effect::Check(names) => self.runtime.block_on(queries::check(core, names.clone(), tell)),
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
            self.runtime.block_on(lists::plan(Arc::clone(&self.core), generation, source, tell));
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

    fn frame(&self, appearance: &Appearance) -> (Buffer, Drawn) {
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

    pub fn settle_within(&mut self, horizon: Duration) {
        let until = self.clock + horizon;
        loop {
            self.drawn();
            while let Ok(exchange) = self.log.try_recv() {
                self.take(Message::Exchange(exchange));
            }
            if self.pending > 0 {
                let replies = &mut self.replies.1;
                let what = self.runtime.block_on(async { replies.recv().await }).unwrap();
                self.pending -= 1;
                self.take(what);
            } else if let Some(wake) = self.state.wake().filter(|wake| *wake <= until) {
                self.clock = self.clock.max(wake);
                self.take(Message::Tick);
            } else {
                self.clock = until;
                return;
            }
        }
    }

    /// Settles until the words are on the screen. A simulated Mac comes in its own time: the clock goes with that here.
    pub fn settle_until(&mut self, words: &str) {
        let started = std::time::Instant::now();
        let mut last = started;
        super::wait_for(words, || {
            if started.elapsed() > Duration::from_secs(55) {
                self.sees(words);
            }
            let passed = last.elapsed();
            last += passed;
            let until = self.clock + passed;
            self.settle_within(passed);
            self.clock = self.clock.max(until);
            self.screen().contains(words).then_some(())
        });
    }

    /// Takes replies until the first unlock's request is on its way.
    pub fn until_sent(&mut self) {
        while !self.state.unlocks[0].flow.steps().iter().any(|step| step.state == unbolt::domain::StepState::Sent) {
            let replies = &mut self.replies.1;
            let what = self.runtime.block_on(async { replies.recv().await }).unwrap();
            self.pending -= 1;
            self.take(what);
            self.drawn();
        }
    }

    /// A key that stands alone, as an operator presses it: an answer counts once nothing has come behind it.
    pub fn key(&mut self, code: KeyCode) {
        self.event(KeyEvent::new(code, KeyModifiers::NONE));
    }

    pub fn ctrl(&mut self, c: char) {
        self.event(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
    }

    fn event(&mut self, key: KeyEvent) {
        self.take(Message::Key(key));
        self.drawn();
        if let Some(due) = self.state.dialog.as_ref().and_then(|dialog| dialog.answer_due) {
            self.clock = self.clock.max(due);
            self.take(Message::Tick);
            self.drawn();
        }
    }

    pub fn press(&mut self, keys: &str) {
        keys.chars().for_each(|c| self.key(KeyCode::Char(c)));
    }

    /// Types a name and looks at the first hit.
    pub fn look_at(&mut self, name: &str) {
        self.press(name);
        self.verify();
        self.key(KeyCode::Enter);
        self.verify();
    }

    /// Back to the list of people, whatever showed.
    pub fn look_away(&mut self) {
        self.press("1");
        self.verify();
    }

    pub fn screen(&self) -> String {
        text(&self.buffer(Appearance::new(true, false)))
    }

    pub fn buffer(&self, appearance: Appearance) -> Buffer {
        self.frame(&appearance).0
    }

    pub fn sees(&self, words: &str) {
        let screen = self.screen();
        assert!(screen.contains(words), "`{words}` is not on the screen:\n{screen}");
    }

    pub fn sees_no(&self, words: &str) {
        let screen = self.screen();
        assert!(!screen.contains(words), "`{words}` is on the screen:\n{screen}");
    }
}

pub fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let lines: Vec<String> = buffer
        .content
        .chunks(width.max(1))
        .map(|row| {
            let mut line = String::new();
            let mut skip = 0;
            for cell in row {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                line.push_str(cell.symbol());
                skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
            }
            line.trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}
