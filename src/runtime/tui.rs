//! The loop of the terminal program. It sleeps on real events only: keys, replies, signals, and the one
//! timer that the state names.

use std::io;
use std::panic::AssertUnwindSafe;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};

use crate::app::{Effect, Event, Keymap, ProviderRow, Session, State, What, update};
use crate::domain::Exchange;
use crate::view::Look;

use super::farewell::AtWork;
use super::front::Front;
use super::pace::Pace;
use super::terminal::{Taken, hold_panics, last_words, last_words_so_far};
use super::webhook::{self, Told};
use super::writer::Writer;
use super::{Core, clipboard, input, list, look, resolve, supervise};

/// How long ending the sessions may take.
const FAREWELL: Duration = Duration::from_millis(500);

/// How the terminal program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The operator left; how that ended which was at work then.
    Quit(Vec<String>),
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
    shown: (Look, bool),
    log: UnboundedReceiver<Exchange>,
) -> io::Result<Ending> {
    let (look, is_plain) = shown;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let taken = if is_plain { Taken::nothing() } else { Taken::take()? };
    let front = if is_plain { Front::plain(look) } else { Front::screen(look) };
    hold_panics();
    let result = std::panic::catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { Loop::new(core, session, keymap, front, &taken)?.run(log).await })
    }));
    drop(taken);
    let words = last_words();
    // Threads that still read from a dead terminal must not hold up the end.
    runtime.shutdown_background();
    match result {
        Ok(ending) => ending,
        Err(_) => Ok(Ending::Broke(words.unwrap_or_default())),
    }
}

struct Loop<'a> {
    core: Arc<Core>,
    state: State,
    front: Front,
    taken: &'a Taken,
    writer: Writer,
    /// What is to be told once the block that is being written stands on the terminal.
    on_its_way: Option<What>,
    /// Going to the background, or a lock of the screen, once nothing is being written.
    aside: Option<Effect>,
    /// The program that locks the screen, while it does.
    locker: Option<Child>,
    gate: input::Gate,
    replies: UnboundedSender<What>,
    inbox: UnboundedReceiver<What>,
    drawn: u64,
    pace: Pace,
    started: Instant,
    ending: Option<Ending>,
    /// What is at work, as long as nobody has told the program to end.
    at_work: AtWork,
    terminated: bool,
}

impl<'a> Loop<'a> {
    fn new(core: Core, session: Session, keymap: Keymap, front: Front, taken: &'a Taken) -> io::Result<Self> {
        let providers = core
            .providers()
            .iter()
            .map(|provider| ProviderRow {
                name: provider.about().name.clone(),
                kind: provider.about().kind,
                total_timeout: provider.about().total_timeout,
                vitals: provider.vitals(),
            })
            .collect();
        let size = match front {
            Front::Screen(_) => crossterm::terminal::size()?,
            // Nothing is laid out: as much as anybody reads at once.
            Front::Plain(_) => (120, 40),
        };
        let mut state = State::new(session, keymap, providers, size);
        state.desk.joining = core.joining().clone();
        state.policy = core.policy().clone();
        let (replies, inbox) = unbounded_channel();
        let started = Instant::now() - core.now().mono;
        Ok(Self {
            state,
            core: Arc::new(core),
            front,
            taken,
            writer: Writer::start()?,
            on_its_way: None,
            aside: None,
            locker: None,
            gate: input::Gate::default(),
            replies,
            inbox,
            drawn: 0,
            pace: Pace::new(Instant::now()),
            started,
            ending: None,
            at_work: AtWork::default(),
            terminated: false,
        })
    }

