//! TLS: what is not trusted is refused, and the operator is told why and what to do. No switch helps.

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, Stream};

use crate::support::{Ran, bare_command};

pub struct Server {
    pub port: u16,
    pub authority: String,
}

/// A TLS server whose certificate is valid between those years and for that name.
pub fn server(years: (i32, i32), name: &str) -> Server {
    let mut issuer = CertificateParams::new(Vec::<String>::new()).unwrap();
    issuer.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(issuer, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    let certificate = params.signed_by(&key, &authority).unwrap();
    let port = serve(vec![CertificateDer::from(certificate.der().to_vec())], &key);
    Server { port, authority: authority.pem() }
}

/// A TLS server as appliances have them: one certificate, signed by itself, that calls itself an authority's.
fn appliance(years: (i32, i32), name: &str, followed: bool) -> Server {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    let certificate = params.self_signed(&key).unwrap();
    let own = CertificateDer::from(certificate.der().to_vec());
    let chain = if followed { vec![own.clone(), own] } else { vec![own] };
    Server { port: serve(chain, &key), authority: certificate.pem() }
}

fn serve(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> u16 {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = Arc::new(ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, config) = (stream.unwrap(), Arc::clone(&config));
            std::thread::spawn(move || {
                let mut connection = ServerConnection::new(config).unwrap();
                let mut tls = Stream::new(&mut connection, &mut stream);
                let mut request = [0; 4096];
                if tls.read(&mut request).is_ok_and(|n| n > 0) {
                    let body = r#"{"error":"reached-by-tls-here"}"#;
                    let _ = write!(tls, "HTTP/1.1 401 X\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                }
            });
        }
    });
    port
}

fn find(server: &Server, trusts_authority: bool) -> Ran {
    let place = tempfile::tempdir().unwrap();
    let (config, pem) = (place.path().join("c.toml"), place.path().join("ca.pem"));
    std::fs::write(&pem, &server.authority).unwrap();
    let ca = if trusts_authority { format!("ca_file = \"{}\"\n", pem.display()) } else { String::new() };
    let text = format!(
        "[[provider]]\nname = \"pingone\"\nkind = \"pingone\"\nenvironment_id = \"abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6\"\n\
         client_id = \"id\"\nclient_secret = {{ env = \"SECRET\" }}\nbase_url = \"https://localhost:{0}\"\n\
         auth_url = \"https://localhost:{0}\"\n{ca}",
        server.port
    );
    std::fs::write(&config, text).unwrap();
    Ran::from(
        bare_command(place.path())
            .env("SECRET", "planted")
            .arg("--config")
            .arg(&config)
            .args(["find", "ada"])
            .output()
            .unwrap(),
    )
}

#[test]
fn an_authority_of_ones_own_is_trusted_by_ca_file_alone() {
    let server = server((2020, 2100), "localhost");
    let ran = find(&server, true);
    assert!(ran.err.contains("reached-by-tls-here"), "{ran:?}");
    let ran = find(&server, false);
    assert!(ran.err.contains("certificate was not accepted") && ran.err.contains("ca_file"), "{ran:?}");
}

#[test]
fn an_expired_certificate_is_refused_and_named() {
    let ran = find(&server((2020, 2021), "localhost"), true);
    assert!(ran.err.contains("expired") && ran.err.contains("renew"), "{ran:?}");
}

#[test]
fn a_certificate_for_another_name_is_refused_and_named() {
    let ran = find(&server((2020, 2100), "elsewhere.test"), true);
    assert!(ran.err.contains("certificate was not accepted") && ran.err.contains("check the URL"), "{ran:?}");
}

#[test]
fn a_certificate_of_tomorrow_names_this_machines_clock() {
    let ran = find(&server((2090, 2100), "localhost"), true);
    assert!(ran.err.contains("this machine's clock behind"), "{ran:?}");
}

#[test]
fn a_bundle_with_a_bad_entry_serves_by_its_good_ones() {
    let mut server = server((2020, 2100), "localhost");
    let bad = "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n";
    server.authority = format!("\u{feff}# Old authority, kept by mistake\n{bad}# Ours\n{}", server.authority);
    let ran = find(&server, true);
    assert!(ran.err.contains("reached-by-tls-here"), "{ran:?}");
    server.authority = bad.to_owned();
    let ran = find(&server, true);
    assert!(ran.err.contains("no entry is a certificate") && ran.err.contains("entries 1"), "{ran:?}");
}

#[test]
fn a_self_signed_certificate_is_trusted_where_ca_file_names_that_very_one() {
    let years = (2020, 2100);
    let ran = find(&appliance(years, "localhost", false), true);
    assert!(ran.err.contains("reached-by-tls-here"), "{ran:?}");
    let ran = find(&appliance(years, "localhost", false), false);
    assert!(ran.err.contains("certificate was not accepted"), "{ran:?}");
    // The same name with another key.
    let (served, other) = (appliance(years, "localhost", false), appliance(years, "localhost", false));
    let ran = find(&Server { authority: other.authority, ..served }, true);
    assert!(ran.err.contains("certificate was not accepted"), "{ran:?}");
    let ran = find(&appliance((2020, 2021), "localhost", false), true);
    assert!(ran.err.contains("certificate was not accepted") && ran.err.contains("expired"), "{ran:?}");
    let ran = find(&appliance(years, "elsewhere.test", false), true);
    assert!(ran.err.contains("certificate was not accepted") && ran.err.contains("check the URL"), "{ran:?}");
    let ran = find(&appliance(years, "localhost", true), true);
    assert!(ran.err.contains("certificate was not accepted"), "it is no certificate of a chain: {ran:?}");
}
