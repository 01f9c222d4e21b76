//! Looking at a provider's set-up from the outside in: name, reachability, certificate, clock, login, rights. It
//! changes nothing.

use std::net::ToSocketAddrs as _;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;

use crate::domain::{CheckResult, Problem, ProviderHealth};
use crate::engine::webhook_refusals::Refusals;
use crate::policy::Policy;
use crate::provider::Provider;

/// A certificate that runs out sooner is worth a word.
const FEW_DAYS: i64 = 21;
/// A clock that is further off is worth a word: tokens and audit ranges go by it.
const SKEW: i64 = 30_000;
/// A name server that is silent for longer is no name server.
const NAME_PATIENCE: Duration = Duration::from_secs(5);

/// Everything that there is to say about a provider.
pub async fn findings(provider: &Arc<dyn Provider>, policy: &Policy, refused: &Refusals) -> Vec<CheckResult> {
    let about = provider.info();
    let mut found = Vec::new();
    let mut hosts: Vec<(String, u16)> = about.endpoints.iter().filter_map(|endpoint| host(endpoint)).collect();
    hosts.dedup();
    for (host, port) in hosts {
        found.push(name(host, port, about.http.proxy.is_some()).await);
    }
    let own = provider.check().await;
    let health = provider.health();
    found.push(reach(&health));
    found.extend(certificate(&health, &about.endpoints));
    found.extend(clock(&health));
    found.extend(own);
    found.push(CheckResult::good(
        "rate",
        format!(
            "at most {} requests a second, {} at once; Retry-After is honoured",
            about.http.max_per_second, about.http.max_parallel
        ),
    ));
    if let (true, Some(since)) = (about.answers_by_webhook && refused.count > 0, refused.since) {
        let says = format!("{} events without a valid signature or secret were refused since {since}", refused.count);
        let next =
            "compare the MDM server's webhook key with this configuration; webhook.json beside the ledger counts on";
        found.push(CheckResult::warn("webhook", says, next));
    }
    let by_group = !policy.protected_groups.is_empty() || !policy.refused_groups.is_empty();
    if by_group && !about.capabilities().groups {
        found.push(CheckResult::warn(
            "groups",
            "this system tells no groups: with rules by group each of its accounts needs its id typed",
            "name accounts by pattern in the policy instead, if that is too much",
        ));
    }
    found
}

/// Host and port of an address; what is none was refused when the provider was built.
fn host(endpoint: &str) -> Option<(String, u16)> {
    let url = Url::parse(endpoint).ok()?;
    Some((url.host_str()?.trim_matches(['[', ']']).to_owned(), url.port_or_known_default()?))
}

async fn name(host: String, port: u16, by_proxy: bool) -> CheckResult {
    if by_proxy {
        return CheckResult::not_told("name", format!("{host} is looked up by the proxy"), "");
    }
    let shown = host.clone();
    let lookup = tokio::task::spawn_blocking(move || (host.as_str(), port).to_socket_addrs().map(Iterator::count));
    let why = match tokio::time::timeout(NAME_PATIENCE, lookup).await {
        Ok(Ok(Ok(count))) if count > 0 => {
            let addresses = if count == 1 { "address" } else { "addresses" };
            return CheckResult::good("name", format!("{shown} resolves to {count} {addresses}"));
        }
        Ok(Ok(Err(e))) => e.to_string(),
        Ok(_) => "it has no address".to_owned(),
        Err(_) => "the name server doesn't answer".to_owned(),
    };
    let problem = Problem::new(
        crate::domain::Code::NameNotFound,
        format!("{shown} can't be looked up"),
        why,
        "check the address in the configuration, and the name server of this machine",
    );
    CheckResult::bad("name", "", &problem)
}

fn reach(health: &ProviderHealth) -> CheckResult {
    match (health.reachable, &health.problem, health.latency) {
        (Some(true), _, Some(latency)) => {
            CheckResult::good("reach", format!("answers within {} ms", latency.as_millis()))
        }
        (_, Some(problem), _) => CheckResult::bad("reach", "", problem),
        _ => CheckResult::not_told("reach", "nothing was asked", ""),
    }
}

fn certificate(health: &ProviderHealth, endpoints: &[String]) -> Option<CheckResult> {
    let Some(certificate) = &health.certificate else {
        let plain = !endpoints.is_empty() && endpoints.iter().all(|endpoint| endpoint.starts_with("http:"));
        return plain.then(|| CheckResult::not_told("tls", "plain http to this machine: there is no certificate", ""));
    };
    let days = certificate.until.duration_since(Timestamp::now()).as_hours() / 24;
    let says = format!("certificate by {}, {days} days left", certificate.issuer.line());
    Some(if days < FEW_DAYS {
        CheckResult::warn("tls", says, "have the server's owner renew it")
    } else {
        CheckResult::good("tls", says)
    })
}

fn clock(health: &ProviderHealth) -> Option<CheckResult> {
    let skew = health.skew_ms?;
    let seconds = skew.abs() / 1_000;
    Some(if skew.abs() > SKEW {
        let which = if skew > 0 { "ahead of" } else { "behind" };
        let says = format!("its clock is {seconds} s {which} this machine's");
        CheckResult::warn("clock", says, "check this machine's clock (timedatectl)")
    } else {
        CheckResult::good("clock", format!("{seconds} s apart"))
    })
}
