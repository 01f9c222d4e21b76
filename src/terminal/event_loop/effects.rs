//! Performs the effects of an event: what takes time goes on in the background and comes back as a reply.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

use crate::engine::bulk::planning;
use crate::engine::{Core, complete_path};
use crate::flow::EngineCall;
use crate::ledger::OtherEvent;
use crate::screens::{Effect, Message};
use crate::terminal::clipboard;
use crate::terminal::guard::panic_message_so_far;
use crate::terminal::jobs::{lists, tab_queries};
use crate::terminal::output::OutputMode;

use crate::terminal::event_loop::{ExitReport, Loop};

impl Loop<'_> {
    /// A new question to a provider's search takes the place of the one before: what says so to this call's successor.
    fn superseded_by(&mut self, call: &EngineCall) -> watch::Receiver<bool> {
        let (supersede, superseded) = watch::channel(false);
        // Nothing takes the place of another call.
        if let EngineCall::Search { provider, from: None, .. } = call
            && let Some(older) = self.searches.insert(provider.clone(), supersede)
        {
            let _ = older.send(true);
        }
        superseded
    }

    pub(crate) fn perform(&mut self, effect: Effect) {
        let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
        match effect {
            Effect::Call(call) => {
                let superseded = self.superseded_by(&call);
                tokio::spawn(async move {
                    let reply = crate::engine::panic_guard::perform(core, call, superseded).await;
                    // After the end nobody listens any more.
                    let _ = replies.send(Message::Reply(Box::new(reply)));
                });
            }
            Effect::Copy(text) => {
                self.writer.write(match self.output {
                    OutputMode::Screen(_) => clipboard::sequence(&text, clipboard::Multiplexer::detect()),
                    // Who reads lines copies them as well.
                    OutputMode::Lines(_) => format!("{text}\n").into_bytes(),
                });
            }
            Effect::NoteRefusal { account, ticket, objection } => self.answer(async move {
                let noted = core.note_refusal(&account.key, &account.username, ticket.as_ref(), &objection);
                Message::Noted(noted.await)
            }),
            Effect::ListLocked(generation) => self.task(tab_queries::list_locked(core, generation, replies)),
            Effect::ForgetRefusals => core.providers().iter().for_each(|provider| provider.forget_refusal()),
            Effect::ReadLedger => self.blocking(tab_queries::read_ledger),
            Effect::VerifyLedger => self.blocking(tab_queries::verify_ledger),
            Effect::Check(names) => self.task(tab_queries::check(core, names, replies)),
            Effect::Save { path, text } => self.blocking(move |_, tell| {
                let _ = tell.send(Message::Saved(lists::save(&path, &text)));
            }),
            Effect::CompletePath(typed) => self.blocking(move |_, tell| {
                let (path, choices) = complete_path::complete(&typed);
                let _ = tell.send(Message::PathCompleted { typed, path, choices });
            }),
            Effect::Bell => {
                if matches!(self.output, OutputMode::Screen(_)) {
                    self.writer.write(b"\x07".to_vec());
                }
            }
            Effect::Redraw => self.output.forget(),
            // What is being written is finished first.
            Effect::Suspend | Effect::Lock => self.aside = Some(effect),
            Effect::Quit => self.ending = Some(self.how_it_ends()),
            Effect::Plan(generation, source) => {
                let known = Arc::clone(&self.list_lines);
                self.task(lists::plan(core, known, generation, source, replies));
            }
            Effect::Choose { generation, row, candidate } => {
                let planned = self.state.lists.rows.get(row).map(|one| one.row.clone());
                if let Some(planned) = planned {
                    self.answer(async move {
                        let chosen = planning::chosen(&core, &planned, &candidate).await;
                        Message::Chosen(generation, row, Box::new(chosen))
                    });
                }
            }
            Effect::Freeze { rows, audit } => {
                self.answer(async move { Message::Frozen(Box::new(lists::freeze(&core, rows, audit).await)) });
            }
            Effect::NoteRow(row) => {
                self.recorded(async move { Message::Noted(core.ledger().note(&OtherEvent::Row(&row)).await) });
            }
            Effect::NoteEnd { run, stopped, totals } => self.recorded(async move {
                let note = OtherEvent::Ended { run, stopped: stopped.as_deref(), totals };
                Message::Noted(core.ledger().note(&note).await)
            }),
            Effect::ListRuns => self.blocking(lists::list_runs),
            Effect::OpenRun(run) => self.blocking(move |core, tell| lists::open_run(core, run, tell)),
            Effect::ResumeRun(run) => self.task(lists::resume(core, run, replies)),
            Effect::Release(run) => core.release(run),
            #[cfg(feature = "panic-key")]
            Effect::Panic => break_down(),
            #[cfg(feature = "panic-key")]
            Effect::PanicInTask => self.task(async { break_down() }),
        }
    }

    fn how_it_ends(&self) -> ExitReport {
        match (self.terminated, self.state.idled) {
            (true, _) => ExitReport::Terminated,
            (false, true) => ExitReport::Idle("nobody pressed a key".to_owned()),
            (false, false) => ExitReport::Quit {
                lines: self.at_work.told(&self.state),
                has_rows_left: self.state.lists.leaves_rows(),
            },
        }
    }

    /// Work that blocks, on a thread of its own.
    fn blocking(&self, work: impl FnOnce(&Core, &UnboundedSender<Message>) + Send + 'static) {
        let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
        let work = tokio::task::spawn_blocking(move || work(&core, &replies));
        self.task(async move {
            if let Some(panic) = work.await.err().and_then(|e| e.try_into_panic().ok()) {
                std::panic::resume_unwind(panic);
            }
        });
    }

    /// A record of the ledger: the program doesn't end before it is written.
    fn recorded(&self, work: impl Future<Output = Message> + Send + 'static) {
        let replies = self.replies.clone();
        self.core.device_answers().take(async move {
            let _ = replies.send(work.await);
        });
    }

    /// Work in the background that comes to one message.
    fn answer(&self, work: impl Future<Output = Message> + Send + 'static) {
        let replies = self.replies.clone();
        self.task(async move {
            let _ = replies.send(work.await);
        });
    }

    /// Work in the background. What breaks in it is told, and breaks nothing else.
    fn task(&self, work: impl Future<Output = ()> + Send + 'static) {
        let replies = self.replies.clone();
        tokio::spawn(async move {
            if tokio::spawn(work).await.is_err_and(|e| e.is_panic()) {
                let words = panic_message_so_far().unwrap_or_default();
                let _ = replies.send(Message::Notice(format!("internal error: {words}; what it did isn't done")));
            }
        });
    }
}

#[cfg(feature = "panic-key")]
#[allow(clippy::panic, reason = "a test watches the terminal being restored")]
fn break_down() {
    panic!("the panic key was pressed");
}
