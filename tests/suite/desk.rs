//! The whole program by keys, against the simulated server: state, flows, providers, ledger and frames,
//! with a clock that jumps instead of waiting.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use unbolt::app::{Effect, Event, Keymap, ProviderRow, Session, State, What, update};
use unbolt::config;
use unbolt::domain::{Exchange, Stamp};
use unbolt::runtime::{Core, supervise};
use unbolt::view::{Look, draw};

use crate::support::{ADA, World};

/// The program without a terminal.
pub struct Desk {
    runtime: Runtime,
    core: Arc<Core>,
    pub state: State,
    replies: (mpsc::UnboundedSender<What>, mpsc::UnboundedReceiver<What>),
    log: mpsc::UnboundedReceiver<Exchange>,
    pending: usize,
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
        };
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
        let state = State::new(session, Keymap::standard().unwrap(), providers, (width, height));
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
        desk.take(What::Started);
        desk.settle();
        desk
    }

    pub fn take(&mut self, what: What) {
        let at = Stamp { mono: self.clock, wall: Timestamp::now() };
        for effect in update(&mut self.state, Event { at, what }) {
            if let Effect::Call(call) = effect {
                let (core, sender) = (Arc::clone(&self.core), self.replies.0.clone());
                self.pending += 1;
                self.runtime.spawn(async move {
                    let _ = sender.send(What::Reply(Box::new(supervise::perform(core, call).await)));
                });
            } else {
                self.effects.push(effect);
            }
        }
    }

    /// Draws, as the loop does after every change.
    pub fn drawn(&mut self) {
        let (width, height) = self.state.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let whole = draw(&self.state, &Look::new(true, false), &mut buffer).whole;
        self.take(What::Drawn { revision: self.state.revision, whole });
    }

    /// Lets everything happen that is under way or due within two seconds; the clock jumps to each deadline.
    pub fn settle(&mut self) {
        self.settle_within(Duration::from_secs(2));
    }

    pub fn settle_within(&mut self, horizon: Duration) {
        let until = self.clock + horizon;
        loop {
            self.drawn();
            while let Ok(exchange) = self.log.try_recv() {
                self.take(What::Exchange(exchange));
            }
            if self.pending > 0 {
                let replies = &mut self.replies.1;
                let what = self.runtime.block_on(async { replies.recv().await }).unwrap();
                self.pending -= 1;
                self.take(what);
            } else if let Some(wake) = self.state.wake().filter(|wake| *wake <= until) {
                self.clock = self.clock.max(wake);
                self.take(What::Tick);
            } else {
                return;
            }
        }
    }

    /// Takes replies until the first unlock's request is on its way.
    fn until_sent(&mut self) {
        while !self.state.unlocks[0].flow.steps().iter().any(|step| step.state == unbolt::domain::StepState::Sent) {
            let replies = &mut self.replies.1;
            let what = self.runtime.block_on(async { replies.recv().await }).unwrap();
            self.pending -= 1;
            self.take(what);
            self.drawn();
        }
    }

    pub fn key(&mut self, code: KeyCode) {
        self.take(What::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        self.drawn();
    }

    pub fn ctrl(&mut self, c: char) {
        self.take(What::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)));
        self.drawn();
    }

    pub fn press(&mut self, keys: &str) {
        keys.chars().for_each(|c| self.key(KeyCode::Char(c)));
    }

    /// Types a name and looks at the first hit.
    pub fn look_at(&mut self, name: &str) {
        self.press(name);
        self.settle();
        self.key(KeyCode::Enter);
        self.settle();
    }

    pub fn screen(&self) -> String {
        let (width, height) = self.state.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        draw(&self.state, &Look::new(true, false), &mut buffer);
        text(&buffer)
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

#[test]
fn the_main_job_by_keys() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.sees("Provider status · Ada Lovelace · ada@acme.test");
    desk.sees("● LOCKED");
    desk.sees("5 of 5 bad");
    desk.press("t");
    desk.press("INC-4711");
    desk.key(KeyCode::Enter);
    desk.press("u");
    desk.sees("Unlock this account?");
    desk.sees(&format!("id {ADA}"));
    desk.sees("1 account: ada in pingone");
    desk.sees("ticket INC-4711");
    assert!(world.unlocks().is_empty(), "asked first");
    desk.press("y");
    desk.settle();
    desk.sees("200 OK, account.status OK");
    desk.sees("account OK, password OK");
    desk.sees("Ada Lovelace in pingone: unlocked");
    desk.sees("○ open");
    assert_eq!(world.unlocks().len(), 1);
    desk.press("y");
    let Some(Effect::Copy(note)) = desk.effects.pop() else { panic!("no note was copied") };
    assert_eq!(note.lines().count(), 2);
    assert!(note.contains("unlocked. Ticket INC-4711.") && note.contains(ADA), "{note}");
}

