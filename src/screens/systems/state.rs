//! How the providers are doing: the lines of `unbolt check`, live.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::{Finding, Grade, ProviderName};

use crate::screens::list_state::{ListState, Rows, SortKey};

/// The tab.
#[derive(Clone, Debug, Default)]
pub struct SystemsTab {
    /// What was found, by provider, in the configuration's order.
    pub found: Vec<(ProviderName, Vec<Finding>)>,
    /// Selection, filter and order of the lines.
    pub list: ListState,
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

    /// The selected line.
    #[must_use]
    pub fn selected(&self) -> Option<(&ProviderName, &Finding)> {
        self.list.selected().and_then(|row| self.rows().nth(row))
    }

    /// Takes what was found about a provider just now.
    pub fn take(&mut self, order: &[ProviderName], name: ProviderName, found: Vec<Finding>, now: Timestamp) {
        self.checking.remove(&name);
        self.as_of = Some(now);
        let kept = self.selected().map(|(name, one)| (name.clone(), one.topic, one.says.clone()));
        // Who hasn't moved yet reads from the top.
        let kept = kept.filter(|_| self.list.at > 0);
        self.found.retain(|(other, _)| *other != name);
        self.found.push((name, found));
        self.found.sort_by_key(|(name, _)| order.iter().position(|other| other == name));
        let same = |(name, one): (&ProviderName, &Finding)| {
            kept.as_ref().is_some_and(|kept| (&kept.0, kept.1, &kept.2) == (name, one.topic, &one.says))
        };
        let at = self.rows().position(same);
        let was = self.list.at;
        self.arrange();
        match at {
            Some(row) => self.list.select(row),
            None => {
                self.list.at = was;
                self.list.scroll();
            }
        }
    }

    /// Filters and orders anew.
    pub fn arrange(&mut self) {
        let mut list = std::mem::take(&mut self.list);
        list.arrange(self);
        self.list = list;
    }
}

impl Rows for SystemsTab {
    fn count(&self) -> usize {
        self.rows().count()
    }

    fn columns(&self) -> usize {
        4
    }

    fn text(&self, at: usize) -> String {
        let row = self.rows().nth(at);
        row.map(|(name, one)| format!("{name} {} {} {}", one.grade.word(), one.topic, one.says.as_data()))
            .unwrap_or_default()
    }

    fn key(&self, at: usize, column: usize) -> SortKey {
        let Some((name, one)) = self.rows().nth(at) else { return SortKey::Absent };
        match column {
            0 => SortKey::text(name.as_str()),
            // What needs somebody first.
            1 => SortKey::Number(match one.grade {
                Grade::Bad => 0,
                Grade::Warn => 1,
                Grade::NotTold => 2,
                Grade::Good => 3,
            }),
            2 => SortKey::text(one.topic),
            _ => SortKey::text(one.says.as_data()),
        }
    }
}
