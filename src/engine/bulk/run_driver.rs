//! Driving a run to its end without a screen.

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, Stream, StreamExt as _};
use tokio::time::{Instant, sleep, sleep_until};

use crate::bulk::Run;
use crate::bulk::run::RunCommand;
use crate::domain::{Outcome, Problem};
use crate::engine::Core;
use crate::engine::shutdown::ShutdownSignals;
use crate::flow::{EngineCall, FlowId, Reply, UnlockEvent};
use crate::ledger::OtherEvent;

/// How long requests in flight may take once the program was told to end.
const FAREWELL: Duration = Duration::from_secs(10);

/// What came of an act.
enum Done {
    Step(usize, Box<UnlockEvent>),
    Noted(Result<(), Problem>),
}

/// Performs an act.
async fn perform(core: &Core, act: RunCommand) -> Done {
    match act {
        RunCommand::Unlock(row, call) => match core.perform(EngineCall::Unlock(FlowId(row as u64), call)).await {
            Reply::Unlock(_, event, _) => Done::Step(row, Box::new(event)),
            // The core answers an unlock's step with an unlock's event.
            _ => Done::Noted(Ok(())),
        },
        RunCommand::Note(row) => Done::Noted(core.ledger().note(&OtherEvent::Row(&row)).await),
    }
}

/// The run goes on with what came of an act.
fn taken(core: &Core, run: &mut Run, done: Done) -> Vec<RunCommand> {
    match done {
        Done::Step(row, event) => run.handle(core.now(), row, *event),
        Done::Noted(Ok(())) => run.tick(core.now()),
        Done::Noted(Err(problem)) => {
            run.stop(problem.line());
            Vec::new()
        }
    }
}

/// Drives a run until it is over; `tell` hears of it after every event. `looks` tell of rows that an earlier process had
/// begun: what, and whether it is to be done again. Gives whether a signal ended it.
pub async fn drive(
    core: &Core,
    run: &mut Run,
    mut looks: impl Stream<Item = (usize, Outcome, bool)> + Unpin,
    mut tell: impl FnMut(&Run),
) -> bool {
    // Questions can be given up; records are always finished.
    let mut questions: FuturesUnordered<BoxFuture<'_, Done>> = FuturesUnordered::new();
    let mut records: FuturesUnordered<BoxFuture<'_, Done>> = FuturesUnordered::new();
    let (mut ends, mut heard) = (ShutdownSignals::listen(), core.device_answers().subscribe());
    let mut farewell: Option<Instant> = None;
    let mut acts = run.tick(core.now());
    loop {
        for act in acts.drain(..) {
            let is_record = match &act {
                RunCommand::Unlock(_, call) => call.is_record(),
                RunCommand::Note(_) => true,
            };
            let work = Box::pin(perform(core, act));
            if is_record {
                records.push(work);
            } else {
                questions.push(work);
            }
        }
        tell(run);
        if run.is_over() && records.is_empty() && questions.is_empty() {
            return farewell.is_some();
        }
        let wake = run.wake().map(|wake| wake.saturating_sub(core.now().mono));
        tokio::select! {
            Some(done) = records.next() => acts = taken(core, run, done),
            Some(done) = questions.next() => acts = taken(core, run, done),
            // Who leaves has the looks given up: what they would have shown stays as the ledger has it.
            Some((row, outcome, again)) = looks.next(), if farewell.is_none() => {
                acts = run.looked(core.now(), row, outcome, again);
            }
            () = sleep(wake.unwrap_or_default()), if wake.is_some() => acts = run.tick(core.now()),
            Ok(()) = heard.changed() => acts = run.heard(core.now()),
            _ = ends.heard() => {
                run.leave("a signal ended it");
                // A second word: at once.
                acts = if farewell.is_some() {
                    questions.clear();
                    run.abandon(core.now())
                } else {
                    Vec::new()
                };
                farewell.get_or_insert_with(|| Instant::now() + FAREWELL);
            }
            () = sleep_until(farewell.unwrap_or_else(Instant::now)), if farewell.is_some() => {
                questions.clear();
                acts = run.abandon(core.now());
                farewell = Some(Instant::now() + FAREWELL);
            }
        }
    }
}
