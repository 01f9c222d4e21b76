//! Telling the webhook: once, without a second try, and nobody looks at the answer.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde_json::json;
use sha2::Sha256;

use crate::sim::context::{SimContext, present};
use crate::sim::world::{MacCommand, fresh_uuid};

/// Where answers are told, and the secrets for it.
#[derive(Clone, Debug, Default)]
pub struct Webhook {
    pub port: u16,
    /// Signs the bodies of `NanoMDM` and `NanoHUB`.
    pub key: String,
    /// Stands in the address of `MicroMDM`.
    pub secret: String,
}

/// One event as it was sent.
#[derive(Clone, Debug, Serialize)]
pub struct SentEvent {
    pub url: String,
    pub signature: Option<String>,
    pub body: String,
    /// What came back; none when nobody listened.
    pub status: Option<u16>,
}

impl Webhook {
    /// A port of this machine that nobody holds now, outside of the range from which the kernel gives ports away.
    pub fn choose() -> Self {
        let port = (0..50)
            .map(|_| 20_000 + u16::try_from(uuid::Uuid::new_v4().as_u128() % 12_000).unwrap_or(0))
            .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
            .unwrap_or(20_480);
        let secret = || format!("{}{}", fresh_uuid(), fresh_uuid()).replace('-', "");
        Self { port, key: secret(), secret: secret() }
    }
}

/// Tells of an answer, for the servers that tell.
pub async fn tell(shared: &Arc<SimContext>, udid: &str, command: &MacCommand) {
    if !matches!(command.server, "nanomdm" | "nanohub" | "micromdm") {
        return;
    }
    let told = present(json!({
        "udid": udid, "status": command.status, "command_uuid": command.uuid,
        "raw_payload": STANDARD.encode(command.result.as_deref().unwrap_or_default()),
        "ids": (command.server != "micromdm").then(|| json!({"id": udid, "type": "Device"})),
    }));
    let event = present(json!({
        "topic": "mdm.Connect", "created_at": shared.now().to_string(),
        // NanoHUB's events carry no id (observed).
        "event_id": (command.server != "nanohub").then(fresh_uuid), "acknowledge_event": told,
    }));
    let body = event.to_string();
    let hook = shared.webhook.clone();
    let base = format!("http://127.0.0.1:{}/mdm/macs", hook.port);
    let (url, signature) = if command.server == "micromdm" {
        (format!("{base}/{}", hook.secret), None)
    } else {
        (base, sign(&hook.key, &body))
    };
    let mut sent = SentEvent { url, signature, body, status: None };
    sent.status = send(&sent).await;
    shared.webhooks.lock().push(sent);
}

fn sign(key: &str, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(body.as_bytes());
    Some(STANDARD.encode(mac.finalize().into_bytes()))
}

async fn send(sent: &SentEvent) -> Option<u16> {
    let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().build().ok()?;
    let mut request =
        client.post(&sent.url).header("Content-Type", "application/json; charset=utf-8").body(sent.body.clone());
    if let Some(signature) = &sent.signature {
        request = request.header("X-Hmac-Signature", signature);
    }
    Some(request.send().await.ok()?.status().as_u16())
}
