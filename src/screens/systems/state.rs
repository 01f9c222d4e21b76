//! How the systems are doing: a card for each, with the lines of `unbolt check`.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::{CheckGrade, CheckResult, ProviderName};
use crate::screens::list_state::{ListState, Rows, SortKey};

/// The column that orders the cards at first: what needs somebody on top.
const RESULT: usize = 1;

/// What was found about a system.
#[derive(Clone, Debug)]
pub struct SystemCard {
    /// The system.
    pub name: ProviderName,
    /// What needs somebody first.
    pub found: Vec<CheckResult>,
}

impl SystemCard {
    /// The worst of it.
    pub fn worst(&self) -> CheckGrade {
        CheckResult::worst(&self.found)
    }

    /// How many findings are that bad.
    pub fn count(&self, grade: CheckGrade) -> usize {
        self.found.iter().filter(|one| one.grade == grade).count()
    }
}

/// The tab.
#[derive(Clone, Debug, Default)]
pub struct SystemsTab {
    /// A card for each system that was checked, in the configuration's order.
    pub cards: Vec<SystemCard>,
    /// Selection, filter and order of the cards.
    pub list: ListState,
    /// When the last of it was found.
    pub as_of: Option<Timestamp>,
    /// The systems that are being looked at.
    pub checking: BTreeSet<ProviderName>,
}

impl SystemsTab {
    /// Without a card, ordered as it is at first.
    pub fn new() -> Self {
        Self { list: ListState::sorted_by(RESULT), ..Self::default() }
    }

    /// The selected card.
    pub fn selected(&self) -> Option<&SystemCard> {
        self.list.selected().and_then(|row| self.cards.get(row))
    }

    /// Takes what was found about a system just now.
    pub fn take(&mut self, order: &[ProviderName], name: ProviderName, mut found: Vec<CheckResult>, now: Timestamp) {
        self.checking.remove(&name);
        self.as_of = Some(now);
        found.sort_by_key(|one| Reverse(one.grade));
        // Who hasn't moved yet reads from the top.
        let kept = self.selected().map(|card| card.name.clone()).filter(|_| self.list.at > 0);
        self.cards.retain(|card| card.name != name);
        self.cards.push(SystemCard { name, found });
        self.cards.sort_by_key(|card| order.iter().position(|other| *other == card.name));
        self.arrange();
        let kept = kept.and_then(|kept| self.cards.iter().position(|card| card.name == kept));
        self.list.select_or_first(kept);
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
        self.cards.len()
    }

    fn columns(&self) -> usize {
        2
    }

    fn text(&self, at: usize) -> String {
        let Some(card) = self.cards.get(at) else { return String::new() };
        let found = card.found.iter().map(|one| format!("{} {} {}", one.grade.word(), one.topic, one.says.as_data()));
        found.fold(card.name.to_string(), |text, one| text + " " + &one)
    }

    fn key(&self, at: usize, column: usize) -> SortKey {
        let Some(card) = self.cards.get(at) else { return SortKey::Absent };
        match column {
            0 => SortKey::text(card.name.as_str()),
            _ => SortKey::Number(-(card.worst() as i64) * 1_000 - i64::try_from(card.count(card.worst())).unwrap_or(0)),
        }
    }
}
