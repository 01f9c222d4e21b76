//! The whole state of the terminal program.
//!
//! ```text
//! audit_context  what an unlock is recorded with, and what stands against it
//! pending        what is waited for, and when something is due
//! ```

mod audit_context;
mod pending;
mod session;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use tui_input::Input;

use crate::domain::{AccountKey, ClockReading, Code, Outcome};
use crate::flow::watch::Watch;
use crate::policy::Policy;

use crate::screens::desk::request_log::RequestLog;
use crate::screens::desk::state::Desk;
use crate::screens::dialog::state::{Dialog, Prompt};
use crate::screens::key_placeholders;
use crate::screens::keymap::{KeyContext, Keymap};
use crate::screens::ledger::state::LedgerTab;
use crate::screens::line_mode;
use crate::screens::list_state::{ListState, Rows};
use crate::screens::lists::state::ListsTab;
use crate::screens::locked::state::LockedTab;
use crate::screens::marks::Marks;
use crate::screens::message::Effect;
use crate::screens::session_unlocks::SessionUnlock;
use crate::screens::systems::state::SystemsTab;
use crate::screens::tab::Tab;

pub use audit_context::PerCall;
pub use session::{ProviderRow, Session};

/// How long a message stands in the footer.
pub const TOAST: Duration = Duration::from_secs(6);
/// How long a program that was told to end waits for unlocks in flight.
pub const PATIENCE_AT_END: Duration = Duration::from_secs(5);

/// The state.
#[derive(Clone, Debug)]
pub struct State {
    /// The moment of the last event.
    pub now: ClockReading,
    /// Counts the changes that show; a frame is drawn for a new one only.
    pub revision: u64,
    /// What doesn't change.
    pub session: Session,
    /// The keys.
    pub keymap: Keymap,
    /// The providers.
    pub providers: Vec<ProviderRow>,
    /// The size of the terminal.
    pub size: (u16, u16),
    /// Where keys go.
    pub focus: KeyContext,
    /// The desk.
    pub desk: Desk,
    /// The bulk tab.
    pub lists: ListsTab,
    /// Who is locked.
    pub locked: LockedTab,
    /// What was done.
    pub ledger: LedgerTab,
    /// How the providers are doing.
    pub systems: SystemsTab,
    /// What is marked, in whichever tab.
    pub marks: Marks,
    /// Where the last mark was set.
    pub last_mark: Option<(Tab, usize)>,
    /// The list whose filter is typed.
    pub filter_of: KeyContext,
    /// Where the way back leads.
    pub back: Option<KeyContext>,
    /// True while the pane with the focus has the whole screen.
    pub zoomed: bool,
    /// False where lines are said instead of frames drawn: no age is told there.
    pub draws: bool,
    /// The minute whose ages are drawn.
    pub minute: Timestamp,
    /// True while keys are taken that came in one read: none of them is an answer.
    pub in_burst: bool,
    /// What lists may do.
    pub policy: Policy,
    /// The question on the screen.
    pub dialog: Option<Dialog>,
    /// The unlocks of this session, oldest first.
    pub unlocks: Vec<SessionUnlock>,
    /// Unlocks of earlier processes that are still open, in words.
    pub left_open: HashMap<AccountKey, String>,
    /// The number of the next one.
    pub next_flow: u64,
    /// The accounts under watch: after an unlock, and where somebody asked for it.
    pub watches: Vec<Watch>,
    /// The ticket.
    pub ticket: Option<PerCall>,
    /// How the caller was verified; for nobody in particular where it is a list.
    pub verified: Option<PerCall>,
    /// Since when somebody is waited for, and which sign of the spinner shows (0 for none).
    pub busy: Option<(Duration, u8)>,
    /// True when it is left because nobody pressed a key.
    pub idled: bool,
    /// When a key was last pressed.
    pub touched: Duration,
    /// The message in the footer, and until when.
    pub toast: Option<(String, Duration)>,
    /// The requests as they were sent, oldest first.
    pub log: RequestLog,
    /// The first line of the lowest pane, counted from its end.
    pub scrolled: usize,
    /// How many lines of the lowest pane didn't show when it was drawn: it is scrolled over no more.
    pub hidden: usize,
    /// Until then letters are not commands: somebody is typing a name where keys act.
    pub typing_until: Duration,
    /// Set while the program waits for unlocks in flight before it ends; the moment at which it gives up.
    pub leaving: Option<Option<Duration>>,
}

impl State {
    /// The state at the start.
    pub fn new(session: Session, keymap: Keymap, providers: Vec<ProviderRow>, size: (u16, u16)) -> Self {
        let locked = LockedTab::new(
            providers.iter().map(|provider| (provider.name.clone(), provider.kind.capabilities().lock_state)),
        );
        let desk = Desk::new(providers.iter().map(|provider| provider.name.clone()));
        Self {
            now: ClockReading::default(),
            revision: 1,
            session,
            keymap,
            providers,
            size,
            focus: KeyContext::Query,
            desk,
            lists: ListsTab::new(),
            locked,
            ledger: LedgerTab::default(),
            systems: SystemsTab::new(),
            marks: Marks::default(),
            last_mark: None,
            filter_of: KeyContext::Locked,
            back: None,
            zoomed: false,
            draws: true,
            minute: Timestamp::UNIX_EPOCH,
            in_burst: false,
            policy: Policy::default(),
            dialog: None,
            unlocks: Vec::new(),
            left_open: HashMap::new(),
            next_flow: 1,
            watches: Vec::new(),
            ticket: None,
            verified: None,
            busy: None,
            idled: false,
            touched: Duration::ZERO,
            toast: None,
            log: RequestLog::default(),
            scrolled: 0,
            hidden: 0,
            typing_until: Duration::ZERO,
            leaving: None,
        }
    }

