//! The systems that hold accounts: one trait, one exchange, one registry, one folder per kind.
//!
//! ```text
//! api         what a provider has to be able to do            registry    what a backend declares of itself
//! api_client  one exchange: login, errors, answers, unlock    api_spec    what differs between vendors, as data
//! auth        how requests carry a login                      token       a token fetched by one, used by all
//! session_login  a token that belongs to a session         cached      answers that are kept for a while
//! json        answers read leniently, and what they need      paging      the one loop over pages
//! poll_result whom an answer is about; what a look says       push_inbox  answers that devices sent on their own
//! plist_guard property lists, read without being led astray    tls         whom a connection trusts
//! ids         GUIDs and distinguished names as text
//! ```
//! A backend's folder translates between a system's wire types and the domain, and does nothing else: it judges no
//! status, reads no token, waits for nothing, sends nothing again and loops over no pages.

pub mod api;
pub mod api_client;
pub mod api_spec;
pub mod auth;
pub mod cached;
pub mod http;
pub mod ids;
pub mod json;
pub mod paging;
pub mod plist_guard;
pub mod poll_result;
pub mod push_inbox;
pub mod registry;
pub mod session_login;
pub mod tls;
pub mod token;

pub mod adaxes;
pub mod apple_mdm;
pub mod directory;
#[cfg(feature = "example-backend")]
#[path = "../../tests/example_backend/mod.rs"]
pub mod example;
pub mod jumpcloud;
pub mod pingone;

pub use api::{BoxFuture, Provider, ProviderInfo};
pub use registry::{BackendSettings, BackendSpec, BuildContext, GroupsNeeded, ProviderConfig, WebhookSecret};

registry::backends! {
    PingOne(pingone),
    JumpCloud(jumpcloud),
    Adaxes(adaxes),
    AppleMdm(apple_mdm),
    Directory(directory),
    #[cfg(feature = "example-backend")]
    Example(example),
}