    async fn run(mut self, mut log: UnboundedReceiver<Exchange>) -> io::Result<Ending> {
        let mut signals = Signals::new()?;
        let (mut keys, mut lines) = match self.front {
            Front::Screen(_) => (input::start(self.gate.clone()), None),
            Front::Plain(_) => (unbounded_channel().1, Some(input::lines())),
        };
        let mut heard = self.core.mail().heard();
        self.take(What::Started);
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
                    self.core.mail().idle().await;
                    self.core.close_sessions().await;
                };
                let _ = tokio::time::timeout(FAREWELL, farewell).await;
                if !self.writer.finish() {
                    // Who doesn't take a frame won't take a farewell either.
                    self.taken.abandon();
                    return Ok(Ending::Hung);
                }
                return Ok(ending);
            }
            if !self.writer.is_busy()
                && let Some(effect) = self.aside.take()
            {
                self.step_aside(&effect)?;
            }
            let next_frame = self.draw()?;
            let wake = [self.state.wake().map(|wake| self.started + wake), next_frame].into_iter().flatten().min();
            let timer = async {
                match wake {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let what = tokio::select! {
                Some(what) = keys.recv() => what,
                Some(what) = self.inbox.recv() => what,
                // One line after the answers to the one before, as somebody would type them.
                what = next_line(&mut lines), if !self.state.awaits_answers() && self.is_shown() => what,
                Some(exchange) = log.recv() => What::Exchange(exchange),
                Ok(()) = heard.changed() => What::Heard,
                () = signals.any() => What::Terminate,
                ended = wait_for(&mut self.locker) => {
                    self.unlocked(ended)?;
                    continue;
                }
                result = self.writer.written() => match result {
                Ok(()) => match self.on_its_way.take() {
                    Some(drawn) => drawn,
                    None => continue,
                },
                // The terminal is gone; once is enough to be told.
                Err(_) if self.terminated => continue,
                Err(_) => What::Terminate,
            },
                () = timer => What::Tick,
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
                self.take(What::Exchange(exchange));
            }
        }
    }

    /// True when everything that there is to show was shown.
    fn is_shown(&self) -> bool {
        self.drawn == self.state.revision && !self.writer.is_busy()
    }

    /// Draws, if there is something new and it is time to; else says when it is.
    fn draw(&mut self) -> io::Result<Option<Instant>> {
        if self.locker.is_some()
            || self.writer.is_busy()
            || (self.drawn == self.state.revision && !self.front.is_stale())
        {
            return Ok(None);
        }
        let now = Instant::now();
        let due = self.pace.due(now);
        if due > now {
            return Ok(Some(due));
        }
        self.drawn = self.state.revision;
        self.pace.drew(now);
        let (bytes, whole) = self.front.show(&self.state)?;
        if bytes.is_empty() {
            self.take(What::Drawn { revision: self.drawn, whole });
        } else {
            self.on_its_way = Some(What::Drawn { revision: self.drawn, whole });
            self.writer.write(bytes);
        }
        Ok(None)
    }

    fn take(&mut self, what: What) {
        self.terminated |= matches!(what, What::Terminate);
        if self.state.leaving.is_none() {
            self.at_work = AtWork::now(&self.state);
        }
        // Lines are said one by one: nothing is to be gained by waiting.
        let by_key = matches!(what, What::Key(_) | What::Paste(_) | What::Line(_) | What::Resize(..))
            || matches!(self.front, Front::Plain(_));
        let before = self.state.revision;
        for effect in update(&mut self.state, Event { at: self.core.now(), what }) {
            self.perform(effect);
        }
        if self.state.revision != before {
            self.pace.changed(Instant::now(), by_key);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Call(call) => {
                let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
                tokio::spawn(async move {
                    let reply = supervise::perform(core, call).await;
                    // After the end nobody listens any more.
                    let _ = replies.send(What::Reply(Box::new(reply)));
                });
            }
            Effect::Copy(text) => {
                self.writer.write(match self.front {
                    Front::Screen(_) => clipboard::sequence(&text, clipboard::Between::detect()),
                    // Who reads lines copies them as well.
                    Front::Plain(_) => format!("{text}\n").into_bytes(),
                });
            }
            Effect::Plan(generation, source) => {
                self.task(list::plan(Arc::clone(&self.core), generation, source, self.replies.clone()));
            }
            Effect::Choose { generation, row, candidate } => {
                let planned = self.state.bulk.rows.get(row).map(|one| one.row.clone());
                if let Some(planned) = planned {
                    let at = (generation, row);
                    self.task(list::choose(Arc::clone(&self.core), at, planned, candidate, self.replies.clone()));
                }
            }
            Effect::Freeze { rows, papers } => {
                self.task(list::freeze(Arc::clone(&self.core), rows, papers, self.replies.clone()));
            }
            Effect::NoteRefusal { account, ticket, objection } => {
                let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
                self.task(list::note_refusal(core, account, ticket, objection, replies));
            }
            Effect::ListLocked(generation) => {
                self.task(look::list_locked(Arc::clone(&self.core), generation, self.replies.clone()));
            }
            Effect::ReadLedger => {
                let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
                tokio::task::spawn_blocking(move || look::read_ledger(&core, &replies));
            }
            Effect::Check => {
                self.task(look::check_all(Arc::clone(&self.core), self.replies.clone()));
            }
            Effect::NoteRow { part, key, outcome, problem } => {
                self.task(list::note_row(Arc::clone(&self.core), part, key, outcome, problem, self.replies.clone()));
            }
            Effect::NoteEnd { run, stopped, totals } => {
                self.task(list::note_end(Arc::clone(&self.core), run, stopped, totals, self.replies.clone()));
            }
            Effect::Release(run) => self.core.release(run),
            Effect::Save { path, text } => {
                let replies = self.replies.clone();
                tokio::task::spawn_blocking(move || {
                    let _ = replies.send(What::Saved(list::save(path, &text)));
                });
            }
            Effect::Redraw => self.front.forget(),
            // What is being written is finished first.
            Effect::Suspend | Effect::Lock => self.aside = Some(effect),
            Effect::Quit => {
                self.ending = Some(match (self.terminated, self.state.idled) {
                    (true, _) => Ending::Terminated,
                    (false, true) => Ending::Idle("nobody pressed a key".to_owned()),
                    (false, false) => Ending::Quit(self.at_work.told(&self.state)),
                });
            }
            #[cfg(feature = "panic-key")]
            Effect::Panic => break_down(),
            #[cfg(feature = "panic-key")]
            Effect::PanicInTask => self.task(async { break_down() }),
        }
    }

    /// Gives the terminal to somebody else for a while.
    fn step_aside(&mut self, effect: &Effect) -> io::Result<()> {
        if self.locker.is_some() {
            return Ok(());
        }
        if matches!(effect, Effect::Lock) {
            self.lock();
            return Ok(());
        }
        self.taken.suspend()?;
        self.come_back()
    }

    /// Lends the terminal to the policy's program. Everything else goes on meanwhile, unseen.
    fn lock(&mut self) {
        let Some((program, arguments)) = self.core.policy().idle_command.split_first() else { return };
        self.gate.close();
        self.taken.lend();
        match Command::new(program).args(arguments).spawn() {
            Ok(child) => self.locker = Some(child),
            Err(e) => {
                let why = format!("{program}: {e}");
                self.ending = Some(Ending::Idle(why));
            }
        }
    }

    /// The program that locked the screen has ended: only when it ended well does the operator come back.
    fn unlocked(&mut self, ended: io::Result<ExitStatus>) -> io::Result<()> {
        self.locker = None;
        match ended {
            Ok(status) if status.success() => {
                self.taken.take_back()?;
                self.gate.open();
                return self.come_back();
            }
            Ok(status) => {
                self.ending = Some(Ending::Idle(format!("the program that locks the screen ended with {status}")));
            }
            Err(e) => self.ending = Some(Ending::Idle(e.to_string())),
        }
        Ok(())
    }

    fn come_back(&mut self) -> io::Result<()> {
        let (width, height) = crossterm::terminal::size()?;
        let _ = self.replies.send(What::Resize(width, height));
        let _ = self.replies.send(What::Resumed);
        Ok(())
    }

    /// Work in the background. What breaks in it is told, and breaks nothing else.
    fn task(&self, work: impl Future<Output = ()> + Send + 'static) {
        let replies = self.replies.clone();
        tokio::spawn(async move {
            if tokio::spawn(work).await.is_err_and(|e| e.is_panic()) {
                let words = last_words_so_far().unwrap_or_default();
                let _ = replies.send(What::Notice(format!("a part of unbolt broke; what it did isn't done: {words}")));
            }
        });
    }

    /// What an earlier process left without an outcome is looked at in the background.
    fn resolve_left_open(&self) {
        let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
        tokio::spawn(async move {
            let reader = Arc::clone(&core);
            let read = tokio::task::spawn_blocking(move || resolve::open_unlocks(&reader)).await;
            let open = match read.unwrap_or_else(|_| Ok(Vec::new())) {
                Ok(open) => open,
                Err(problem) => {
                    let _ = replies.send(What::Notice(problem.line()));
                    return;
                }
            };
            let mut lines = Vec::new();
            for (unlocked, open) in open.into_iter().filter(|(unlocked, _)| resolve::is_ours(&core, unlocked)) {
                let resolved = resolve::resolve(&core, unlocked, open).await;
                let unlock = &resolved.unlocked.unlock;
                let outcome = resolved.outcome.word().replace('_', " ");
                lines.push(format!("{} in {}: {outcome}", unlock.username.cell(), unlock.key.provider));
            }
            if let Some((last, others)) = lines.split_last() {
                let more = match others.len() {
                    0 => String::new(),
                    n => format!("; and {n} more: `unbolt ledger show --open`"),
                };
                let _ = replies.send(What::Notice(format!("left open earlier: {last}{more}")));
            }
        });
    }

    /// Receives Macs' answers while the screen is open, where that is configured.
    fn receive(&self) {
        let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
        tokio::spawn(async move {
            let (tell, mut told) = unbounded_channel();
            // It receives for as long as it is held.
            let _receiver = match webhook::start(&core, tell).await {
                Ok(receiver) => receiver,
                Err(problem) => {
                    let _ = replies.send(What::Notice(problem.line()));
                    None
                }
            };
            while let Some(told) = told.recv().await {
                // What somebody on this screen follows is on the screen already.
                let is_news = !matches!(told, Told::Answer { outcome: None, contradicts: false, .. });
                if is_news {
                    let _ = replies.send(What::Notice(told.line()));
                }
            }
        });
    }
}

/// When the program that locks the screen ends; never, where there is none.
async fn wait_for(locker: &mut Option<Child>) -> io::Result<ExitStatus> {
    match locker {
        Some(child) => child.wait().await,
        None => std::future::pending().await,
    }
}

/// The next line; nothing, where there are keys.
async fn next_line(lines: &mut Option<UnboundedReceiver<String>>) -> What {
    match lines {
        Some(open) => match open.recv().await {
            Some(line) => What::Line(line),
            None => {
                *lines = None;
                What::NoMoreLines
            }
        },
        None => std::future::pending().await,
    }
}

struct Signals(Vec<Signal>);

impl Signals {
    fn new() -> io::Result<Self> {
        let kinds = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt(), SignalKind::quit()];
        kinds.into_iter().map(signal).collect::<io::Result<_>>().map(Self)
    }

    async fn any(&mut self) {
        let waits = self.0.iter_mut().map(|signal| Box::pin(signal.recv()));
        futures_util::future::select_all(waits).await;
    }
}

#[cfg(feature = "panic-key")]
#[allow(clippy::panic, reason = "a test watches the terminal being restored")]
fn break_down() {
    panic!("the panic key was pressed");
}
