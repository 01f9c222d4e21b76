//! A call that breaks becomes a problem on the screen, never a flow that waits for ever.

use std::sync::Arc;

use tokio::sync::watch;

use crate::domain::{Code, Problem, ProviderHealth, UnlockReply};
use crate::flow::{EngineCall, Reply, UnlockCall, UnlockEvent};
use crate::provider::http::abandoned_requests::given_up_by;

use crate::engine::Core;
use crate::engine::core::not_polled;

/// Performs a call on a task of its own; a panic in it becomes the reply that says so. A question is given up once it is
/// superseded.
pub async fn perform(core: Arc<Core>, call: EngineCall, superseded: watch::Receiver<bool>) -> Reply {
    let asked = call.clone();
    let work = async move { given_up_by(superseded, core.perform(call)).await };
    tokio::spawn(work).await.unwrap_or_else(|_| broke(asked))
}

fn broke(call: EngineCall) -> Reply {
    let problem = Problem::new(
        Code::Internal,
        "internal error",
        "a part of unbolt ended unexpectedly",
        "look at the account's state; report this as a bug",
    );
    let health = Box::new(ProviderHealth::default());
    match call {
        EngineCall::Search { provider, generation, .. } => {
            Reply::Found { provider, generation, result: Err(problem), health }
        }
        EngineCall::Lookup { provider, query } => Reply::Looked { provider, query, result: Err(problem), health },
        EngineCall::Read(key) => Reply::Read { key, result: Err(problem), health },
        EngineCall::Unlock(id, call) => {
            let event = match call {
                UnlockCall::Read(_) => UnlockEvent::Read(Err(problem)),
                UnlockCall::Record(..) | UnlockCall::Settle(..) => UnlockEvent::Recorded(Err(problem)),
                // It may have been sent before it broke.
                UnlockCall::Send(_) | UnlockCall::Poll(..) => {
                    UnlockEvent::Answered(UnlockReply::InDoubt(problem), None)
                }
                UnlockCall::Verify(_) => UnlockEvent::Polled(Box::new(not_polled(&problem))),
                UnlockCall::Close { .. } => UnlockEvent::Closed(Err(problem)),
            };
            Reply::Unlock(id, event, None)
        }
    }
}
