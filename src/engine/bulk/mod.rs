//! Performs what lists need: asking for every line, keeping plans, running rows, remembering.

pub mod plan_store;
pub mod planning;
pub mod run_driver;
pub mod run_lock;
pub mod runs;

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use crate::bulk::RunSettings;
use crate::bulk::plan::Verdict;
use crate::bulk::run::Concurrency;
use crate::domain::digest::sha256_hex;
use crate::domain::{AuditContext, ProviderName};
use crate::provider::ProviderInfo;

use super::Core;

/// The digest of what a plan depends on: which systems there are, and the rules.
pub fn config_digest(core: &Core) -> String {
    let mut text = String::new();
    for provider in core.providers() {
        text += &format!("{}\n{}\n", provider.info().name, provider.info().system);
    }
    sha256_hex(&format!("{text}{:?}", core.policy()))
}

/// How a provider is treated. A row is between two requests now and then, so a few more are begun than may ask at once.
fn pace(about: &ProviderInfo) -> Concurrency {
    let window = usize::try_from(about.http.max_parallel).unwrap_or(1).max(1);
    Concurrency {
        window: window + window / 4,
        settles_after: about.http.settles_after(),
        system: about.system.as_str().into(),
    }
}

/// The settings of a run on this core.
pub fn settings(core: &Core, id: Uuid, verdicts: Vec<Verdict>, audit: AuditContext, wait: Duration) -> RunSettings {
    let about = core.providers().iter().map(|provider| provider.info());
    RunSettings {
        id,
        paces: about.map(|about| (about.name.clone(), pace(about))).collect(),
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
pub fn estimate(core: &Core, rows_by_provider: &BTreeMap<ProviderName, u64>) -> Duration {
    let of = |(name, rows): (&ProviderName, &u64)| {
        let rate = core.provider(name).map_or(1, |provider| provider.info().http.max_per_second.max(1));
        Duration::from_secs((rows * 4).div_ceil(u64::from(rate)))
    };
    rows_by_provider.iter().map(of).max().unwrap_or_default()
}
