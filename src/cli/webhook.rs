//! `unbolt webhook`: receives Macs' answers in the foreground, for screens that are opened later.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::engine::shutdown::ShutdownSignals;
use crate::webhook;
use crate::webhook::{ReceiverStart, WebhookNotice};

use super::args::Cli;
use super::console::say;
use super::exit::Exit;
use super::output::out;
use super::setup;

pub fn run(cli: &Cli) -> Exit {
    let core = match setup::core(cli) {
        Ok(core) => Arc::new(core),
        Err(exit) => return exit,
    };
    let serving = async {
        let (tell, mut told) = mpsc::unbounded_channel();
        let receiver = match webhook::start(&core, tell).await {
            Ok(ReceiverStart::Here(receiver)) => receiver,
            Ok(ReceiverStart::Elsewhere) => {
                say("another unbolt receives the Macs' answers for this ledger already");
                return Exit::Failed;
            }
            Ok(ReceiverStart::Nowhere) => {
                say("nothing is configured to be received: [webhook] listen, and a provider with webhook_hmac_key or \
                     webhook_path_secret");
                return Exit::Usage;
            }
            Err(problem) => {
                say(&problem.line());
                return Exit::Failed;
            }
        };
        if let Some(listen) = core.webhook().listen {
            for route in &core.webhook().routes {
                let rest = if route.signs { "" } else { "/SECRET" };
                say(&format!("receiving for {} at http://{listen}/mdm/{}{rest}", route.provider, route.provider));
            }
        }
        let mut ends = ShutdownSignals::listen();
        loop {
            tokio::select! {
                Some(told) = told.recv() => tell_one(&told),
                _ = ends.heard() => break,
            }
        }
        core.device_answers().wait_idle().await;
        say(&receiver.counts().words());
        Exit::Done
    };
    setup::with_core(&core, serving).unwrap_or_else(|exit| exit)
}

/// One line for each thing that was heard.
pub fn tell_one(told: &WebhookNotice) {
    match told {
        WebhookNotice::Answer { .. } => out(&told.line()),
        _ => say(&told.line()),
    }
}