#[test]
fn the_first_page_shows_without_a_key_and_letters_filter_at_once() {
    let world = World::with_people(300);
    let mut desk = Desk::new(&world);
    desk.sees("Ada Lovelace");
    desk.sees("50 of 300");
    let before = world.get("/requests").as_array().unwrap().len();
    desk.press("grac");
    desk.sees("Grace Hopper");
    desk.sees_no("Ada Lovelace      ");
    assert_eq!(world.get("/requests").as_array().unwrap().len(), before, "nobody was asked yet");
    desk.settle();
    assert!(world.get("/requests").as_array().unwrap().len() > before, "after a rest everybody is");
}

#[test]
fn further_pages_come_when_the_selection_nears_the_end() {
    let world = World::with_people(300);
    let mut desk = Desk::new(&world);
    desk.key(KeyCode::Esc);
    desk.key(KeyCode::End);
    desk.settle();
    desk.sees("100 of 300");
}

#[test]
fn type_ahead_confirms_nothing() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    // Both keys arrive before the question was drawn.
    desk.take(What::Key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::NONE)));
    desk.take(What::Key(KeyEvent::new(KeyCode::Char('y'), KeyModifiers::NONE)));
    desk.settle();
    desk.sees("Unlock this account?");
    assert!(world.unlocks().is_empty());
    desk.press("n");
    desk.sees("nothing was sent");
    desk.settle();
    assert!(world.unlocks().is_empty());
}

#[test]
fn a_disabled_key_says_why() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("asmith");
    desk.press("u");
    desk.sees("the account is open; there is nothing to unlock");
    desk.press("/");
    desk.ctrl('u');
    desk.look_at("dorothy");
    desk.press("u");
    desk.sees("the account is disabled");
    desk.press("y");
    desk.sees("there is no outcome yet");
    assert!(world.unlocks().is_empty());
}

#[test]
fn a_deliberate_lock_wants_its_id_typed() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("mallory");
    desk.sees("by Sasha Petrov (security)");
    desk.press("u");
    desk.sees("Locked on purpose");
    desk.press("y");
    desk.key(KeyCode::Enter);
    desk.sees("that is not the account's id");
    desk.key(KeyCode::Backspace);
    desk.press(&world.id("mallory"));
    desk.key(KeyCode::Enter);
    desk.settle();
    desk.sees("Mallory Archer in pingone: unlocked");
}

#[test]
fn a_cause_that_cannot_be_told_is_named_in_the_question() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("aobi");
    desk.press("u");
    desk.sees("can't be told: it may be deliberate");
}

#[test]
fn a_ticket_is_asked_again_for_another_caller() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("t");
    desk.press("INC-1");
    desk.key(KeyCode::Enter);
    desk.press("uy");
    desk.settle();
    desk.press("/");
    desk.ctrl('u');
    desk.look_at("grace");
    desk.press("u");
    desk.sees("another caller");
    desk.key(KeyCode::Enter);
    desk.sees("Unlock this account?");
    desk.sees("ticket INC-1");
}

