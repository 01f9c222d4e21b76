//! A backend as small as one can be: users in a file, told by several replicas, without HTTP. It is built in only with
//! the feature `example-backend`, to show that a folder and a line in the registry are all that a new one needs.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Account, AccountKey, BadLogins, Capabilities, Cause, CheckResult, Code, Cursor, KindSpec, Layer, LayerLock, Lock,
    MatchMode, Page, Problem, ProviderHealth, ProviderKind, Query, Replica, Unlock, UnlockReply, Untrusted,
};
use crate::ledger::Recorded;
use crate::provider::registry::{Backend, BackendSettings, BackendSpec, BuildContext, Question};
use crate::provider::{BoxFuture, Provider, ProviderInfo};
use crate::settings::SecretRef;

/// The example as a kind of system.
pub const KIND: KindSpec = KindSpec { word: "example", capabilities: Capabilities::DIRECTORY, blind_spot: "" };

impl Backend for Settings {
    const SPEC: BackendSpec = BackendSpec {
        kind: &KIND,
        variables: &[],
        questions: &[Question::needed("file", "The file that holds the users", "/users.json")],
        secret: "password",
        secret_is: "the password of the service account",
        least_role: "Any account will do.",
    };

    fn build(settings: &Settings, context: BuildContext<'_>) -> Result<Arc<dyn Provider>, Problem> {
        let info = context.info(&KIND, settings.file.display().to_string(), Vec::new());
        Ok(Arc::new(Example { info, file: settings.file.clone() }))
    }
}

/// Its settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The file that holds the users.
    pub file: PathBuf,
    /// The password of the service account.
    pub password: SecretRef,
}

impl BackendSettings for Settings {
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    fn endpoints(&self) -> Vec<String> {
        Vec::new()
    }

    fn secrets(&self) -> Vec<&SecretRef> {
        vec![&self.password]
    }
}

/// A user in the file.
#[derive(Deserialize, Serialize)]
struct User {
    id: String,
    username: String,
    email: String,
    replicas: Vec<Seen>,
}

/// What a replica says of a user.
#[derive(Deserialize, Serialize)]
struct Seen {
    name: String,
    locked: bool,
    failures: u32,
}

struct Example {
    info: ProviderInfo,
    file: PathBuf,
}

impl Example {
    fn users(&self) -> Result<Vec<User>, Problem> {
        let read = std::fs::read_to_string(&self.file).map_err(|e| e.to_string());
        let users = read.and_then(|text| serde_json::from_str(&text).map_err(|e| e.to_string()));
        users.map_err(|why| Problem::new(Code::Unreachable, "the users' file can't be read", why, "check `file`"))
    }

    fn account(&self, user: &User) -> Account {
        let now = Timestamp::now();
        let key = AccountKey { provider: self.info.name.clone(), id: user.id.as_str().into() };
        // Locked in one replica is locked: the others may not have heard of it yet.
        let lock = if user.replicas.iter().any(|replica| replica.locked) {
            Lock::Locked { since: None, until: None, cause: Cause::BadPasswords }
        } else {
            Lock::Open
        };
        let replicas = user.replicas.iter().map(|replica| Replica {
            name: replica.name.as_str().into(),
            state: if replica.locked { "locked".into() } else { "open".into() },
            count: Some(replica.failures),
            as_of: Some(now),
            ..Replica::default()
        });
        let most = user.replicas.iter().map(|replica| replica.failures).max().unwrap_or(0);
        Account {
            email: Some(user.email.as_str().into()),
            enabled: Some(true),
            layers: vec![LayerLock { layer: Layer::ACCOUNT, lock: lock.clone(), reported: lock.word().into() }],
            lock,
            bad_logins: BadLogins { replicas: replicas.collect(), ..BadLogins::at_least(most, None) },
            ..Account::new(key, ProviderKind(&KIND), user.username.as_str().into(), now)
        }
    }

    fn page(&self, keeps: impl Fn(&Account) -> bool) -> Result<Page, Problem> {
        let users = self.users()?;
        let accounts: Vec<Account> = users.iter().map(|user| self.account(user)).filter(keeps).collect();
        Ok(Page { looked_at: users.len() as u64, accounts, ..Page::default() })
    }

    fn open(&self, id: &Untrusted) -> Result<UnlockReply, Problem> {
        let mut users = self.users()?;
        let Some(user) = users.iter_mut().find(|user| user.id == id.as_data()) else {
            return Err(Problem::new(Code::NotFound, "no such user", "", "search again"));
        };
        for replica in &mut user.replicas {
            (replica.locked, replica.failures) = (false, 0);
        }
        let text = serde_json::to_string(&users).unwrap_or_default();
        let failed = |e: std::io::Error| Problem::new(Code::Server, "the file can't be written", e.to_string(), "");
        std::fs::write(&self.file, text).map_err(failed)?;
        Ok(UnlockReply::Accepted("written to every replica".into()))
    }
}

impl Provider for Example {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn health(&self) -> ProviderHealth {
        ProviderHealth {
            reachable: Some(self.file.exists()),
            as_of: Some(Timestamp::now()),
            ..ProviderHealth::default()
        }
    }

    fn search<'a>(&'a self, query: &'a Query, _: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        let text = query.text.as_data();
        let fits = move |account: &Account| match query.how {
            MatchMode::Exact => account.is_exactly(text),
            MatchMode::Prefix => account.fits(text),
        };
        Box::pin(std::future::ready(self.page(fits)))
    }

    fn locked<'a>(&'a self, _: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(std::future::ready(self.page(|account| account.lock.is_locked())))
    }

    fn fetch<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Account>, Problem>> {
        let users = self.users();
        let found = users.map(|users| users.iter().find(|user| user.id == id.as_data()).map(|user| self.account(user)));
        Box::pin(std::future::ready(found))
    }

    fn unlock<'a>(&'a self, unlock: &'a Recorded<Unlock>) -> BoxFuture<'a, UnlockReply> {
        let reply = self.open(&unlock.what().key.id).unwrap_or_else(UnlockReply::NotDone);
        Box::pin(std::future::ready(reply))
    }

    fn check(&self) -> BoxFuture<'_, Vec<CheckResult>> {
        let found = match self.users() {
            Ok(users) => CheckResult::good("right", format!("reads users: {}", users.len())),
            Err(problem) => CheckResult::bad("right", "to read users", &problem),
        };
        Box::pin(std::future::ready(vec![found]))
    }
}
