//! Driving one unlock flow to its end without a screen.

use std::pin::Pin;

use crate::domain::Step;
use crate::flow::unlock::{Patience, Request, UnlockFlow};
use crate::flow::{Call, FlowId, Reply, UnlockCall};

use super::Core;

/// A wish to leave, heard once and remembered.
pub struct Interrupt {
    signal: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

impl Interrupt {
    /// Listens to that signal.
    pub fn on(signal: impl Future<Output = ()> + 'static) -> Self {
        Self { signal: Some(Box::pin(signal)) }
    }

    /// True once it was heard.
    #[must_use]
    pub fn was_heard(&self) -> bool {
        self.signal.is_none()
    }

    /// Returns when it is heard; never a second time.
    async fn heard(&mut self) {
        match &mut self.signal {
            Some(signal) => {
                signal.as_mut().await;
                self.signal = None;
            }
            None => std::future::pending().await,
        }
    }
}

/// Runs an unlock until it has ended; tells each step as it happens. After an interrupt, what is in flight
/// is recorded as unknown; a record that is being written is always finished.
pub async fn follow(
    core: &Core,
    request: Request,
    patience: Patience,
    interrupt: &mut Interrupt,
    mut tell: impl FnMut(&Step),
) -> UnlockFlow {
    let mut heard = core.mail().heard();
    let (mut flow, mut calls) = UnlockFlow::start(request, patience, core.now());
    let mut told = 0;
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
                let is_record = matches!(call, UnlockCall::Record(..) | UnlockCall::Close { .. });
                tokio::select! {
                    reply = core.perform(Call::Unlock(FlowId(0), call)) => {
                        if let Reply::Unlock(_, event, _) = reply {
                            calls.extend(flow.handle(core.now(), event));
                        }
                    }
                    () = interrupt.heard(), if !is_record => calls = flow.abandon(core.now()),
                }
            }
            (None, Some(due)) => {
                let wait = due.saturating_sub(core.now().mono);
                tokio::select! {
                    () = tokio::time::sleep(wait) => calls.extend(flow.tick(core.now())),
                    Ok(()) = heard.changed() => calls.extend(flow.heard()),
                    () = interrupt.heard() => calls = flow.abandon(core.now()),
                }
            }
            // A flow that neither asks nor waits nor has ended would be a bug; it must not hang a terminal.
            (None, None) => return flow,
        }
    }
}
