//! Certificates that are read: the authorities of a `ca_file`, and a server's own as far as an operator wants to know it.

use std::path::Path;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::domain::{Problem, ServerCertificate, Untrusted};
use crate::provider::http::client_builder::unusable;
use crate::settings::redactor;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Reads a PEM bundle as companies have them: what is no certificate is left out, as long as there is one that is.
///
/// # Errors
/// A [`Problem`] when the file can't be read, or holds no usable certificate: then each bad entry is named.
pub fn authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| unusable("the CA file", &shown, &e.to_string()))?;
    let text = String::from_utf8_lossy(&bytes);
    let blocks = text.split(BEGIN).skip(1).map(|rest| rest.split(END).next().unwrap_or_default());
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (number, block) in blocks.enumerate() {
        match certificate(block) {
            Some(certificate) => good.push(certificate),
            None => bad.push((number + 1).to_string()),
        }
    }
    if good.is_empty() {
        let why = if bad.is_empty() {
            "it holds no certificate in PEM form".to_owned()
        } else {
            format!("no entry is a certificate that can be read (entries {})", bad.join(", "))
        };
        return Err(unusable("the CA file", &shown, &why));
    }
    Ok(good)
}

fn certificate(block: &str) -> Option<CertificateDer<'static>> {
    let pem = format!("{BEGIN}\n{}\n{END}\n", block.trim());
    let (_, parsed) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).ok()?;
    X509Certificate::from_der(&parsed.contents).ok()?;
    Some(CertificateDer::from(parsed.contents))
}

/// Reads a server's certificate (DER); none when it can't be read. It was verified before by the client.
pub fn server(der: &[u8]) -> Option<ServerCertificate> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let until = Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?;
    let issuer = certificate.issuer();
    let name = issuer.iter_common_name().chain(issuer.iter_organization()).find_map(|name| name.as_str().ok());
    let issuer: Untrusted = redactor::redacted_text(&name.map_or_else(|| issuer.to_string(), str::to_owned)).into();
    Some(ServerCertificate { issuer, until })
}
