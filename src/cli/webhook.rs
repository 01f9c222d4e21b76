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

pub fn run(cli: &Cli) -> Result<Exit, Exit> {
    let core = Arc::new(setup::core(cli)?);
    let serving = async {
        let (tell, mut told) = mpsc::unbounded_channel();
        let receiver = match webhook::start(&core, tell).await.map_err(Exit::Failed.saying())? {
            ReceiverStart::Here(receiver) => receiver,
            ReceiverStart::Elsewhere => {
                return Err(Exit::Failed.because("another unbolt receives the Macs' answers for this ledger already"));
            }
            ReceiverStart::Nowhere => {
                return Err(Exit::Usage.because(
                    "nothing is configured to be received: [webhook] listen, and a provider with webhook_hmac_key or \
                     webhook_path_secret",
                ));
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
                // One line for each thing that was heard.
                Some(told) = told.recv() => match told {
                    WebhookNotice::Answer { .. } => out(&told.line()),
                    _ => say(&told.line()),
                },
                _ = ends.heard() => break,
            }
        }
        core.device_answers().wait_idle().await;
        say(&receiver.counts().words());
        Ok(Exit::Done)
    };
    setup::with_core(&core, serving)?
}
