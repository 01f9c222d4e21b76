//! WHO, as every command understands it: an exact name wins alone.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::domain::{Account, Match, Problem, ProviderName, Query};
use crate::provider::Provider;
use crate::runtime::Core;

/// The most hits that are read in full; more are counted and named.
const READS: usize = 50;

/// What was found.
#[derive(Default)]
pub struct Hits {
    pub accounts: Vec<Account>,
    /// One problem per provider that couldn't answer, and per row that couldn't be understood.
    pub problems: Vec<(ProviderName, Problem)>,
    /// True when there are more hits than were read.
    pub more: bool,
}

/// Searches the providers (all, or one) and reads every hit in full.
pub async fn search(core: &Core, who: &str, how: Match, only: Option<&str>) -> Hits {
    let query = Query::new(who, how);
    let mut asking = JoinSet::new();
    for (at, provider) in core.providers().iter().enumerate() {
        if only.is_none_or(|name| provider.about().name.as_str() == name) {
            let (provider, query) = (Arc::clone(provider), query.clone());
            asking.spawn(async move { (at, one(provider.as_ref(), &query).await) });
        }
    }
    let mut answers: Vec<(usize, Hits)> = asking.join_all().await;
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().fold(Hits::default(), |mut all, (_, hits)| {
        all.accounts.extend(hits.accounts);
        all.problems.extend(hits.problems);
        all.more |= hits.more;
        all
    })
}

/// Exact hits, or none: then by prefix.
pub async fn find(core: &Core, who: &str) -> Hits {
    let exact = search(core, who, Match::Exact, None).await;
    if exact.accounts.is_empty() && exact.problems.is_empty() {
        return search(core, who, Match::Prefix, None).await;
    }
    exact
}

async fn one(provider: &dyn Provider, query: &Query) -> Hits {
    let name = provider.about().name.clone();
    let mut hits = Hits::default();
    let page = match provider.search(query, None).await {
        Ok(page) => page,
        Err(problem) => {
            hits.problems.push((name, problem));
            return hits;
        }
    };
    hits.more = page.next.is_some() || page.accounts.len() > READS;
    hits.problems.extend(page.problems.into_iter().map(|problem| (name.clone(), problem)));
    let reads = page.accounts.iter().take(READS).map(|account| provider.read(&account.key.id));
    for (listed, read) in page.accounts.iter().zip(futures_util::future::join_all(reads).await) {
        match read {
            Ok(Some(account)) => hits.accounts.push(account),
            // Gone between the list and the read: not there.
            Ok(None) => {}
            Err(problem) => {
                let lock = crate::domain::Lock::Unknown { problem: Some(Box::new(problem.clone())) };
                hits.accounts.push(Account { lock, problem: Some(problem), ..listed.clone() });
            }
        }
    }
    hits
}
