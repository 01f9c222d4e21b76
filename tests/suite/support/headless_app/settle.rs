//! Waiting until the screen rests.

use std::time::Duration;

use unbolt::screens::Message;

use super::*;

impl Desk {
    pub fn settle_within(&mut self, horizon: Duration) {
        let until = self.clock + horizon;
        loop {
            self.drawn();
            while let Ok(exchange) = self.log.try_recv() {
                self.take(Message::Exchange(exchange));
            }
            if self.pending > 0 {
                let replies = &mut self.replies.1;
                let what = self.runtime.block_on(async { replies.recv().await }).unwrap();
                self.pending -= 1;
                self.take(what);
            } else if let Some(wake) = self.state.wake().filter(|wake| *wake <= until) {
                self.clock = self.clock.max(wake);
                self.take(Message::Tick);
            } else {
                self.clock = until;
                return;
            }
        }
    }

    /// Settles until the words are on the screen. A simulated Mac comes in its own time: the clock goes with that here.
    pub fn settle_until(&mut self, words: &str) {
        let started = std::time::Instant::now();
        let mut last = started;
        crate::support::wait_for(words, || {
            if started.elapsed() > Duration::from_secs(55) {
                self.sees(words);
            }
            let passed = last.elapsed();
            last += passed;
            let until = self.clock + passed;
            self.settle_within(passed);
            self.clock = self.clock.max(until);
            self.screen().contains(words).then_some(())
        });
    }

    /// Takes replies until the first unlock's request is on its way.
    pub fn until_sent(&mut self) {
        while !self.state.unlocks[0].flow.steps().iter().any(|step| step.state == unbolt::domain::StepState::Sent) {
            let replies = &mut self.replies.1;
            let what = self.runtime.block_on(async { replies.recv().await }).unwrap();
            self.pending -= 1;
            self.take(what);
            self.drawn();
        }
    }
}
