use super::*;

#[test]
fn the_library_s_error_is_found_inside_others() {
    let inner = io::Error::other(Error::InvalidCertificate(CertificateError::Expired));
    let outer = io::Error::other(inner);
    let found = cause(&outer).unwrap();
    assert_eq!(*found, Error::InvalidCertificate(CertificateError::Expired));
    let problem = problem(found, "it expired").unwrap();
    assert_eq!((problem.code, problem.next.as_ref().contains("renew")), (Code::Tls, true));
    assert!(cause(&io::Error::other("cut")).is_none());
}
