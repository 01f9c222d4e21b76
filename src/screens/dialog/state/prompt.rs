//! What a dialog asks for.

use tui_input::Input;

use crate::bulk::Candidate;
use crate::domain::{AccountKey, Untrusted};
use crate::policy::PolicyRule;
use crate::screens::action::Action;
use crate::screens::keymap::KeyContext;

/// What can be asked.
#[derive(Clone, Debug)]
pub enum Prompt {
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
        then: Option<Box<Prompt>>,
    },
    /// Everything that is known of an account; the text filters it.
    Details {
        /// Which account.
        key: AccountKey,
        /// The text.
        filter: Input,
    },
    /// Which line is added to the list?
    AddLines(Input),
    /// What shall this line of the list say?
    EditLine {
        /// The line.
        line: u64,
        /// What is typed.
        input: Input,
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
    /// Which of several locked accounts is to be unlocked?
    Which {
        /// The accounts.
        keys: Vec<AccountKey>,
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
        place: KeyContext,
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
    pub rule: Option<PolicyRule>,
    /// The unlock of this account that is still open, which wants it typed too.
    pub earlier: Option<String>,
}
