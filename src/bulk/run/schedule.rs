//! Which rows begin when: the canaries first, then each provider's rows within its window.

use std::collections::VecDeque;
use std::time::Duration;

use crate::bulk::plan::Verdict;
use crate::domain::{Cause, ClockReading, ProviderName, RunRowId};
use crate::flow::unlock::{ConfirmedUnlock, Timeouts, UnlockFlow};

use super::{CANARY, RowState, Run, RunCommand, commands};

impl Run {
    pub(super) fn stage_size(&self) -> usize {
        CANARY.get(self.stage).copied().unwrap_or(usize::MAX)
    }

    /// The next stage begins when every row of this one is over and something is left to do.
    pub(super) fn next_stage(&mut self, now: ClockReading) {
        let is_left = self.waiting.values().any(|rows| !rows.is_empty());
        if self.stage < CANARY.len() && self.allowance == 0 && self.running.is_empty() && is_left {
            self.stage += 1;
            self.allowance = self.stage_size();
            self.rest_until = Some(now.mono + self.settings.pause);
        }
    }

    pub(super) fn start_rows(&mut self, now: ClockReading, acts: &mut Vec<RunCommand>) {
        if self.paused || self.stopped.is_some() || self.rest_until.is_some() {
            return;
        }
        // The canaries in the plan's order; the rest each provider at its own pace.
        while self.stage < CANARY.len() && self.allowance > 0 {
            let first = self.waiting.iter().filter_map(|(name, rows)| Some((*rows.front()?, name.clone()))).min();
            let Some((_, provider)) = first else { return };
            if !self.has_room(&provider) || !self.start_one(&provider, now, acts) {
                return;
            }
        }
        let providers: Vec<ProviderName> = self.waiting.keys().cloned().collect();
        for provider in providers {
            while self.allowance > 0 && self.has_room(&provider) && self.start_one(&provider, now, acts) {}
        }
    }

    fn has_room(&self, provider: &ProviderName) -> bool {
        let window = self.settings.paces.get(provider).map_or(1, |pace| pace.window);
        // What is only waited for (a Mac that sleeps) takes no place in the window.
        let is_busy = |flow: &&UnlockFlow| flow.order().key.provider == *provider && !flow.waits_for_device();
        self.running.values().filter(is_busy).count() < window
    }

    /// Starts the provider's next row; false when it has none.
    fn start_one(&mut self, provider: &ProviderName, now: ClockReading, acts: &mut Vec<RunCommand>) -> bool {
        let Some(at) = self.waiting.get_mut(provider).and_then(VecDeque::pop_front) else { return false };
        if let Some((request, timeouts)) = self.request(at) {
            let (flow, calls) = UnlockFlow::start(request, timeouts, now);
            acts.extend(commands(at, calls));
            self.running.insert(at, flow);
            self.put(at, RowState::Running);
            self.allowance = if self.allowance == usize::MAX { usize::MAX } else { self.allowance - 1 };
        }
        true
    }

    /// The row, as records name it.
    pub(super) fn part(&self, at: usize) -> RunRowId {
        RunRowId { run: self.settings.id, row: u32::try_from(at).unwrap_or(u32::MAX) }
    }

    fn request(&self, at: usize) -> Option<(ConfirmedUnlock, Timeouts)> {
        let row = self.rows.get(at)?;
        let account = row.account.as_ref()?;
        let pace = self.settings.paces.get(&account.key.provider);
        let request = ConfirmedUnlock {
            key: account.key.clone(),
            system: pace.map(|pace| pace.system.clone()).unwrap_or_default(),
            ticket: row.ticket.clone().or_else(|| self.settings.audit.ticket.clone()),
            verified: self.settings.audit.verified.clone(),
            operator: self.settings.operator.clone(),
            confirmed: account.cause.unwrap_or(Cause::BadPasswords),
            in_passing: true,
            typed_id: row.verdict == Verdict::AdminLocked,
            opens_unreported: row.verdict == Verdict::NotReported,
            planned_since: account.since,
            part: Some(self.part(at)),
        };
        let settles_after = pace.map_or(Duration::ZERO, |pace| pace.settles_after);
        let timeouts =
            Timeouts { verify: self.settings.wait, device: self.settings.wait, ..Timeouts::with(settles_after) };
        Some((request, timeouts))
    }
}
