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
pub enum Urgency {
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
    #[must_use]
    pub fn new() -> Self {
        Self { last: None, news: None, hurries: true, is_settled: false, kept_gap: true }
    }

    /// There is something new to show.
    pub fn changed(&mut self, now: Instant, urgency: Urgency) {
        self.hurries |= urgency != Urgency::News;
        self.is_settled |= urgency == Urgency::Settled;
        self.news.get_or_insert(now);
    }

    /// When what is new may be drawn.
    #[must_use]
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
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn the_first_frame_and_the_last_answer_wait_for_nothing() {
        let start = Instant::now();
        let mut pace = FrameScheduler::new();
        assert_eq!(pace.due(start), start, "the first frame is drawn before anybody has answered");
        pace.drew(start, true);
        pace.changed(start + ms(5), Urgency::News);
        assert_eq!(pace.due(start + ms(5)), start + ms(35), "one of several answers waits for more");
        pace.changed(start + ms(9), Urgency::Settled);
        assert_eq!(pace.due(start + ms(9)), start + ms(9), "the last one takes the others with it");
    }

    #[test]
    fn a_key_shows_at_once_and_news_waits_for_more() {
        let start = Instant::now();
        let mut pace = FrameScheduler::new();
        pace.drew(start, false);
        let later = start + ms(1_000);
        pace.changed(later, Urgency::News);
        pace.changed(later + ms(20), Urgency::News);
        assert_eq!(pace.due(later + ms(20)), later + NEWS, "more news doesn't put it off");
        pace.changed(later + ms(25), Urgency::Key);
        assert!(pace.due(later + ms(25)) <= later + ms(25), "a key takes the news with it");
        pace.drew(later + ms(25), false);
        pace.changed(later + ms(26), Urgency::Key);
        assert_eq!(pace.due(later + ms(26)), later + ms(25) + FRAME, "held keys coalesce");
    }

    #[test]
    fn answers_that_settle_again_and_again_keep_the_pace() {
        let start = Instant::now();
        let mut pace = FrameScheduler::new();
        pace.drew(start, false);
        pace.changed(start + ms(3), Urgency::Settled);
        assert_eq!(pace.due(start + ms(3)), start + ms(3), "the last answer needs no gap");
        pace.drew(start + ms(3), false);
        pace.changed(start + ms(5), Urgency::Settled);
        assert_eq!(pace.due(start + ms(5)), start + ms(3) + FRAME, "but not twice in a row");
    }
}
