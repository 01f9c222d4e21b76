use super::*;

#[test]
fn a_refused_login_says_why() {
    let text = "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 775, v1db1\0";
    let problem = problem("dc1", INVALID_CREDENTIALS, text, "");
    assert_eq!(problem.code, Code::Login);
    assert!(problem.line().contains("the account is locked") && problem.line().contains("data 775"), "{problem}");
    assert_eq!(login_data("data , v1"), None);
}

#[test]
fn every_code_has_words() {
    for code in 0..128 {
        let problem = problem("ldap1", code, "", "dc=x");
        assert!(!problem.next.is_empty() && problem.line().contains("matched dc=x"), "{problem}");
    }
    assert_eq!(problem("dc1", INSUFFICIENT_RIGHTS, "", "").code, Code::Forbidden);
}
