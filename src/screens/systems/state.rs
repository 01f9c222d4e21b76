//! How the providers are doing: the lines of `unbolt check`, live.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::Finding;
use crate::domain::ProviderName;

use crate::screens::list_state::ListState;

/// The tab.
#[derive(Clone, Debug, Default)]
pub struct SystemsTab {
    /// What was found, by provider, in the configuration's order.
    pub found: Vec<(ProviderName, Vec<Finding>)>,
    /// Which line is selected.
    pub lines: ListState,
    /// When the last of it was found.
    pub as_of: Option<Timestamp>,
    /// The providers that are being looked at.
    pub checking: BTreeSet<ProviderName>,
}

impl SystemsTab {
    /// Every line with its provider.
    pub fn rows(&self) -> impl Iterator<Item = (&ProviderName, &Finding)> {
        self.found.iter().flat_map(|(name, found)| found.iter().map(move |one| (name, one)))
    }

    /// Takes what was found about a provider just now.
    pub fn take(&mut self, order: &[ProviderName], name: ProviderName, found: Vec<Finding>, now: Timestamp) {
        self.checking.remove(&name);
        self.as_of = Some(now);
        let kept = self.rows().nth(self.lines.at).map(|(name, one)| (name.clone(), one.topic, one.says.clone()));
        self.found.retain(|(other, _)| *other != name);
        self.found.push((name, found));
        self.found.sort_by_key(|(name, _)| order.iter().position(|other| other == name));
        let same = |(name, one): (&ProviderName, &Finding)| {
            kept.as_ref().is_some_and(|kept| (&kept.0, kept.1, &kept.2) == (name, one.topic, &one.says))
        };
        // Who hasn't moved yet reads from the top.
        let at = self.rows().position(same).filter(|_| self.lines.at > 0);
        self.lines.at = at.unwrap_or(self.lines.at);
        self.lines.scroll(self.rows().count());
    }
}
