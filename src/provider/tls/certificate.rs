//! A server's certificate, as far as an operator wants to know it.

use jiff::Timestamp;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::domain::{ServerCertificate, Untrusted};
use crate::settings::redactor;

/// Reads a certificate (DER); none when it can't be read. It was verified before by the client.
pub fn read(der: &[u8]) -> Option<ServerCertificate> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let until = Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?;
    let issuer = certificate.issuer();
    let name = issuer.iter_common_name().chain(issuer.iter_organization()).find_map(|name| name.as_str().ok());
    let issuer: Untrusted = redactor::redacted_text(&name.map_or_else(|| issuer.to_string(), str::to_owned)).into();
    Some(ServerCertificate { issuer, until })
}
