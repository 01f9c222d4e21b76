//! When the next frame is due. The first one is due at once, before anybody has answered. What a key did shows at once;
//! news from elsewhere waits a moment for more, because over a slow link one frame with two answers is there before two
//! frames are; and nothing waits any more once the last answer is there.

use std::time::Duration;

use tokio::time::Instant;

/// The least time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// How long news waits for more.
const NEWS: Duration = Duration::from_millis(30);

/// How urgent a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawUrgency {
    /// By a key.
    Key,
    /// The last answer that was waited for.
    Settled,
    /// One of several answers.
    News,
}

/// The pace of the frames.
#[derive(Debug)]
pub struct FrameScheduler {
    last: Option<Instant>,
    /// The oldest news that isn't shown.
    news: Option<Instant>,
    /// True when what a key did, or the last answer, isn't shown.
    hurries: bool,
    /// True when the last answer isn't shown.
    is_settled: bool,
    /// True when the last frame kept its gap: the one after it needs none, if it settles.
    kept_gap: bool,
}

impl FrameScheduler {
    /// Nothing was drawn yet.
    pub fn new() -> Self {
        Self { last: None, news: None, hurries: true, is_settled: false, kept_gap: true }
    }

    /// There is something new to show.
    pub fn changed(&mut self, now: Instant, urgency: DrawUrgency) {
        self.hurries |= urgency != DrawUrgency::News;
        self.is_settled |= urgency == DrawUrgency::Settled;
        self.news.get_or_insert(now);
    }

    /// When what is new may be drawn.
    pub fn due(&self, now: Instant) -> Instant {
        let soon = self.last.map_or(now, |last| last + FRAME);
        match self.news {
            Some(news) if !self.hurries => soon.max(news + NEWS),
            _ if self.is_settled && self.kept_gap => now,
            _ => soon,
        }
    }

    /// A frame was drawn: nothing is new. There is no gap behind the first one, which has nothing to be read.
    pub fn drew(&mut self, now: Instant, is_first: bool) {
        let kept_gap = self.last.is_none_or(|last| now >= last + FRAME);
        let last = (!is_first).then_some(now);
        *self = Self { last, news: None, hurries: false, is_settled: false, kept_gap };
    }
}

#[cfg(test)]
mod tests;
