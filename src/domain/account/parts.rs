//! The parts of an account: locks, password, facts, rights.

use jiff::Timestamp;

use crate::domain::{Layer, Lock, Untrusted};

/// The state of one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerLock {
    /// Which.
    pub layer: Layer,
    /// Its state.
    pub lock: Lock,
    /// What the system itself says of it, in its own words (`account OK`, `isLocked false`).
    pub reported: Untrusted,
}

/// The state of the password, apart from any lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasswordState {
    /// The system's own word for it (`OK`, `PASSWORD_EXPIRED`, …).
    pub status: Option<Untrusted>,
    /// True where the password has run out or must be changed, so that an unlock alone won't let the person in.
    pub needs_change: bool,
    /// When it was set.
    pub changed: Option<Timestamp>,
    /// When it runs out.
    pub expires: Option<Timestamp>,
}

/// Whether the configured credentials may unlock this account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MayUnlock {
    /// The system says so.
    Yes,
    /// It says no, and why.
    No(Untrusted),
    /// It doesn't say before one tries.
    Unknown,
}

/// One more thing a system says of an account, for the detail pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFact {
    /// The heading it stands under.
    pub group: Untrusted,
    /// Its name for people: ours or, for a custom attribute, the system's.
    pub label: Untrusted,
    /// Its value as text; blank where the system has told none.
    pub value: Untrusted,
}

impl AccountFact {
    /// A fact under one of our own labels.
    pub fn new(label: &str, value: impl Into<Untrusted>) -> Self {
        Self { group: "Account".into(), label: label.into(), value: value.into() }
    }

    /// Those of these facts that the system has told, each under its label.
    pub fn told<const N: usize>(rows: [(&str, Option<Untrusted>); N]) -> Vec<Self> {
        rows.into_iter().filter_map(|(label, value)| Some(Self::new(label, value?))).collect()
    }

    /// Label and value in a line; a system that has told no value has reported none.
    pub fn line(&self) -> String {
        let value = if self.value.is_blank() { "not reported".to_owned() } else { self.value.cell() };
        format!("{}: {value}", self.label.cell())
    }
}
