//! What a failed TLS handshake means, by its kind.

use std::error::Error as StdError;
use std::{io, iter};

use rustls::{AlertDescription, CertificateError, Error};

use crate::domain::{Code, Problem};

/// The TLS library's own error, wherever it stands in a chain of causes.
pub fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Error> {
    iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    })
    .find_map(|error| error.downcast_ref())
}

/// What it means that a handshake failed; none where it isn't told by its kind.
pub fn problem(error: &Error, why: &str) -> Option<Problem> {
    match error {
        Error::InvalidCertificate(kind) => {
            Some(Problem::new(Code::Tls, "the server's certificate was not accepted", why, certificate_step(kind)))
        }
        Error::PeerIncompatible(_)
        | Error::AlertReceived(
            AlertDescription::ProtocolVersion
            | AlertDescription::HandshakeFailure
            | AlertDescription::InsufficientSecurity,
        ) => Some(Problem::new(
            Code::Tls,
            "no version or cipher of TLS fits",
            why,
            "the server's owner has to switch on TLS 1.2 or 1.3 with a cipher of today (ECDHE); older ones are not spoken",
        )),
        _ => None,
    }
}

fn certificate_step(kind: &CertificateError) -> &'static str {
    match kind {
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it begins to be valid later: is this machine's clock behind?"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's owner has to renew it; check this machine's clock"
        }
        CertificateError::UnknownIssuer => "name its authority with ca_file in the provider's table",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the URL's host is not in the certificate: check the URL"
        }
        _ if super::self_signed::is_authoritys_own(kind) => {
            "the server shows an authority's certificate as its own: if it is the right one, name that very certificate with ca_file"
        }
        _ => "check the server's certificate; checks can't be switched off",
    }
}

#[cfg(test)]
mod tests;
