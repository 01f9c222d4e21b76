use super::*;

fn at(ms: u64) -> ClockReading {
    ClockReading { mono: Duration::from_millis(ms), ..ClockReading::default() }
}

fn name() -> ProviderName {
    ProviderName::new("pingone").unwrap()
}

#[test]
fn letters_rest_before_anybody_is_asked() {
    let mut search = SearchFlow::new([name()]);
    search.typed(at(0), "a");
    search.typed(at(150), "ad");
    assert!(search.tick(at(200), "ad").is_empty(), "the rest starts anew with each letter");
    assert_eq!(search.wake(), Some(Duration::from_millis(350)));
    assert_eq!(search.tick(at(350), "ad").len(), 1);
    assert_eq!(search.wake(), None);
}

#[test]
fn a_reply_to_an_older_question_is_dropped() {
    let mut search = SearchFlow::new([name()]);
    search.ask("a");
    search.ask("ad");
    assert!(search.answered(&name(), 1, Ok(Page::default())).is_none());
    assert!(search.is_pending(), "the newer question is still open");
    assert!(search.answered(&name(), 2, Ok(Page::default())).is_some());
    assert!(!search.is_pending());
}

#[test]
fn the_same_text_is_not_asked_twice() {
    let mut search = SearchFlow::new([name()]);
    search.ask("ada");
    search.typed(at(0), "ada ");
    assert_eq!(search.wake(), None, "white space around it means nothing");
}