    /// The unlock of an account that has no end yet, in words: another one would be a second.
    pub fn still_open(&self, key: &AccountKey) -> Option<String> {
        let last = self.unlocks.iter().rev().find(|unlock| unlock.flow.order().key == *key);
        let words = last.and_then(|unlock| match unlock.flow.outcome()? {
            (_, Some(problem)) if problem.code == Code::StillOpen => Some(problem.what.to_string()),
            (outcome, _) if outcome.is_undecided() => Some("the unlock of this session".to_owned()),
            _ => None,
        });
        words.or_else(|| self.left_open.get(key).cloned())
    }

    /// The pane where keys go; while a filter is typed, the one that is filtered.
    pub fn pane(&self) -> KeyContext {
        if self.focus == KeyContext::Filter { self.filter_of } else { self.focus }
    }

    /// The tab that shows.
    pub fn tab(&self) -> Tab {
        Tab::of(self.pane())
    }

    /// True while keys go to the request log.
    pub fn reads_log(&self) -> bool {
        self.log.shows && self.pane() == KeyContext::Progress
    }

    /// The list that shows; on the desk the request log, while keys go there.
    pub fn list(&mut self) -> Option<&mut ListState> {
        match self.tab() {
            Tab::Desk => self.reads_log().then_some(&mut self.log.list),
            Tab::Locked => Some(&mut self.locked.list),
            Tab::Lists if self.lists.shows_runs() => Some(&mut self.lists.runs.list),
            Tab::Lists => Some(&mut self.lists.list),
            Tab::Ledger => Some(&mut self.ledger.list),
            Tab::Systems => Some(&mut self.systems.list),
        }
    }

    /// The list that shows; on the desk the request log, while keys go there.
    pub fn list_ref(&self) -> Option<&ListState> {
        self.list_and_rows().map(|(list, _)| list)
    }

    /// The same with its rows.
    pub fn list_and_rows(&self) -> Option<(&ListState, &dyn Rows)> {
        match self.tab() {
            Tab::Desk => self.reads_log().then_some((&self.log.list, &self.log)),
            Tab::Locked => Some((&self.locked.list, &self.locked)),
            Tab::Lists if self.lists.shows_runs() => Some((&self.lists.runs.list, &self.lists.runs)),
            Tab::Lists => Some((&self.lists.list, &self.lists)),
            Tab::Ledger => Some((&self.ledger.list, &self.ledger)),
            Tab::Systems => Some((&self.systems.list, &self.systems)),
        }
    }

    /// A text with `{key:action}` as this place's keys, or as what is typed in their place.
    pub fn with_keys(&self, text: &str) -> String {
        // A command that is named works when it is pasted: with this configuration.
        let typed = self.session.program.as_ref().map(|program| text.replace("`unbolt ", &format!("`{program} ")));
        key_placeholders::fill(typed.as_deref().unwrap_or(text), |action| {
            if !self.draws {
                return line_mode::hint(action);
            }
            self.keymap.hint(self.place(), action).unwrap_or_else(|| format!(":{}", action.name()))
        })
    }

    /// Puts a question on the screen, with a field where something is typed.
    pub fn ask(&mut self, ask: Prompt, field: Option<Input>) -> Vec<Effect> {
        self.changed();
        self.dialog = Some(Dialog::new(ask, field, self.revision));
        Vec::new()
    }

    /// Where the next key is looked up.
    pub fn place(&self) -> KeyContext {
        self.dialog.as_ref().map_or(self.focus, Dialog::place)
    }

    /// Something that shows has changed.
    pub fn changed(&mut self) {
        self.revision += 1;
    }

    /// Something that shows has changed, and nothing else is to be done.
    pub fn just_changed(&mut self) -> Vec<Effect> {
        self.changed();
        Vec::new()
    }

    /// Says something in the footer.
    pub fn notify(&mut self, text: impl Into<String>) {
        self.toast = Some((text.into(), self.now.mono + TOAST));
        self.changed();
    }

    /// Says something in the footer, and does nothing else.
    pub fn say(&mut self, text: impl Into<String>) -> Vec<Effect> {
        self.notify(text);
        Vec::new()
    }

    /// Sends a text to the terminal's clipboard, and says so.
    pub fn copy(&mut self, text: String, said: impl Into<String>) -> Vec<Effect> {
        self.notify(said);
        vec![Effect::Copy(text)]
    }

    /// How many unlocks have not ended.
    pub fn in_flight(&self) -> usize {
        self.unlocks.iter().filter(|unlock| unlock.flow.outcome().is_none()).count() + self.lists.in_flight()
    }

    /// The accounts that were unlocked in this session.
    pub fn unlocked_accounts(&self) -> HashSet<AccountKey> {
        let done = |one: &&SessionUnlock| matches!(one.flow.outcome(), Some((Outcome::Unlocked, _)));
        self.unlocks.iter().filter(done).map(|one| one.flow.order().key.clone()).collect()
    }
}
