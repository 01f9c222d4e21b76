//! The search: what is typed filters at once; after a rest the providers are asked; what comes late
//! for an older question is dropped.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::{ClockReading, Cursor, MatchMode, Page, Problem, ProviderName, Query};

use super::EngineCall;

/// The rest after the last letter before the providers are asked.
pub const REST: Duration = Duration::from_millis(200);

/// Where one provider stands with the question in force.
#[derive(Clone, Debug, PartialEq)]
pub enum SearchProgress {
    /// Not asked yet.
    Idle,
    /// Asked, no answer yet.
    Asked,
    /// Answered; there may be more.
    Answered {
        /// The start of the next page.
        next: Option<Cursor>,
        /// How many hits there are in all, where told.
        total: Option<u64>,
    },
    /// It couldn't answer.
    Failed(Problem),
}

/// The search of the desk.
#[derive(Clone, Debug, Default)]
pub struct SearchFlow {
    providers: BTreeMap<ProviderName, SearchProgress>,
    generation: u64,
    asked: Option<Query>,
    due: Option<Duration>,
}

impl SearchFlow {
    /// A search over these providers; nothing is asked yet.
    pub fn new(providers: impl IntoIterator<Item = ProviderName>) -> Self {
        let providers = providers.into_iter().map(|name| (name, SearchProgress::Idle)).collect();
        Self { providers, ..Self::default() }
    }

    /// The text changed: ask when it has rested.
    pub fn typed(&mut self, now: ClockReading, text: &str) {
        let query = Query::new(text, MatchMode::Prefix);
        self.due = (self.asked.as_ref() != Some(&query)).then(|| now.mono + REST);
    }

    /// Asks every provider now.
    pub fn ask(&mut self, text: &str) -> Vec<EngineCall> {
        let query = Query::new(text, MatchMode::Prefix);
        self.due = None;
        self.generation += 1;
        self.asked = Some(query.clone());
        let generation = self.generation;
        self.providers
            .iter_mut()
            .map(|(provider, progress)| {
                *progress = SearchProgress::Asked;
                EngineCall::Search { provider: provider.clone(), query: query.clone(), from: None, generation }
            })
            .collect()
    }

    /// Asks when the rest is over.
    pub fn tick(&mut self, now: ClockReading, text: &str) -> Vec<EngineCall> {
        if self.due.is_some_and(|due| due <= now.mono) { self.ask(text) } else { Vec::new() }
    }

    /// The moment at which [`Self::tick`] has something to do.
    pub fn wake(&self) -> Option<Duration> {
        self.due
    }

    /// Asks for further pages of the question in force.
    pub fn further(&mut self) -> Vec<EngineCall> {
        let (Some(query), generation) = (self.asked.clone(), self.generation) else { return Vec::new() };
        self.providers
            .iter_mut()
            .filter_map(|(provider, progress)| {
                let SearchProgress::Answered { next: Some(next), .. } = progress else { return None };
                let from = Some(next.clone());
                *progress = SearchProgress::Asked;
                Some(EngineCall::Search { provider: provider.clone(), query: query.clone(), from, generation })
            })
            .collect()
    }

    /// Takes an answer. None when it belongs to an older question: then nothing of it may be shown.
    pub fn answered(
        &mut self,
        provider: &ProviderName,
        generation: u64,
        result: Result<Page, Problem>,
    ) -> Option<Page> {
        if generation != self.generation {
            return None;
        }
        let progress = self.providers.get_mut(provider)?;
        *progress = match &result {
            Ok(page) => SearchProgress::Answered { next: page.next.clone(), total: page.total },
            Err(problem) => SearchProgress::Failed(problem.clone()),
        };
        result.ok()
    }

    /// Where each provider stands.
    pub fn progress(&self, provider: &ProviderName) -> &SearchProgress {
        self.providers.get(provider).unwrap_or(&SearchProgress::Idle)
    }

    /// True while the text on screen was not answered by everybody.
    pub fn is_pending(&self) -> bool {
        self.due.is_some() || self.providers.values().any(|progress| *progress == SearchProgress::Asked)
    }

    /// True once anybody was asked at all.
    pub fn was_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// True when a provider has more hits than were fetched.
    pub fn has_more(&self) -> bool {
        self.providers.values().any(|progress| matches!(progress, SearchProgress::Answered { next: Some(_), .. }))
    }

    /// How many hits the providers say there are, where every one of them says so.
    pub fn total(&self) -> Option<u64> {
        self.providers
            .values()
            .map(|progress| match progress {
                SearchProgress::Answered { total, .. } => *total,
                _ => None,
            })
            .try_fold(0u64, |sum, total| Some(sum.saturating_add(total?)))
    }
}

#[cfg(test)]
mod tests;
