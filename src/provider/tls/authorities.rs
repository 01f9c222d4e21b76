//! The authorities of a `ca_file`: a bundle as companies have them, where one bad entry costs no other.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::domain::Problem;

use crate::provider::http::client_builder::unusable;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Reads a PEM bundle. What is no certificate is left out, as long as there is one that is.
///
/// # Errors
/// A [`Problem`] when the file can't be read, or holds no usable certificate: then each bad entry is named.
pub fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| unusable("the CA file", &shown, &e.to_string()))?;
    let text = String::from_utf8_lossy(&bytes);
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (number, block) in blocks(&text).enumerate() {
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

fn blocks(text: &str) -> impl Iterator<Item = &str> {
    text.split(BEGIN).skip(1).map(|rest| rest.split(END).next().unwrap_or_default())
}

fn certificate(block: &str) -> Option<CertificateDer<'static>> {
    let pem = format!("{BEGIN}\n{}\n{END}\n", block.trim());
    let (_, parsed) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).ok()?;
    X509Certificate::from_der(&parsed.contents).ok()?;
    Some(CertificateDer::from(parsed.contents))
}
