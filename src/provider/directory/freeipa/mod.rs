//! FreeIPA by its JSON-RPC API (`doc/api/jsonrpc_usage.md`): each server counts for itself, `user_status` tells of all of
//! them, and one `user_unlock` opens them all, because the moment of the unlock is replicated. That moment is the server's
//! own: a clock of ours that is wrong would switch the lockout off, or do nothing.

mod check;
mod read;
mod rpc;
mod search;
mod session;
mod state;
mod unlock;

use std::sync::Arc;

use reqwest::Url;

use crate::domain::Problem;
use crate::provider::api::provider_in_modules;
use crate::provider::api_client::ApiClient;
use crate::provider::auth::LazySecret;
use crate::provider::cached::Cached;
use crate::provider::http::client_builder::checked_url;
use crate::provider::registry::BuildContext;
use crate::provider::{GroupsNeeded, Provider, ProviderInfo};

use super::profile::LockPolicy;
use super::settings::Settings;
use session::IpaSession;

/// Checks what is particular to it.
///
/// # Errors
/// What is wrong, in a sentence.
pub fn check(settings: &Settings) -> Result<(), String> {
    match settings.servers.as_slice() {
        [server] => checked_url(server).map(drop).map_err(|problem| problem.line()),
        _ => Err("servers of freeipa is one address, https://host: that server tells of all the others".to_owned()),
    }
}

/// Builds the provider. Nothing is asked of anybody yet.
///
/// # Errors
/// A [`Problem`] when the address or the CA file can't be used.
pub fn build(
    settings: &Settings,
    info: ProviderInfo,
    context: &mut BuildContext<'_>,
) -> Result<Arc<dyn Provider>, Problem> {
    let address = settings.servers.first().cloned().unwrap_or_default();
    let base: Url = checked_url(address.trim_end_matches('/').trim_end_matches("/ipa"))?;
    let login = IpaSession::new(base.clone(), &settings.username, LazySecret::new(&settings.password));
    let http = context.http(std::slice::from_ref(&address))?;
    Ok(Arc::new(FreeIpa {
        info,
        groups: context.groups,
        client: ApiClient::new(http, base, login, &rpc::SPEC),
        policies: Cached::default(),
    }))
}

/// One FreeIPA domain, through one of its servers.
pub struct FreeIpa {
    info: ProviderInfo,
    groups: GroupsNeeded,
    client: ApiClient<IpaSession>,
    policies: Cached<String, LockPolicy>,
}

provider_in_modules! { FreeIpa: { } }
