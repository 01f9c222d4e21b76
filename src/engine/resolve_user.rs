//! WHO, as every command understands it: an exact name wins alone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::Core;
use crate::domain::{Account, MatchMode, Problem, ProviderName, Query};
use crate::flow::identity_linking::people;
use crate::provider::Provider;

/// The most hits that are read in full; more are counted and named.
const READS: usize = 50;
/// The most people whose other accounts are looked for.
const COMPLETED: usize = 10;

/// What was found.
#[derive(Clone, Default)]
pub struct ResolvedUsers {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// One problem per provider that couldn't answer, and per row that couldn't be understood.
    pub problems: Vec<(ProviderName, Problem)>,
    /// True when there are more hits than were read.
    pub more: bool,
}

/// How long the answers that are there wait for the others.
const QUIET: Duration = Duration::from_secs(1);

/// Searches the chosen providers and reads every hit in full.
pub async fn search(core: &Core, who: &str, how: MatchMode, asks: impl Fn(&ProviderName) -> bool) -> ResolvedUsers {
    search_telling(core, who, how, asks, &mut |_, _| ()).await
}

/// The same; `tell` hears what is there, and who is still asked, when somebody takes longer than the others.
async fn search_telling(
    core: &Core,
    who: &str,
    how: MatchMode,
    asks: impl Fn(&ProviderName) -> bool,
    tell: &mut (dyn FnMut(&ResolvedUsers, &[ProviderName]) + Send),
) -> ResolvedUsers {
    let query = Query::new(who, how);
    let mut asking = JoinSet::new();
    for (at, provider) in core.providers().iter().enumerate() {
        if asks(&provider.info().name) {
            let (provider, query) = (Arc::clone(provider), query.clone());
            asking.spawn(async move { (at, one(provider.as_ref(), &query).await) });
        }
    }
    let mut answers: BTreeMap<usize, ResolvedUsers> = BTreeMap::new();
    let mut is_news = false;
    while !asking.is_empty() {
        tokio::select! {
            Some(answer) = asking.join_next() => {
                answers.extend(answer);
                is_news = true;
            }
            () = tokio::time::sleep(QUIET), if is_news => {
                is_news = false;
                let providers = core.providers().iter().enumerate();
                let asked = providers.filter(|(at, one)| asks(&one.info().name) && !answers.contains_key(at));
                let asked: Vec<ProviderName> = asked.map(|(_, one)| one.info().name.clone()).collect();
                tell(&joined(answers.values().cloned()), &asked);
            }
        }
    }
    joined(answers.into_values())
}

fn joined(hits: impl Iterator<Item = ResolvedUsers>) -> ResolvedUsers {
    hits.fold(ResolvedUsers::default(), |mut all, hits| {
        all.accounts.extend(hits.accounts);
        all.problems.extend(hits.problems);
        all.more |= hits.more;
        all
    })
}

/// Each provider's exact hits; where no provider has any, those by prefix. `tell` hears what is there, and who is still
/// asked, when somebody takes longer than the others.
pub async fn find(
    core: &Core,
    who: &str,
    tell: &mut (dyn FnMut(&ResolvedUsers, &[ProviderName]) + Send),
) -> ResolvedUsers {
    let mut hits = search_telling(core, who, MatchMode::Exact, |_| true, tell).await;
    if hits.accounts.is_empty() {
        // Whoever couldn't answer the first question isn't asked a second one.
        let failed: Vec<ProviderName> = hits.problems.iter().map(|(name, _)| name.clone()).collect();
        let prefix = search(core, who, MatchMode::Prefix, |name| !failed.contains(name)).await;
        hits = joined([hits, prefix].into_iter());
    }
    complete(core, &mut hits).await;
    hits
}

/// Looks for the people's accounts in the providers that the text itself didn't lead to.
pub async fn complete(core: &Core, hits: &mut ResolvedUsers) {
    let people = people(&hits.accounts, core.joining());
    for person in people.iter().take(COMPLETED) {
        let own: Vec<&Account> =
            hits.accounts.iter().filter(|account| person.accounts.contains(&account.key)).collect();
        let has = |name: &ProviderName| own.iter().any(|account| account.key.provider == *name);
        let failed: Vec<ProviderName> = hits.problems.iter().map(|(name, _)| name.clone()).collect();
        let email = own.iter().find_map(|account| account.email.as_ref());
        let Some(text) = email.or_else(|| own.first().map(|account| &account.username)).cloned() else { continue };
        let more = search(core, text.as_data(), MatchMode::Exact, |name| !has(name) && !failed.contains(name)).await;
        let is_new = |account: &Account| hits.accounts.iter().all(|known| known.key != account.key);
        let new: Vec<Account> = more.accounts.into_iter().filter(|account| is_new(account)).collect();
        hits.accounts.extend(new);
        hits.problems.extend(more.problems);
    }
    let place =
        |account: &Account| core.providers().iter().position(|provider| provider.info().name == account.key.provider);
    hits.accounts.sort_by_key(place);
}

async fn one(provider: &dyn Provider, query: &Query) -> ResolvedUsers {
    let name = provider.info().name.clone();
    let mut page = match provider.search(query, None).await {
        Ok(page) => page,
        Err(problem) => return ResolvedUsers { problems: vec![(name, problem)], ..ResolvedUsers::default() },
    };
    if query.how == MatchMode::Exact && !page.is_resolved {
        // The server's word alone is not enough to act on.
        page.accounts.retain(|account| account.is_exactly(query.text.as_data()));
    }
    let more = page.next.is_some() || page.accounts.len() > READS;
    let problems = page.problems.into_iter().chain(page.incomplete).map(|problem| (name.clone(), problem));
    let mut hits = ResolvedUsers { accounts: Vec::new(), problems: problems.collect(), more };
    let reads = page.accounts.iter().take(READS).map(|account| provider.read(&account.key.id));
    for (listed, read) in page.accounts.iter().zip(futures_util::future::join_all(reads).await) {
        match read {
            Ok(Some(account)) => hits.accounts.push(account),
            // Gone between the list and the read: not there.
            Ok(None) => {}
            Err(problem) => {
                hits.problems.push((name.clone(), problem.clone()));
                let lock = crate::domain::Lock::Unknown { problem: Some(Box::new(problem.clone())) };
                hits.accounts.push(Account { lock, problem: Some(problem), ..listed.clone() });
            }
        }
    }
    hits
}