#[test]
fn selection_follows_the_account_and_not_the_row() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.key(KeyCode::Esc);
    desk.press("jj");
    let chosen = desk.state.desk.selected.clone();
    assert_eq!(desk.state.desk.position(), Some(2));
    // The first row's account is gone: every row moves up, the selection stays on its person.
    let gone = desk.state.desk.rows[0].accounts[0].clone();
    desk.take(What::Reply(Box::new(unbolt::flow::Reply::Read { key: gone, result: Ok(None), vitals: Box::default() })));
    assert_eq!(desk.state.desk.selected, chosen);
    assert_eq!(desk.state.desk.position(), Some(1));
    // The selected one is gone: nobody is selected, and the key says so.
    let gone = chosen.unwrap();
    desk.take(What::Reply(Box::new(unbolt::flow::Reply::Read { key: gone, result: Ok(None), vitals: Box::default() })));
    assert_eq!(desk.state.desk.position(), None);
    desk.key(KeyCode::Enter);
    desk.sees("nobody is selected any more");
}

#[test]
fn a_name_typed_where_letters_are_commands_does_nothing() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("nguyen");
    desk.settle_within(Duration::ZERO);
    desk.sees("letters are commands here: press /");
    assert!(desk.state.dialog.is_none());
    assert!(world.unlocks().is_empty());
}

#[test]
fn a_held_enter_and_stray_keys_confirm_nothing() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("u");
    for _ in 0..20 {
        desk.key(KeyCode::Enter);
    }
    desk.sees("cancelled; nothing was sent");
    desk.press("u");
    desk.press("/");
    desk.sees("cancelled; nothing was sent");
    desk.settle();
    assert!(world.unlocks().is_empty());
}

#[test]
fn a_question_that_does_not_fit_cannot_be_answered() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("mallory");
    desk.take(What::Resize(40, 12));
    desk.press("u");
    desk.sees("enlarge the terminal");
    desk.press(&world.id("mallory"));
    desk.key(KeyCode::Enter);
    desk.settle();
    assert!(world.unlocks().is_empty());
    desk.take(What::Resize(20, 5));
    desk.drawn();
    desk.key(KeyCode::Enter);
    assert!(world.unlocks().is_empty());
    desk.take(What::Resize(80, 24));
    desk.drawn();
    desk.sees("Locked on purpose");
}

#[test]
fn a_lock_that_an_administrator_sets_between_the_look_and_the_act_is_not_opened() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    // The account now reads as one that was locked in another way.
    world.fault(json!({"fault": "status", "status": 403, "match": "/activities"}));
    world.fault(json!({"fault": "body", "body": json!({"status": "OK"}).to_string(), "content_type": "application/json", "match": "/password"}));
    desk.press("uy");
    desk.settle();
    desk.sees("the lock is another one than was confirmed");
    assert!(world.unlocks().is_empty());
}

#[test]
fn nobody_matches_and_nobody_is_shown() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.press("linus");
    desk.settle();
    desk.sees("Provider status · Linus Pauling");
    desk.press("zzz");
    desk.settle();
    desk.sees("nobody matches");
    desk.sees_no("Linus");
}

#[test]
fn pasted_text_never_acts() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.take(What::Paste("ada uy\n".to_owned()));
    desk.settle();
    assert_eq!(desk.state.desk.query.value(), "ada uy");
    // Several lines are a list: it is looked up, and nothing more.
    desk.take(What::Paste("ada\nuy\n".to_owned()));
    assert!(matches!(desk.effects.last(), Some(Effect::Plan(_, _))), "{:?}", desk.effects);
    desk.sees("Bulk list");
    desk.key(KeyCode::Esc);
    desk.take(What::Paste("uyuy".to_owned()));
    desk.settle();
    desk.sees("pasted text goes into a text field");
    assert!(world.unlocks().is_empty());
}

#[test]
fn a_release_is_no_press() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    let mut key = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
    key.kind = KeyEventKind::Release;
    desk.take(What::Key(key));
    assert_eq!(desk.state.desk.query.value(), "");
    key.kind = KeyEventKind::Repeat;
    desk.take(What::Key(key));
    assert_eq!(desk.state.desk.query.value(), "a");
}

