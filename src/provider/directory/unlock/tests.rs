use super::*;
use crate::domain::Outcome;
use crate::provider::directory::result_code::INSUFFICIENT_RIGHTS;

fn refused(code: u32) -> Written {
    Written::Failed(ModifyError::Refused(code, super::super::result_code::problem("DC2", code, "no write", "")))
}

#[test]
fn one_answer_is_made_of_several() {
    let accepted = judge(&[("DC1", Written::Opened), ("DC2", refused(INSUFFICIENT_RIGHTS))]);
    let UnlockReply::Accepted(words) = accepted else { panic!("{accepted:?}") };
    assert!(words.line().contains("written to DC1") && words.line().contains("not on DC2"), "{}", words.line());
    let reply = judge(&[("DC1", refused(INSUFFICIENT_RIGHTS)), ("DC2", refused(INSUFFICIENT_RIGHTS))]);
    assert!(matches!(reply, UnlockReply::Ended(Outcome::Refused, _, Some(_))), "{reply:?}");
    let doubt = Written::Failed(ModifyError::InDoubt(Problem::new(Code::TimedOut, "late", "", "")));
    let reply = judge(&[("DC1", Written::Opened), ("DC2", doubt)]);
    assert!(matches!(reply, UnlockReply::InDoubt(_)), "{reply:?}");
    let reply = judge(&[("ldap1", Written::Relocked)]);
    assert!(matches!(&reply, UnlockReply::NotDone(problem) if problem.code == Code::Changed), "{reply:?}");
    assert!(matches!(judge(&[("ldap1", Written::WasOpen)]), UnlockReply::Accepted(_)));
    assert!(matches!(judge(&[]), UnlockReply::Accepted(_)));
}
