//! Questions to the operator. Each names what will happen to whom, and hears no key before it was drawn.

use tui_input::Input;

use crate::bulk::Candidate;
use crate::domain::{AccountKey, Untrusted};
use crate::policy::Rule;

use super::action::Action;
use super::keymap::Place;

/// A question on the screen.
#[derive(Clone, Debug)]
pub struct Dialog {
    /// What is asked.
    pub ask: Ask,
    /// The revision that shows it; keys before that frame are type-ahead, and ignored.
    pub since: u64,
    /// True once it is on the screen.
    pub drawn: bool,
}

/// What can be asked.
#[derive(Clone, Debug)]
pub enum Ask {
    /// May this account be unlocked?
    Unlock(Confirm),
    /// May all of these be unlocked?
    Everywhere {
        /// The locked accounts that will be.
        keys: Vec<AccountKey>,
        /// Whose.
        person: Untrusted,
    },
    /// What is the ticket?
    Ticket {
        /// The text.
        input: Input,
        /// The unlock that goes on once there is one.
        then: Option<Box<Ask>>,
    },
    /// Everything that is known of an account; the text filters it.
    Details {
        /// Which account.
        key: AccountKey,
        /// The text.
        filter: Input,
        /// The first line shown.
        top: usize,
    },
    /// Which file holds the list?
    OpenList(Input),
    /// Where shall the list be saved?
    SaveList(Input),
    /// Which of these accounts does a row mean?
    Choose {
        /// The row.
        row: usize,
        /// The accounts.
        candidates: Vec<Candidate>,
        /// The one that is chosen now.
        at: usize,
    },
    /// May the list be run?
    Bulk {
        /// The number as it is being typed, where more than a few need it.
        typed: Option<Input>,
    },
    /// May the list be forgotten?
    NewList,
    /// May a run that stopped go on?
    GoOn {
        /// The number as it is being typed, where more than a few need it.
        typed: Option<Input>,
    },
    /// May the rows that failed be done again?
    Retry {
        /// The number as it is being typed, where more than a few need it.
        typed: Option<Input>,
    },
    /// May the program end, and the list with it?
    Leave,
    /// Which action? The text filters them.
    Palette {
        /// The text.
        filter: Input,
        /// What can be done here.
        actions: Vec<Action>,
        /// The chosen one, among those that fit the text.
        at: usize,
    },
    /// The keys; the text filters them.
    Help {
        /// The text.
        filter: Input,
        /// The place whose keys are shown.
        place: Place,
        /// The first line shown.
        top: usize,
    },
}

/// An unlock that waits for its confirmation.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// Which account.
    pub key: AccountKey,
    /// Whose.
    pub person: Untrusted,
    /// The id as it is being typed, where a deliberate lock needs it.
    pub typed: Option<Input>,
    /// The policy's rule that wants it typed.
    pub rule: Option<Rule>,
}

impl Dialog {
    /// Where its keys are looked up.
    #[must_use]
    pub fn place(&self) -> Place {
        match &self.ask {
            Ask::Unlock(Confirm { typed: None, .. }) | Ask::Everywhere { .. } => Place::Confirm,
            Ask::Choose { .. } | Ask::NewList | Ask::Leave => Place::Confirm,
            Ask::Bulk { typed } | Ask::GoOn { typed } | Ask::Retry { typed } => {
                if typed.is_some() {
                    Place::Text
                } else {
                    Place::Confirm
                }
            }
            Ask::Unlock(_) | Ask::Ticket { .. } | Ask::OpenList(_) | Ask::SaveList(_) => Place::Text,
            Ask::Palette { .. } => Place::Palette,
            Ask::Help { .. } | Ask::Details { .. } => Place::Help,
        }
    }

    /// Its text field.
    pub fn input(&mut self) -> Option<&mut Input> {
        match &mut self.ask {
            Ask::Unlock(confirm) => confirm.typed.as_mut(),
            Ask::Bulk { typed } | Ask::GoOn { typed } | Ask::Retry { typed } => typed.as_mut(),
            Ask::Everywhere { .. } | Ask::Choose { .. } | Ask::NewList | Ask::Leave => None,
            Ask::OpenList(input) | Ask::SaveList(input) => Some(input),
            Ask::Ticket { input, .. } => Some(input),
            Ask::Help { filter, .. } | Ask::Details { filter, .. } | Ask::Palette { filter, .. } => Some(filter),
        }
    }
}
