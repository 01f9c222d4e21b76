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
        /// The question that is put once there is one, and its field.
        then: Option<(Box<Prompt>, Option<Input>)>,
    },
    /// Everything that is known of an account; the text filters it.
    Details(AccountKey),
    /// Which line is added to the list?
    AddLines,
    /// What shall this line of the list say?
    EditLine(u64, Untrusted),
    /// Which file holds the list?
    OpenList,
    /// Where shall the list be saved?
    SaveList,
    /// Which of these accounts does a row mean?
    Choose {
        /// The row.
        row: usize,
        /// The accounts.
        candidates: Vec<Candidate>,
    },
    /// Which of several locked accounts is to be unlocked?
    Which(Vec<AccountKey>),
    /// May the list be run?
    Bulk,
    /// May the list be forgotten?
    NewList,
    /// May a run that stopped go on?
    GoOn,
    /// May the rows that failed be done again?
    Retry,
    /// May the program end, and the list with it?
    Leave,
    /// Which of the actions that can be done here? The text filters them.
    Palette(Vec<Action>),
    /// The keys of a place; the text filters them.
    Help(KeyContext),
}

/// An unlock that waits for its confirmation.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// Which account.
    pub key: AccountKey,
    /// Whose.
    pub person: Untrusted,
    /// The policy's rule that wants its id typed.
    pub rule: Option<PolicyRule>,
    /// The unlock of this account that is still open, which wants it typed too.
    pub earlier: Option<String>,
}
