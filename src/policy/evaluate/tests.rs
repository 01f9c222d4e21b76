use super::*;

#[test]
fn what_stands_against_every_unlock() {
    let now: Zoned = "2026-11-22T12:00[UTC]".parse().unwrap();
    let policy = Policy {
        ticket_required: true,
        ticket_patterns: vec!["INC-[0-9]+".to_owned().try_into().unwrap()],
        verification: VerificationRequirement::Require,
        hours: vec![["Mon-Fri 07:00-19:00", "Sun 11:00-13:00"].map(|one| one.to_owned().try_into().unwrap()).to_vec()],
        ..Policy::default()
    };
    let names = |policy: &Policy, ticket: Option<&str>, verified: Option<&str>, now: &Zoned| -> Vec<&'static str> {
        let audit = AuditContext { ticket: ticket.map(Untrusted::from), verified: verified.map(Untrusted::from) };
        policy.standing(&audit, now).iter().map(|one| one.rule().name).collect()
    };
    assert_eq!(names(&policy, Some("INC-1"), Some("Badge"), &now), [""; 0]);
    assert_eq!(names(&policy, None, None, &now), ["ticket", "verification"]);
    assert_eq!(names(&policy, Some("12"), Some("a hunch"), &now), ["ticket_pattern", "methods"]);
    let late: Zoned = "2026-11-22T13:00[UTC]".parse().unwrap();
    assert_eq!(names(&policy, Some("INC-1"), Some("video"), &late), ["hours"]);
    let closed = Policy { read_only: true, ..Policy::default() };
    assert_eq!(names(&closed, None, None, &now), ["read_only"]);
    assert_eq!(names(&Policy::default(), None, None, &now), [""; 0]);
}
