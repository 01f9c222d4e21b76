//! Questions to the operator. Each names what will happen to whom, and hears no key before it was drawn.

mod prompt;

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use tui_input::Input;

use crate::screens::keymap::KeyContext;

pub use prompt::{Confirm, Prompt};

/// A question on the screen.
#[derive(Clone, Debug)]
pub struct Dialog {
    /// What is asked.
    pub ask: Prompt,
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

/// What of a box's text shows, in lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VisibleLines {
    /// The first one, from 0.
    pub top: usize,
    /// How many there is room for.
    pub room: usize,
    /// How many are still below.
    pub below: usize,
}

impl Dialog {
    /// A question that the frame of that revision shows.
    #[must_use]
    pub fn new(ask: Prompt, since: u64) -> Self {
        Self { ask, since, top: 0, shown: None, ticket: None, answer_due: None }
    }

    /// True where an answer sends something: it has to be a key that stands alone.
    #[must_use]
    pub fn sends(&self) -> bool {
        self.ticket.is_none()
            && matches!(
                self.ask,
                Prompt::Unlock(_)
                    | Prompt::Everywhere { .. }
                    | Prompt::Bulk { .. }
                    | Prompt::GoOn { .. }
                    | Prompt::Retry { .. }
            )
    }

    /// Chooses by a number that stands before a row, or one further by `j` and `k`; false where that chooses nothing.
    pub fn choose(&mut self, key: KeyEvent) -> bool {
        let (at, count) = match &mut self.ask {
            Prompt::Choose { candidates, at, .. } => (at, candidates.len()),
            Prompt::Which { keys, at } => (at, keys.len()),
            _ => return false,
        };
        let chosen = match key.code {
            KeyCode::Char('j') => Some(*at + 1),
            KeyCode::Char('k') => at.checked_sub(1),
            KeyCode::Char(c) => c.to_digit(10).and_then(|n| usize::try_from(n).ok()).and_then(|n| n.checked_sub(1)),
            _ => None,
        };
        match chosen.filter(|chosen| *chosen < count) {
            Some(chosen) => *at = chosen,
            None => return false,
        }
        true
    }

    /// True where something is asked, rather than looked through.
    #[must_use]
    pub fn is_question(&self) -> bool {
        !matches!(self.ask, Prompt::Help { .. } | Prompt::Details { .. } | Prompt::Palette { .. })
    }

    /// True for a question that an unlock follows, which has the ticket as a field.
    #[must_use]
    pub fn is_about_unlocks(&self) -> bool {
        matches!(self.ask, Prompt::Unlock(_) | Prompt::Everywhere { .. } | Prompt::Bulk { .. })
    }

    /// True once it hears keys: on the screen, and a question to its end, for it has to be read before it is answered.
    #[must_use]
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
    #[must_use]
    pub fn place(&self) -> KeyContext {
        if self.ticket.is_some() {
            return KeyContext::Text;
        }
        match &self.ask {
            Prompt::Unlock(Confirm { typed: None, .. }) | Prompt::Everywhere { .. } => KeyContext::Confirm,
            Prompt::NewList | Prompt::Leave => KeyContext::Confirm,
            Prompt::Bulk { typed } | Prompt::GoOn { typed } | Prompt::Retry { typed } => {
                if typed.is_some() {
                    KeyContext::Text
                } else {
                    KeyContext::Confirm
                }
            }
            Prompt::Unlock(_) | Prompt::Ticket { .. } | Prompt::AddLines(_) | Prompt::EditLine { .. } => {
                KeyContext::Text
            }
            Prompt::OpenList(_) | Prompt::SaveList(_) => KeyContext::Path,
            Prompt::Palette { .. } | Prompt::Choose { .. } | Prompt::Which { .. } => KeyContext::Palette,
            Prompt::Help { .. } | Prompt::Details { .. } => KeyContext::Help,
        }
    }

    /// True where a number confirms.
    #[must_use]
    pub fn takes_number(&self) -> bool {
        let by_number = matches!(
            self.ask,
            Prompt::Bulk { typed: Some(_) } | Prompt::GoOn { typed: Some(_) } | Prompt::Retry { typed: Some(_) }
        );
        by_number && self.ticket.is_none()
    }

    /// Which of several accounts is chosen, and how many there are; none where something else is asked.
    pub fn choice(&mut self) -> Option<(&mut usize, usize)> {
        match &mut self.ask {
            Prompt::Choose { candidates, at, .. } => Some((at, candidates.len())),
            Prompt::Which { keys, at } => Some((at, keys.len())),
            _ => None,
        }
    }

    /// Its text field.
    pub fn input(&mut self) -> Option<&mut Input> {
        if self.ticket.is_some() {
            return self.ticket.as_mut();
        }
        match &mut self.ask {
            Prompt::Unlock(confirm) => confirm.typed.as_mut(),
            Prompt::Bulk { typed } | Prompt::GoOn { typed } | Prompt::Retry { typed } => typed.as_mut(),
            Prompt::Everywhere { .. }
            | Prompt::Choose { .. }
            | Prompt::Which { .. }
            | Prompt::NewList
            | Prompt::Leave => None,
            Prompt::AddLines(input)
            | Prompt::OpenList(input)
            | Prompt::SaveList(input)
            | Prompt::EditLine { input, .. } => Some(input),
            Prompt::Ticket { input, .. } => Some(input),
            Prompt::Help { filter, .. } | Prompt::Details { filter, .. } | Prompt::Palette { filter, .. } => {
                Some(filter)
            }
        }
    }
}
