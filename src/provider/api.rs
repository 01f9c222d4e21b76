//! What every system that holds accounts has to be able to do.

use std::pin::Pin;
use std::time::Duration;

use crate::domain::{
    Account, AccountKey, Capabilities, CheckResult, Code, Cursor, OpenUnlock, Page, PollResult, Problem,
    ProviderHealth, ProviderKind, ProviderName, Query, Unlock, UnlockReply, Untrusted,
};
use crate::ledger::Recorded;
use crate::settings::HttpSettings;

use super::poll_result;

/// A future of a provider's answer.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a provider is, without asking it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderInfo {
    /// Its name in the configuration.
    pub name: ProviderName,
    /// Its kind.
    pub kind: ProviderKind,
    /// Which system exactly: its API and tenant.
    pub system: String,
    /// How it is spoken to.
    pub http: HttpSettings,
    /// True where answers of devices come on their own, and can't be asked for.
    pub answers_by_webhook: bool,
    /// True where a command is named by its intent and the same name is never taken twice.
    pub takes_a_name_once: bool,
    /// The addresses that it is reached by.
    pub endpoints: Vec<String>,
}

impl ProviderInfo {
    /// A configured provider, before anything is asked of it.
    pub fn new(
        name: &ProviderName,
        kind: ProviderKind,
        http: &HttpSettings,
        system: String,
        endpoints: Vec<String>,
    ) -> Self {
        Self {
            name: name.clone(),
            kind,
            system,
            http: http.clone(),
            answers_by_webhook: false,
            takes_a_name_once: false,
            endpoints,
        }
    }

    /// The key of the account of that id in it.
    pub fn key(&self, id: &Untrusted) -> AccountKey {
        AccountKey { provider: self.name.clone(), id: id.clone() }
    }

    /// What it can do.
    pub fn capabilities(&self) -> Capabilities {
        self.kind.capabilities()
    }
}

/// A system that holds accounts.
pub trait Provider: Send + Sync {
    /// What it is.
    fn info(&self) -> &ProviderInfo;

    /// How it is doing, as last seen; asks nothing.
    fn health(&self) -> ProviderHealth;

    /// Searches for people; the lock state of a hit may be unread.
    fn search<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>>;

    /// Lists accounts that are locked, or that may be: each is to be read before it is acted on.
    fn locked<'a>(&'a self, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>>;

    /// Reads one account in full; none when the system says that there is no such account. Whoever wants an account
    /// asks for it by [`Self::read`].
    fn fetch<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Account>, Problem>>;

    /// Reads one account in full. An answer about another account is a problem that names both.
    fn read<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Account>, Problem>> {
        Box::pin(async move { poll_result::checked(id, self.fetch(id).await) })
    }

    /// Sends one unlock request. The proof that its intent is on disk can only come from the ledger (law 1).
    fn unlock<'a>(&'a self, unlock: &'a Recorded<Unlock>) -> BoxFuture<'a, UnlockReply>;

    /// Goes on once with a request that was answered with [`UnlockReply::Pending`], `waited` after it was sent.
    fn poll<'a>(&'a self, _: &'a Recorded<Unlock>, _: &'a Untrusted, _: Duration) -> BoxFuture<'a, UnlockReply> {
        let problem = Problem::new(Code::Internal, "nothing is pending in this system", "", "report this as a bug");
        Box::pin(std::future::ready(UnlockReply::InDoubt(problem)))
    }

    /// Sends the request of an intent that is on disk once more, by the same name, where the system takes a name once.
    fn resend<'a>(&'a self, _: &'a Recorded<Unlock>) -> BoxFuture<'a, UnlockReply> {
        let problem = Problem::new(Code::Internal, "this system takes a request twice", "", "report this as a bug");
        Box::pin(std::future::ready(UnlockReply::InDoubt(problem)))
    }

    /// Looks once at what became of an unlock; changes nothing.
    fn verify<'a>(&'a self, open: &'a OpenUnlock) -> BoxFuture<'a, PollResult> {
        Box::pin(async move {
            let read = self.read(&open.key.id).await;
            poll_result::poll_result(read, open, self.health().on_server_clock(open.asked_at))
        })
    }

    /// Looks at what the login may do, and what it needn't; changes nothing.
    fn check(&self) -> BoxFuture<'_, Vec<CheckResult>>;

    /// Forgets that its login was refused: somebody asks again on purpose.
    fn forget_refusal(&self) {}

    /// Ends what was begun with the system (a session), before the program ends.
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// The calls of a provider that stand in modules of its folder: `search::{page, locked}`, `read::account`, `unlock::send`
/// and `check::findings`, with the field `info`.
macro_rules! calls_in_modules {
    () => {
        fn info(&self) -> &$crate::provider::ProviderInfo {
            &self.info
        }

        fn search<'a>(
            &'a self,
            query: &'a $crate::domain::Query,
            from: Option<&'a $crate::domain::Cursor>,
        ) -> $crate::provider::BoxFuture<'a, Result<$crate::domain::Page, $crate::domain::Problem>> {
            Box::pin(search::page(self, query, from))
        }

        fn locked<'a>(
            &'a self,
            from: Option<&'a $crate::domain::Cursor>,
        ) -> $crate::provider::BoxFuture<'a, Result<$crate::domain::Page, $crate::domain::Problem>> {
            Box::pin(search::locked(self, from))
        }

        fn fetch<'a>(
            &'a self,
            id: &'a $crate::domain::Untrusted,
        ) -> $crate::provider::BoxFuture<'a, Result<Option<$crate::domain::Account>, $crate::domain::Problem>> {
            Box::pin(read::account(self, id))
        }

        fn unlock<'a>(
            &'a self,
            unlock: &'a $crate::ledger::Recorded<$crate::domain::Unlock>,
        ) -> $crate::provider::BoxFuture<'a, $crate::domain::UnlockReply> {
            Box::pin(unlock::send(self, unlock))
        }

        fn check(&self) -> $crate::provider::BoxFuture<'_, Vec<$crate::domain::CheckResult>> {
            Box::pin(check::findings(self))
        }
    };
}

/// A provider that speaks HTTP, with its work in modules as `calls_in_modules` has it, and the field `client`; `poll`
/// for one whose requests can be pending (`unlock::poll`). What differs from the trait's own way follows.
macro_rules! provider_in_modules {
    ($provider:ty: $($poll:ident)? { $($more:item)* }) => {
        impl $crate::provider::Provider for $provider {
            $crate::provider::api::calls_in_modules! {}

            fn health(&self) -> $crate::domain::ProviderHealth {
                self.client.http.health()
            }

            fn forget_refusal(&self) {
                self.client.tokens.forget_failure();
            }

            $(fn $poll<'a>(
                &'a self,
                unlock: &'a $crate::ledger::Recorded<$crate::domain::Unlock>,
                token: &'a $crate::domain::Untrusted,
                waited: std::time::Duration,
            ) -> $crate::provider::BoxFuture<'a, $crate::domain::UnlockReply> {
                Box::pin(unlock::$poll(self, unlock, token, waited))
            })?

            $($more)*
        }
    };
}

pub(super) use {calls_in_modules, provider_in_modules};
