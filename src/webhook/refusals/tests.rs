use super::*;

#[test]
fn refusals_are_counted_and_the_ledger_is_told_once_an_hour() {
    let place = tempfile::tempdir().unwrap();
    let door = RefusalCounter::new(place.path());
    let at = |s: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(s);
    assert_eq!(door.refuse(at(0)), RefusalEffect { is_first: true, record: Some(1) });
    for n in 1..100 {
        assert_eq!(door.refuse(at(n)), RefusalEffect { is_first: false, record: None });
    }
    assert_eq!(door.refuse(at(3_600)).record, Some(101));
    door.settle();
    let read = Refusals::read(place.path());
    assert_eq!((read.count, read.since, read.last), (101, Some(at(0)), Some(at(3_600))));
    // A next process counts on.
    assert_eq!(RefusalCounter::new(place.path()).refuse(at(3_700)), RefusalEffect { is_first: true, record: None });
}
