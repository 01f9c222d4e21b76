//! Whose open unlocks are ours to settle.

use crate::domain::{OpenUnlock, Outcome, Problem};
use crate::engine::Core;
use crate::ledger::Unlocked;
use crate::provider::ProviderInfo;

pub(super) fn may_resend(core: &Core, unlocked: &Unlocked) -> bool {
    let is_in_doubt = unlocked.outcome.is_none_or(|(outcome, _)| outcome == Outcome::Unknown);
    let provider = core.provider(&unlocked.unlock.key.provider).map(|provider| provider.info());
    is_in_doubt && provider.is_some_and(|about| about.takes_a_name_once && is_same_system(about, unlocked))
}

pub(super) fn is_same_system(about: &ProviderInfo, unlocked: &Unlocked) -> bool {
    about.system == unlocked.unlock.system.as_data()
}

/// True when this configuration can look at it.
#[must_use]
pub fn is_ours(core: &Core, unlocked: &Unlocked) -> bool {
    let provider = core.provider(&unlocked.unlock.key.provider);
    provider.is_some_and(|provider| is_same_system(provider.info(), unlocked))
}

/// The unlocks in this ledger that have to be looked at.
///
/// # Errors
/// A [`Problem`] when it can't be read.
pub fn open_unlocks(core: &Core) -> Result<Vec<(Unlocked, OpenUnlock)>, Problem> {
    let open = core.index().open_unlocks()?;
    Ok(open.into_iter().filter_map(|unlocked| unlocked.open().map(|open| (unlocked, open))).collect())
}
