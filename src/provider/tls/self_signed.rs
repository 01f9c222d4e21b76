//! Trust in a certificate that `ca_file` names, also where a server shows that very certificate as its own. Appliances
//! make such ones; the usual check refuses them, because an authority's certificate is no server's. Only this one
//! refusal is looked at again: name and dates still count, and signatures are checked as ever.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::time::ASN1Time;

/// What webpki says of an authority's certificate that is shown as a server's.
const IS_AUTHORITY: &str = "CaUsedAsEndEntity";

/// A TLS client that trusts the platform's authorities, and these.
///
/// # Errors
/// The library's own.
pub fn config(named: Vec<CertificateDer<'static>>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let usual = Verifier::new_with_extra_roots(named.clone(), Arc::clone(&provider))?;
    let verifier = SelfSigned { usual, named };
    let config = ClientConfig::builder_with_provider(provider as Arc<CryptoProvider>)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

/// True where an authority's certificate is shown as a server's; the library has no kind of its own for it.
pub fn is_authoritys_own(kind: &CertificateError) -> bool {
    matches!(kind, CertificateError::Other(why) if format!("{why:?}").contains(IS_AUTHORITY))
}

/// Trusts what the platform trusts, and the very certificates that `ca_file` names.
#[derive(Debug)]
struct SelfSigned {
    usual: Verifier,
    named: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for SelfSigned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let usual = self.usual.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let Err(Error::InvalidCertificate(kind)) = &usual else { return usual };
        let is_named = intermediates.is_empty() && self.named.iter().any(|named| named == end_entity);
        if !is_named || !is_authoritys_own(kind) {
            return usual;
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        let unreadable = || Error::InvalidCertificate(CertificateError::BadEncoding);
        let (_, certificate) = X509Certificate::from_der(end_entity).map_err(|_| unreadable())?;
        let seconds = i64::try_from(now.as_secs()).map_err(|_| unreadable())?;
        let now = ASN1Time::from_timestamp(seconds).map_err(|_| unreadable())?;
        if now < certificate.validity().not_before {
            return Err(Error::InvalidCertificate(CertificateError::NotValidYet));
        }
        if now > certificate.validity().not_after {
            return Err(Error::InvalidCertificate(CertificateError::Expired));
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}
