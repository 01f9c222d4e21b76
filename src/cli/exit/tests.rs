use super::*;
use Outcome::{Accepted, AlreadyOpen, Failed, LeftAlone, PendingApproval, Refused, StillLocked, Unknown, Unlocked};

#[test]
fn the_page_on_the_command_line_has_the_same_table() {
    let page = include_str!("../../../assets/docs/command-line.md");
    for (code, means) in EXIT_CODES {
        assert!(page.contains(&format!("| {code} | {means} |")), "{code}");
    }
}

#[test]
fn the_table_of_exit_codes() {
    let cases: [(&[Outcome], Exit); 12] = [
        (&[], Exit::Done),
        (&[Unlocked], Exit::Done),
        (&[AlreadyOpen, LeftAlone], Exit::Done),
        (&[Failed], Exit::Failed),
        (&[StillLocked], Exit::Failed),
        (&[Unlocked, Failed], Exit::Mixed),
        (&[Unlocked, Refused], Exit::Mixed),
        (&[Refused, Refused], Exit::Refused),
        (&[Unlocked, Unknown], Exit::Unknown),
        (&[PendingApproval], Exit::Waiting),
        (&[Unlocked, Accepted], Exit::Waiting),
        (&[Failed, Accepted], Exit::Failed),
    ];
    for (outcomes, expected) in cases {
        assert_eq!(Exit::of(outcomes), expected, "{outcomes:?}");
    }
}
