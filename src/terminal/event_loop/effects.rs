//! Performs the effects of an event: what takes time goes on in the background and comes back as a reply.

use std::sync::Arc;

use tokio::sync::watch;

use crate::engine::complete_path;
use crate::flow::EngineCall;
use crate::screens::{Effect, Message};
use crate::terminal::clipboard;
use crate::terminal::guard::panic_message_so_far;
use crate::terminal::jobs::{lists, queries};
use crate::terminal::output::Output;

use crate::terminal::event_loop::{ExitReport, Loop};

impl Loop<'_> {
    /// A new question to a provider's search takes the place of the one before: what says so to this call's successor.
    fn superseded_by(&mut self, call: &EngineCall) -> watch::Receiver<bool> {
        let (supersede, superseded) = watch::channel(false);
        match call {
            EngineCall::Search { provider, from: None, .. } => {
                if let Some(older) = self.searches.insert(provider.clone(), supersede) {
                    let _ = older.send(true);
                }
            }
            // Nothing takes its place.
            _ => drop(supersede),
        }
        superseded
    }

    pub(crate) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Call(call) => {
                let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
                let superseded = self.superseded_by(&call);
                tokio::spawn(async move {
                    let reply = crate::engine::panic_guard::perform(core, call, superseded).await;
                    // After the end nobody listens any more.
                    let _ = replies.send(Message::Reply(Box::new(reply)));
                });
            }
            Effect::Copy(text) => {
                self.writer.write(match self.output {
                    Output::Screen(_) => clipboard::sequence(&text, clipboard::Multiplexer::detect()),
                    // Who reads lines copies them as well.
                    Output::Lines(_) => format!("{text}\n").into_bytes(),
                });
            }
            Effect::NoteRefusal { account, ticket, objection } => {
                let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
                self.task(lists::note_refusal(core, account, ticket, objection, replies));
            }
            Effect::ListLocked(generation) => {
                self.task(queries::list_locked(Arc::clone(&self.core), generation, self.replies.clone()));
            }
            Effect::ForgetRefusals => self.core.forget_refusals(),
            Effect::ReadLedger => {
                let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
                tokio::task::spawn_blocking(move || queries::read_ledger(&core, &replies));
            }
            Effect::VerifyLedger => {
                let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
                tokio::task::spawn_blocking(move || queries::verify_ledger(&core, &replies));
            }
            Effect::Check(names) => {
                self.task(queries::check(Arc::clone(&self.core), names, self.replies.clone()));
            }
            Effect::Save { path, text } => {
                let replies = self.replies.clone();
                tokio::task::spawn_blocking(move || {
                    let _ = replies.send(Message::Saved(lists::save(&path, &text)));
                });
            }
            Effect::CompletePath(typed) => {
                let replies = self.replies.clone();
                tokio::task::spawn_blocking(move || {
                    let (path, choices) = complete_path::complete(&typed);
                    let _ = replies.send(Message::PathCompleted { typed, path, choices });
                });
            }
            Effect::Bell => {
                if matches!(self.output, Output::Screen(_)) {
                    self.writer.write(b"\x07".to_vec());
                }
            }
            Effect::Redraw => self.output.forget(),
            // What is being written is finished first.
            Effect::Suspend | Effect::Lock => self.aside = Some(effect),
            Effect::Quit => self.ending = Some(self.how_it_ends()),
            effect @ (Effect::Plan(..)
            | Effect::Choose { .. }
            | Effect::Freeze { .. }
            | Effect::NoteRow { .. }
            | Effect::NoteEnd { .. }
            | Effect::ListRuns
            | Effect::OpenRun(_)
            | Effect::ResumeRun(_)
            | Effect::Release(_)) => self.perform_for_list(effect),
            #[cfg(feature = "panic-key")]
            Effect::Panic => break_down(),
            #[cfg(feature = "panic-key")]
            Effect::PanicInTask => self.task(async { break_down() }),
        }
    }

    /// What lists and runs need.
    fn perform_for_list(&self, effect: Effect) {
        let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
        match effect {
            Effect::Plan(generation, source) => {
                self.task(lists::plan(core, generation, source, replies));
            }
            Effect::Choose { generation, row, candidate } => {
                let planned = self.state.lists.rows.get(row).map(|one| one.row.clone());
                if let Some(planned) = planned {
                    let at = (generation, row);
                    self.task(lists::choose(core, at, planned, candidate, replies));
                }
            }
            Effect::Freeze { rows, audit } => {
                self.task(lists::freeze(core, rows, audit, replies));
            }
            Effect::NoteRow { part, key, outcome, problem } => {
                self.task(lists::note_row(core, part, key, outcome, problem, replies));
            }
            Effect::NoteEnd { run, stopped, totals } => {
                self.task(lists::note_end(core, run, stopped, totals, replies));
            }
            Effect::ListRuns => {
                tokio::task::spawn_blocking(move || lists::list_runs(&core, &replies));
            }
            Effect::OpenRun(run) => {
                tokio::task::spawn_blocking(move || lists::open_run(&core, run, &replies));
            }
            Effect::ResumeRun(run) => {
                self.task(lists::resume(core, run, replies));
            }
            Effect::Release(run) => self.core.release(run),
            _ => {}
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

    /// Work in the background. What breaks in it is told, and breaks nothing else.
    pub(crate) fn task(&self, work: impl Future<Output = ()> + Send + 'static) {
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
