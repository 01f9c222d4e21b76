//! Driving one unlock flow to its end without a screen.

use crate::domain::Step;
use crate::flow::unlock::{Patience, Request, UnlockFlow};
use crate::flow::{Call, FlowId, Reply};

use super::Core;

/// Runs an unlock until it has ended or `deadline` (on the core's clock) has passed; tells each step as it
/// happens. When `interrupted` resolves first, what is in flight is recorded as unknown.
pub async fn follow(
    core: &Core,
    request: Request,
    patience: Patience,
    mut interrupted: std::pin::Pin<&mut impl Future<Output = ()>>,
    mut tell: impl FnMut(&Step),
) -> UnlockFlow {
    let (mut flow, mut calls) = UnlockFlow::start(request, patience, core.now());
    let mut told = 0;
    let mut abandoned = false;
    loop {
        for step in flow.steps().iter().skip(told) {
            tell(step);
        }
        told = flow.steps().len();
        if flow.outcome().is_some() {
            return flow;
        }
        let now = core.now();
        match (calls.pop(), flow.wake()) {
            (Some(call), _) => {
                let performing = core.perform(Call::Unlock(FlowId(0), call));
                tokio::select! {
                    reply = performing => {
                        if let Reply::Unlock(_, event, _) = reply {
                            calls.extend(flow.handle(core.now(), event));
                        }
                    }
                    () = interrupted.as_mut(), if !abandoned => {
                        abandoned = true;
                        calls = flow.abandon(core.now());
                    }
                }
            }
            (None, Some(due)) => {
                tokio::select! {
                    () = tokio::time::sleep(due.saturating_sub(now.mono)) => calls.extend(flow.tick(core.now())),
                    () = interrupted.as_mut(), if !abandoned => {
                        abandoned = true;
                        calls = flow.abandon(core.now());
                    }
                }
            }
            // A flow that neither asks nor waits nor has ended would be a bug; it must not hang a terminal.
            (None, None) => return flow,
        }
    }
}
