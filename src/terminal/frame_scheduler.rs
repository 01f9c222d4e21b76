//! When the next frame is due. What a key did shows at once; news from elsewhere waits a moment for more, because over
//! a slow link one frame with two answers is there before two frames are.

use std::time::Duration;

use tokio::time::Instant;

/// The least time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// How long news waits for more; so does the first frame for the providers' first answers.
const NEWS: Duration = Duration::from_millis(30);

/// The pace of the frames.
#[derive(Debug)]
pub struct FrameScheduler {
    last: Option<Instant>,
    /// The oldest news that isn't shown.
    news: Option<Instant>,
    /// True when what a key did isn't shown.
    hurries: bool,
}

impl FrameScheduler {
    /// Nothing was drawn yet; what there is to show at the start is news.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { last: None, news: Some(now), hurries: false }
    }

    /// There is something new to show, by a key or from elsewhere.
    pub fn changed(&mut self, now: Instant, by_key: bool) {
        self.hurries |= by_key;
        self.news.get_or_insert(now);
    }

    /// When what is new may be drawn.
    #[must_use]
    pub fn due(&self, now: Instant) -> Instant {
        let soon = self.last.map_or(now, |last| last + FRAME);
        match self.news {
            Some(news) if !self.hurries => soon.max(news + NEWS),
            _ => soon,
        }
    }

    /// A frame was drawn: nothing is new.
    pub fn drew(&mut self, now: Instant) {
        *self = Self { last: Some(now), news: None, hurries: false };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn a_key_shows_at_once_and_news_waits_for_more() {
        let start = Instant::now();
        let mut pace = FrameScheduler::new(start);
        assert_eq!(pace.due(start), start + NEWS, "the first answers are waited for");
        pace.drew(start + NEWS);
        let later = start + ms(1_000);
        pace.changed(later, false);
        pace.changed(later + ms(20), false);
        assert_eq!(pace.due(later + ms(20)), later + NEWS, "more news doesn't put it off");
        pace.changed(later + ms(25), true);
        assert!(pace.due(later + ms(25)) <= later + ms(25), "a key takes the news with it");
        pace.drew(later + ms(25));
        pace.changed(later + ms(26), true);
        assert_eq!(pace.due(later + ms(26)), later + ms(25) + FRAME, "held keys coalesce");
    }
}
