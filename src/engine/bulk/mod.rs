//! Performs what lists need: asking for every line, keeping plans, running rows, remembering.

pub mod plan_store;
pub mod planning;
pub mod resume;
pub mod run_driver;
pub mod run_lock;
pub mod runs;

use std::collections::BTreeMap;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::bulk::RunSettings;
use crate::bulk::plan::Verdict;
use crate::bulk::plan_file::hex;
use crate::bulk::run::Concurrency;
use crate::domain::{AuditContext, ProviderName};

use super::Core;

/// The digest of what a plan depends on: which systems there are, and the rules.
#[must_use]
pub fn config_digest(core: &Core) -> String {
    let mut hasher = Sha256::new();
    for provider in core.providers() {
        hasher.update(format!("{}\n{}\n", provider.info().name, provider.info().system));
    }
    hasher.update(format!("{:?}", core.policy()));
    hex(&hasher.finalize())
}

/// How each provider is treated. A row is between two requests now and then, so a few more are begun than may ask at once.
#[must_use]
pub fn paces(core: &Core) -> BTreeMap<ProviderName, Concurrency> {
    let pace = |about: &crate::provider::ProviderInfo| {
        let window = usize::try_from(about.window).unwrap_or(1).max(1);
        Concurrency {
            window: window + window / 4,
            settles_after: about.settles_after,
            system: about.system.as_str().into(),
        }
    };
    core.providers().iter().map(|provider| (provider.info().name.clone(), pace(provider.info()))).collect()
}

/// The settings of a run on this core.
#[must_use]
pub fn settings(core: &Core, id: Uuid, verdicts: Vec<Verdict>, audit: AuditContext, wait: Duration) -> RunSettings {
    RunSettings {
        id,
        paces: paces(core),
        pause: CANARY_PAUSE,
        wait,
        verdicts,
        operator: core.ledger().operator().label(),
        audit,
    }
}

/// Long enough to see what the first rows did.
const CANARY_PAUSE: Duration = Duration::from_secs(2);

/// How long the rows take at the configured rates: a row costs about four requests.
#[must_use]
pub fn estimate(core: &Core, rows_by_provider: &BTreeMap<ProviderName, u64>) -> Duration {
    let of = |(name, rows): (&ProviderName, &u64)| {
        let rate = core.provider(name).map_or(1, |provider| provider.info().per_second.max(1));
        Duration::from_secs((rows * 4).div_ceil(u64::from(rate)))
    };
    rows_by_provider.iter().map(of).max().unwrap_or_default()
}
