//! The whole program without a terminal: keys go in, frames come out, with a clock that jumps instead of waiting.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use unbolt::config;
use unbolt::domain::Exchange;
use unbolt::domain::Stamp;
use unbolt::runtime::Core;
use unbolt::runtime::bulk_jobs;
use unbolt::runtime::panic_guard;
use unbolt::runtime::queries;
use unbolt::screens::Effect;
use unbolt::screens::Event;
use unbolt::screens::Keymap;
use unbolt::screens::Message;
use unbolt::screens::Session;
use unbolt::screens::State;
use unbolt::screens::update;
use unbolt::screens::view::draw;
use unbolt::widgets::Appearance;

use super::World;

/// The program without a terminal.
pub struct Desk {
    pub runtime: Runtime,
    core: Arc<Core>,
    pub state: State,
    pub replies: (mpsc::UnboundedSender<Message>, mpsc::UnboundedReceiver<Message>),
    log: mpsc::UnboundedReceiver<Exchange>,
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
            operator: "lena@jump01".into(),
            operator_name: "lena".into(),
            service: false,
            label: "demo".into(),
            zone: TimeZone::UTC,
            host_zone: TimeZone::UTC,
        };
        let mut state = State::new(session, Keymap::standard().unwrap(), core.rows(), (width, height));
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
        for effect in update(&mut self.state, Event { at, what }) {
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
            Effect::Check => self.runtime.block_on(queries::check_all(core, tell)),
            _ => return None,
        }
        Some(std::iter::from_fn(|| told.try_recv().ok()).collect())
    }

    /// Has a list planned, as the loop would.
    pub fn plan(&mut self) {
        while let Some(at) = self.effects.iter().position(|effect| matches!(effect, Effect::Plan(..))) {
            let Effect::Plan(generation, source) = self.effects.remove(at) else { continue };
            let (tell, mut told) = mpsc::unbounded_channel();
            self.runtime.block_on(bulk_jobs::plan(Arc::clone(&self.core), generation, source, tell));
            while let Ok(what) = told.try_recv() {
                self.take(what);
            }
        }
    }

    /// Draws, as the loop does after every change.
    pub fn drawn(&mut self) {
        let (width, height) = self.state.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let shown = draw(&self.state, &Appearance::new(true, false), &mut buffer);
        let (revision, hidden) = (self.state.revision, shown.hidden);
        self.take(Message::Drawn { revision, shown: shown.text, hidden });
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

    pub fn key(&mut self, code: KeyCode) {
        self.take(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        self.drawn();
    }

    pub fn ctrl(&mut self, c: char) {
        self.take(Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)));
        self.drawn();
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

    pub fn screen(&self) -> String {
        text(&self.buffer(Appearance::new(true, false)))
    }

    pub fn buffer(&self, look: Appearance) -> Buffer {
        let (width, height) = self.state.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        draw(&self.state, &look, &mut buffer);
        buffer
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
