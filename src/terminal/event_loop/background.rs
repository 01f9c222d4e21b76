//! What begins with the screen and goes on behind it.

use std::sync::Arc;

use tokio::sync::mpsc::unbounded_channel;

use crate::engine::{resolve_unlocks, time_zone};
use crate::screens::Message;
use crate::terminal::event_loop::Loop;
use crate::terminal::jobs::{lists, tab_queries};
use crate::webhook::{self, WebhookNotice};

impl Loop<'_> {
    /// What an earlier process left without an outcome is looked at in the background.
    pub(crate) fn resolve_left_open(&self) {
        let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
        tokio::spawn(async move {
            let (reader, tell) = (Arc::clone(&core), replies.clone());
            let read = tokio::task::spawn_blocking(move || {
                let open = resolve_unlocks::open_unlocks(&reader)?;
                lists::list_runs(&reader, &tell);
                tab_queries::read_ledger(&reader, &tell);
                Ok::<_, crate::domain::Problem>(open)
            })
            .await;
            let open = match read.unwrap_or_else(|_| Ok(Vec::new())) {
                Ok(open) => open,
                Err(problem) => {
                    let _ = replies.send(Message::Notice(problem.line()));
                    return;
                }
            };
            let (mut lines, zone) = (Vec::new(), time_zone::shown());
            for unlocked in open.into_iter().filter(|unlocked| resolve_unlocks::is_ours(&core, unlocked)) {
                let resolved =
                    resolve_unlocks::resolve(&core, &unlocked, resolve_unlocks::ResolvePurpose::Learn, &|_| ()).await;
                let unlock = &unlocked.unlock;
                if resolved.outcome.is_undecided() {
                    let at = unlocked.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M");
                    let words = format!("the unlock that {} asked for at {at}", unlocked.unlock.operator.cell());
                    let _ = replies.send(Message::LeftOpen(unlock.key.clone(), words));
                }
                let outcome = resolved.outcome.in_words();
                lines.push(format!("{} in {}: {outcome}", unlock.username.cell(), unlock.key.provider));
            }
            if let Some((last, others)) = lines.split_last() {
                let more = match others.len() {
                    0 => String::new(),
                    n => format!("; and {n} more: `unbolt ledger show --open`"),
                };
                let _ = replies.send(Message::LeftOpenEarlier(format!("left open earlier: {last}{more}")));
            }
        });
    }

    /// Receives Macs' answers while the screen is open, where that is configured.
    pub(crate) fn receive(&self) {
        let (core, replies) = (Arc::clone(&self.core), self.replies.clone());
        tokio::spawn(async move {
            let (tell, mut told) = unbounded_channel();
            // It receives for as long as it is held.
            let _receiver = match webhook::start(&core, tell).await {
                Ok(started) => started.here(),
                Err(problem) => {
                    let _ = replies.send(Message::Notice(problem.line()));
                    None
                }
            };
            while let Some(told) = told.recv().await {
                // What somebody on this screen follows is on the screen already.
                let is_news = !matches!(told, WebhookNotice::Answer { outcome: None, contradicts: false, .. });
                if is_news {
                    let _ = replies.send(Message::Notice(told.line()));
                }
            }
        });
    }
}
