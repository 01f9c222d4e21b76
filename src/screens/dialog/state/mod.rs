//! Questions to the operator. Each names what will happen to whom, and hears no key before it was drawn.

mod prompt;

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use tui_input::Input;

use crate::screens::keymap::KeyContext;
use crate::widgets::VisibleLines;

pub use prompt::{Confirm, Prompt};

/// A question on the screen.
#[derive(Clone, Debug)]
pub struct Dialog {
    /// What is asked.
    pub ask: Prompt,
    /// What is typed: an answer, a filter, or the id or the number that confirms; none where nothing is.
    pub field: Option<Input>,
    /// Which is chosen now, where one of several is: accounts, or the actions that fit the text.
    pub at: usize,
    /// The revision that shows it; keys before that frame are type-ahead, and ignored.
    pub since: u64,
    /// The first line of its text that shows, from 0.
    pub top: usize,
    /// What of its text was drawn last; none while it isn't on the screen.
    pub shown: Option<VisibleLines>,
    /// The ticket as it is being typed in this question.
    pub ticket: Option<Input>,
    /// When an answer counts: it is one only if no other key comes right behind it.
    pub answer_due: Option<Duration>,
}

impl Dialog {
    /// A question that the frame of that revision shows.
    pub fn new(ask: Prompt, field: Option<Input>, since: u64) -> Self {
        Self { ask, field, at: 0, since, top: 0, shown: None, ticket: None, answer_due: None }
    }

    /// True where an answer sends something: it has to be a key that stands alone.
    pub fn sends(&self) -> bool {
        self.ticket.is_none() && (self.is_about_unlocks() || matches!(self.ask, Prompt::GoOn | Prompt::Retry))
    }

    /// Chooses by a number that stands before a row, or one further by `j` and `k`; false where that chooses nothing.
    pub fn choose(&mut self, key: KeyEvent) -> bool {
        let Some(count) = self.choices() else { return false };
        let chosen = match key.code {
            KeyCode::Char('j') => Some(self.at + 1),
            KeyCode::Char('k') => self.at.checked_sub(1),
            KeyCode::Char(c) => c.to_digit(10).and_then(|n| usize::try_from(n).ok()).and_then(|n| n.checked_sub(1)),
            _ => None,
        };
        let Some(chosen) = chosen.filter(|chosen| *chosen < count) else { return false };
        self.at = chosen;
        true
    }

    /// True where something is asked, rather than looked through.
    pub fn is_question(&self) -> bool {
        !matches!(self.ask, Prompt::Help(_) | Prompt::Details(_) | Prompt::Palette(_))
    }

    /// True for a question that an unlock follows, which has the ticket as a field.
    pub fn is_about_unlocks(&self) -> bool {
        matches!(self.ask, Prompt::Unlock(_) | Prompt::Everywhere { .. } | Prompt::Bulk)
    }

    /// True once it hears keys: on the screen, and a question to its end, for it has to be read before it is answered.
    pub fn hears(&self) -> bool {
        let is_at_end = |shown: VisibleLines| shown.below == 0 && shown.top == self.top;
        self.shown.is_some_and(|shown| self.place().is_list() || is_at_end(shown))
    }

    /// Reads on, or back; false where there is no further.
    pub fn scroll(&mut self, by: isize) -> bool {
        let Some(shown) = self.shown else { return false };
        // No line of a question is passed over before it was drawn, however fast the keys come.
        let on = if self.place().is_list() { shown.below } else { shown.below.min(shown.room) };
        let before = self.top;
        self.top = self.top.saturating_add_signed(by).min(shown.top + on);
        self.top != before
    }

    /// Takes what a frame shows of it.
    pub fn drawn(&mut self, shown: Option<VisibleLines>) {
        self.shown = shown;
        // The text may have become shorter.
        self.top = shown.map_or(self.top, |shown| self.top.min(shown.top + shown.below));
    }

    /// Where its keys are looked up.
    pub fn place(&self) -> KeyContext {
        match self.ask {
            _ if self.ticket.is_some() => KeyContext::Text,
            Prompt::OpenList | Prompt::SaveList => KeyContext::Path,
            Prompt::Palette(_) | Prompt::Choose { .. } | Prompt::Which(_) => KeyContext::Palette,
            Prompt::Help(_) | Prompt::Details(_) => KeyContext::Help,
            _ if self.field.is_some() => KeyContext::Text,
            _ => KeyContext::Confirm,
        }
    }

    /// True where a number confirms.
    pub fn takes_number(&self) -> bool {
        let by_number = matches!(self.ask, Prompt::Bulk | Prompt::GoOn | Prompt::Retry);
        by_number && self.field.is_some() && self.ticket.is_none()
    }

    /// Of how many accounts one is chosen; none where something else is asked.
    pub fn choices(&self) -> Option<usize> {
        match &self.ask {
            Prompt::Choose { candidates, .. } => Some(candidates.len()),
            Prompt::Which(keys) => Some(keys.len()),
            _ => None,
        }
    }

    /// Its text field: the ticket's while that is typed.
    pub fn input(&mut self) -> Option<&mut Input> {
        self.ticket.as_mut().or(self.field.as_mut())
    }
}
