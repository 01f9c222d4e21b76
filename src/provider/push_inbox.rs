//! The answers that devices have sent on their own, by command. The engine fills it, from the webhook and from the
//! ledger; a provider whose server can't be asked looks here.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::domain::DeviceAnswer;

/// Answers that are believed, by the command's id.
#[derive(Clone, Debug, Default)]
pub struct PushInbox(Arc<Mutex<HashMap<String, Vec<DeviceAnswer>>>>);

impl PushInbox {
    /// Puts an answer in; the same event is not kept twice.
    pub fn put(&self, answer: DeviceAnswer) {
        let mut all = self.0.lock();
        let answers = all.entry(answer.command.as_data().to_lowercase()).or_default();
        if !answers.contains(&answer) {
            answers.push(answer);
        }
    }

    /// The answers to a command, oldest first.
    pub fn answers(&self, command: &str) -> Vec<DeviceAnswer> {
        let all = self.0.lock();
        all.get(&command.to_lowercase()).cloned().unwrap_or_default()
    }
}
