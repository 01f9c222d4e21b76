//! What a server says of itself in its root entry (RFC 4512 §5.1): where the directory begins, its name, its clock.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;

use crate::domain::{Code, Problem};

use super::Directory;
use super::connect::skew_ms;
use super::entry::LdapEntry;
use super::server::DirectoryServer;

const ROOT: [&str; 6] = [
    "defaultNamingContext",
    "configurationNamingContext",
    "namingContexts",
    "dnsHostName",
    "currentTime",
    "supportedCapabilities",
];

/// The first server that says what it is; all are asked, so that a dead one holds up nobody.
pub async fn first_root(servers: &[Arc<DirectoryServer>]) -> Result<(Arc<DirectoryServer>, LdapEntry), Problem> {
    // On tasks of their own: a login that is under way is not given up because another server was faster.
    let ask = |server: &Arc<DirectoryServer>| {
        let server = Arc::clone(server);
        tokio::spawn(async move {
            let root = server.root().await;
            root.map(|root| (server, root))
        })
    };
    let mut asked: FuturesUnordered<_> = servers.iter().map(ask).collect();
    let mut last: Option<Problem> = None;
    while let Some(answer) = asked.next().await {
        match answer {
            Ok(Ok(found)) => return Ok(found),
            // A refused login is told before a server that is down.
            Ok(Err(problem)) if problem.code == Code::Login => last = Some(problem),
            Ok(Err(problem)) => last = last.or(Some(problem)),
            Err(_) => {}
        }
    }
    Err(last.unwrap_or_else(|| Problem::new(Code::Unreachable, "no server answered", "", "check the servers")))
}

impl Directory {
    /// The head of the directory, and where people are in it.
    pub(super) fn bases(&self, root: &LdapEntry) -> Result<(String, String), Problem> {
        let contexts: Vec<String> = root.texts("namingContexts").iter().map(|one| one.as_data().to_owned()).collect();
        let named = self.access.settings.base_dn.clone();
        let ends = |base: &String| {
            contexts.iter().find(|context| base.to_lowercase().ends_with(&context.to_lowercase())).cloned()
        };
        match (root.word("defaultNamingContext"), contexts.as_slice(), named) {
            (Some(domain), _, named) => Ok((domain.to_owned(), named.unwrap_or_else(|| domain.to_owned()))),
            (None, [domain], named) => Ok((domain.clone(), named.unwrap_or_else(|| domain.clone()))),
            (None, _, Some(named)) => Ok((ends(&named).unwrap_or_else(|| named.clone()), named)),
            (None, several, None) => Err(Problem::new(
                Code::BadRequest,
                "it isn't clear where people are in this directory",
                format!("it has {} naming contexts", several.len()),
                "name one with base_dn",
            )),
        }
    }
}

impl DirectoryServer {
    /// What it says of itself; its clock is noted on the way.
    pub async fn root(&self) -> Result<LdapEntry, Problem> {
        let began = Timestamp::now();
        let root = self.entry("", &ROOT).await?.ok_or_else(|| {
            Problem::new(Code::BadAnswer, format!("{} says nothing of itself", self.name()), "", "is it a directory?")
        })?;
        if let Some(told) = root.generalized("currentTime") {
            let now = Timestamp::now();
            // It counts whole seconds: a difference within the exchange and one second is none.
            let skew = skew_ms(told, if told > now { now } else { began });
            self.access.health.lock().skew_ms = Some(if skew.abs() <= 1_000 { 0 } else { skew });
        }
        Ok(root)
    }
}