#[test]
fn an_expired_token_is_renewed_and_a_refused_login_is_a_problem_with_a_step() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    world.fault(json!({"fault": "expire_tokens"}));
    desk.look_at("ada");
    desk.sees("5 of 5 bad");
    world.fault(json!({"fault": "status", "status": 403, "match": "/users"}));
    desk.press("r");
    desk.settle();
    desk.sees("may not do this");
    desk.sees("unknown");
    world.fault(json!({"fault": "clear"}));
    desk.press("r");
    desk.settle();
    desk.sees("● LOCKED");
}

#[test]
fn one_bad_row_is_one_problem() {
    let world = World::new();
    let body = r#"{"_embedded":{"users":[{"id":7},{"id":"f0a13f5d-3314-49c8-aede-86a059461728","username":"ok\ud800","enabled":true}]}}"#;
    world.fault(
        json!({"fault": "body", "body": body, "content_type": "application/json", "match": "/users", "times": 1}),
    );
    let desk = Desk::new(&world);
    desk.sees("1 unreadable row");
    assert_eq!(desk.state.desk.rows.len(), 1, "the other row is there");
}

#[test]
fn the_next_page_is_only_fetched_from_the_api_itself() {
    let world = World::new();
    let body = json!({"_links": {"next": {"href": "http://127.0.0.1:9/steal"}}, "_embedded": {"users": [{"id": ADA, "username": "ada"}]}});
    world.fault(json!({"fault": "body", "body": body.to_string(), "content_type": "application/json", "match": "/users", "times": 1}));
    let mut desk = Desk::new(&world);
    desk.key(KeyCode::Esc);
    desk.press("j");
    desk.settle();
    let failed = desk.state.providers[0].name.clone();
    let progress = format!("{:?}", desk.state.desk.search.progress(&failed));
    assert!(progress.contains("outside the configured API"), "{progress}");
}

#[test]
fn quitting_waits_for_an_unlock_in_flight() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    world.fault(json!({"fault": "latency", "ms": 300, "method": "POST", "match": "/users/"}));
    desk.press("uy");
    // The account is read and the intent recorded; the request is on its way.
    desk.until_sent();
    desk.press("q");
    desk.sees("waiting for 1 unlock");
    assert!(!desk.effects.contains(&Effect::Quit));
    desk.settle();
    assert!(desk.effects.contains(&Effect::Quit), "it leaves by itself once the outcome is known");
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "unlocked");
}

#[test]
fn leaving_at_once_records_the_outcome_as_unknown() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    world.fault(json!({"fault": "latency", "ms": 1_500, "method": "POST", "match": "/users/"}));
    desk.press("uy");
    desk.until_sent();
    desk.ctrl('c');
    desk.ctrl('c');
    while !desk.effects.contains(&Effect::Quit) {
        let replies = &mut desk.replies.1;
        let what = desk.runtime.block_on(async { replies.recv().await }).unwrap();
        desk.pending -= 1;
        desk.take(what);
    }
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "unknown");
}

#[test]
fn a_watch_tells_of_a_new_lock() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("phoebe");
    desk.press("uy");
    desk.settle();
    desk.sees("unlocked");
    desk.press("w");
    world.post("/clock", json!({"advance_s": 25}));
    desk.settle_within(Duration::from_secs(5));
    desk.sees("locked again");
    desk.sees("● LOCKED");
}

#[test]
fn help_lists_the_keys_of_the_place_from_the_dispatch_table() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("?");
    desk.sees("unlock the selected account");
    desk.press("ticket");
    desk.sees("set the ticket");
    desk.sees_no("unlock the selected account");
    desk.key(KeyCode::Esc);
    desk.sees_no("filter:");
}

#[test]
fn the_log_shows_requests_as_sent() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 160, 30);
    desk.look_at("ada");
    desk.press("L");
    desk.settle();
    desk.sees("Requests as sent");
    desk.sees("POST http://127.0.0.1");
    desk.sees("200 ");
    desk.sees(&format!("/users/{ADA}"));
    desk.sees(" id ");
    desk.sees_no("Bearer");
}
