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
    pace.changed(start + ms(5), DrawUrgency::News);
    assert_eq!(pace.due(start + ms(5)), start + ms(35), "one of several answers waits for more");
    pace.changed(start + ms(9), DrawUrgency::Settled);
    assert_eq!(pace.due(start + ms(9)), start + ms(9), "the last one takes the others with it");
}

#[test]
fn a_key_shows_at_once_and_news_waits_for_more() {
    let start = Instant::now();
    let mut pace = FrameScheduler::new();
    pace.drew(start, false);
    let later = start + ms(1_000);
    pace.changed(later, DrawUrgency::News);
    pace.changed(later + ms(20), DrawUrgency::News);
    assert_eq!(pace.due(later + ms(20)), later + NEWS, "more news doesn't put it off");
    pace.changed(later + ms(25), DrawUrgency::Key);
    assert!(pace.due(later + ms(25)) <= later + ms(25), "a key takes the news with it");
    pace.drew(later + ms(25), false);
    pace.changed(later + ms(26), DrawUrgency::Key);
    assert_eq!(pace.due(later + ms(26)), later + ms(25) + FRAME, "held keys coalesce");
}

#[test]
fn answers_that_settle_again_and_again_keep_the_pace() {
    let start = Instant::now();
    let mut pace = FrameScheduler::new();
    pace.drew(start, false);
    pace.changed(start + ms(3), DrawUrgency::Settled);
    assert_eq!(pace.due(start + ms(3)), start + ms(3), "the last answer needs no gap");
    pace.drew(start + ms(3), false);
    pace.changed(start + ms(5), DrawUrgency::Settled);
    assert_eq!(pace.due(start + ms(5)), start + ms(3) + FRAME, "but not twice in a row");
}
