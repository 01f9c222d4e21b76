//! Who is locked in one system, page by page.

use std::ops::ControlFlow;

use crate::domain::{Code, Cursor, LockedQueryEvent, Page, Problem};
use crate::provider::paging::each_page;
use crate::provider::{BoxFuture, Provider};

/// Pages through one provider's list of the locked; each provider goes at its own pace. It ends with the list,
/// with a problem, or when nobody listens any more.
pub async fn locked(provider: &dyn Provider, mut tell: impl FnMut(LockedQueryEvent) -> bool) {
    let (name, kind) = (provider.info().name.clone(), provider.info().kind);
    let (mut count, mut pages, mut seen) = (0, 0u64, 0);
    let fetch = |from: Option<Cursor>| -> BoxFuture<'_, Result<Page, Problem>> {
        Box::pin(async move { provider.locked(from.as_ref()).await })
    };
    let take = |page: Page| {
        pages += 1;
        count += page.accounts.len();
        seen += page.looked_at;
        let accounts = std::iter::once(LockedQueryEvent::Accounts(name.clone(), page.accounts));
        let problems = page.problems.into_iter().map(|problem| LockedQueryEvent::Problem(name.clone(), problem));
        let paged = (pages % 10 == 0).then(|| LockedQueryEvent::Paged(name.clone(), seen, page.total));
        if accounts.chain(problems).chain(paged).all(&mut tell) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let read = each_page(fetch, take).await;
    let is_list = read.as_ref().map_or_else(|problem| problem.code == Code::Incomplete, |()| true);
    if let Err(problem) = read {
        tell(LockedQueryEvent::Problem(name.clone(), problem));
    }
    if is_list {
        tell(LockedQueryEvent::Done(name, count, kind.0.blind_spot));
    }
}
