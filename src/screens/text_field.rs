//! Text fields. Only visible text ever gets in.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

use crate::domain::sanitize::is_dangerous;

/// No field takes more characters.
const LONGEST: usize = 256;

/// Edits the field; true when the text changed.
pub fn edit(input: &mut Input, key: &KeyEvent) -> bool {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let request = match key.code {
        KeyCode::Char('w') if ctrl => InputRequest::DeletePrevWord,
        KeyCode::Char('u') if ctrl => InputRequest::DeleteLine,
        KeyCode::Char('k') if ctrl => InputRequest::DeleteTillEnd,
        KeyCode::Char('e') if ctrl => InputRequest::GoToEnd,
        KeyCode::Char(c) if !ctrl && !key.modifiers.contains(KeyModifiers::ALT) => {
            if is_dangerous(c) || input.value().chars().count() >= LONGEST {
                return false;
            }
            InputRequest::InsertChar(c)
        }
        KeyCode::Backspace => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left if ctrl => InputRequest::GoToPrevWord,
        KeyCode::Right if ctrl => InputRequest::GoToNextWord,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        _ => return false,
    };
    input.handle(request).is_some_and(|changed| changed.value || changed.cursor)
}

/// Pastes: line ends and tabs become spaces, what is dangerous is left out, and nothing submits.
pub fn paste(input: &mut Input, text: &str) {
    let mut last_space = false;
    for c in text.trim().chars() {
        let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
        let doubled = c == ' ' && last_space;
        if doubled || is_dangerous(c) || input.value().chars().count() >= LONGEST {
            continue;
        }
        last_space = c == ' ';
        input.handle(InputRequest::InsertChar(c));
    }
}
