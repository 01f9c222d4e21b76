use super::*;

#[test]
fn only_moments_of_one_start_are_compared() {
    let at = |boot: &str, millis| BootTime { boot: boot.to_owned(), millis };
    assert_eq!(at("a", 3_000).since(&at("a", 1_000)), Some(Duration::from_secs(2)));
    assert_eq!(at("a", 1_000).since(&at("a", 3_000)), Some(Duration::ZERO));
    assert_eq!(at("a", 3_000).since(&at("b", 1_000)), None);
}
