//! Driving one unlock flow to its end without a screen.

use crate::domain::Step;
use crate::flow::unlock::{ConfirmedUnlock, Timeouts, UnlockFlow};
use crate::flow::{EngineCall, FlowId, Reply};

use super::Core;
use super::shutdown::ShutdownRequest;

/// Runs an unlock until it has ended; tells each step as it happens. Who leaves has what is in flight
/// is recorded as unknown; a record that is being written is always finished.
pub async fn follow(
    core: &Core,
    request: ConfirmedUnlock,
    timeouts: Timeouts,
    leaving: ShutdownRequest,
    mut tell: impl FnMut(&Step),
) -> UnlockFlow {
    let mut heard = core.device_answers().subscribe();
    let (mut flow, mut calls) = UnlockFlow::start(request, timeouts, core.now());
    let (mut told, mut gave_up) = (0, false);
    loop {
        for step in flow.steps().iter().skip(told) {
            tell(step);
        }
        told = flow.steps().len();
        if flow.outcome().is_some() {
            return flow;
        }
        let due = flow.wake();
        match (calls.pop(), due) {
            (Some(call), _) => {
                let is_record = call.is_record();
                tokio::select! {
                    // Nothing more is sent once somebody leaves.
                    biased;
                    () = leaving.heard(), if !is_record && !gave_up => {
                        gave_up = true;
                        calls = flow.abandon(core.now());
                    }
                    reply = core.perform(EngineCall::Unlock(FlowId(0), call)) => {
                        if let Reply::Unlock(_, event, _) = reply {
                            calls.extend(flow.handle(core.now(), event));
                        }
                    }
                }
            }
            (None, Some(due)) => {
                let wait = due.saturating_sub(core.now().mono);
                tokio::select! {
                    () = tokio::time::sleep(wait) => calls.extend(flow.tick(core.now())),
                    Ok(()) = heard.changed() => calls.extend(flow.heard(core.now())),
                    () = leaving.heard(), if !gave_up => {
                        gave_up = true;
                        calls = flow.abandon(core.now());
                    }
                }
            }
            // A flow that neither asks nor waits nor has ended would be a bug; it must not hang a terminal.
            (None, None) => return flow,
        }
    }
}
