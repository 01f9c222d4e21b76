//! Performs the effects of an event: what takes time goes on in the background and comes back as a reply.

use std::sync::Arc;

use tokio::sync::watch;

use crate::app::{Effect, What};
use crate::flow::Call;
use crate::runtime::front::Front;
use crate::runtime::terminal::last_words_so_far;
use crate::runtime::{clipboard, list, queries, supervise};

use super::{Ending, Loop};

impl Loop<'_> {
    /// A new question to a provider's search takes the place of the one before: what says so to this call's successor.
    fn superseded_by(&mut self, call: &Call) -> watch::Receiver<bool> {
        let (supersede, superseded) = watch::channel(false);
        match call {
            Call::Search { provider, from: None, .. } => {
                if let Some(older) = self.searches.insert(provider.clone(), supersede) {
                    let _ = older.send(true);
                }
            }
            // Nothing takes its place.
            _ => drop(supersede),
        }
        superseded
    }

    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Call(call) => {
                let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
                let superseded = self.superseded_by(&call);
                tokio::spawn(async move {
                    let reply = supervise::perform(core, call, superseded).await;
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
                self.task(queries::list_locked(Arc::clone(&self.core), generation, self.replies.clone()));
            }
            Effect::ForgetRefusals => self.core.forget_refusals(),
            Effect::ReadLedger => {
                let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
                tokio::task::spawn_blocking(move || queries::read_ledger(&core, &replies));
            }
            Effect::Check => {
                self.task(queries::check_all(Arc::clone(&self.core), self.replies.clone()));
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

    /// Work in the background. What breaks in it is told, and breaks nothing else.
    pub(super) fn task(&self, work: impl Future<Output = ()> + Send + 'static) {
        let replies = self.replies.clone();
        tokio::spawn(async move {
            if tokio::spawn(work).await.is_err_and(|e| e.is_panic()) {
                let words = last_words_so_far().unwrap_or_default();
                let _ = replies.send(What::Notice(format!("a part of unbolt broke; what it did isn't done: {words}")));
            }
        });
    }
}

#[cfg(feature = "panic-key")]
#[allow(clippy::panic, reason = "a test watches the terminal being restored")]
fn break_down() {
    panic!("the panic key was pressed");
}
