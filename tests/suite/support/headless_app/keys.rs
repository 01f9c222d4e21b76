//! Keys and texts, as somebody types them, and what the screen shows.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use unbolt::screens::Message;
use unbolt::widgets::Appearance;

use super::*;

pub fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let lines: Vec<String> = buffer
        .content
        .chunks(width.max(1))
        .map(|row| {
            let mut line = String::new();
            let mut skip = 0;
            for cell in row {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                line.push_str(cell.symbol());
                skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
            }
            line.trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

impl Desk {
    /// A key that stands alone, as an operator presses it: an answer counts once nothing has come behind it.
    pub fn key(&mut self, code: KeyCode) {
        self.event(KeyEvent::new(code, KeyModifiers::NONE));
    }

    pub fn ctrl(&mut self, c: char) {
        self.event(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
    }

    pub(super) fn event(&mut self, key: KeyEvent) {
        self.take(Message::Key(key));
        self.drawn();
        if let Some(due) = self.state.dialog.as_ref().and_then(|dialog| dialog.answer_due) {
            self.clock = self.clock.max(due);
            self.take(Message::Tick);
            self.drawn();
        }
    }

    pub fn press(&mut self, keys: &str) {
        keys.chars().for_each(|c| self.key(KeyCode::Char(c)));
    }

    /// Types a name and looks at the first hit.
    pub fn look_at(&mut self, name: &str) {
        self.press(name);
        self.verify();
        self.key(KeyCode::Enter);
        self.verify();
    }

    /// Back to the list of people, whatever showed.
    pub fn look_away(&mut self) {
        self.press("1");
        self.verify();
    }

    pub fn screen(&self) -> String {
        text(&self.buffer(Appearance::new(true, false)))
    }

    pub fn buffer(&self, appearance: Appearance) -> Buffer {
        self.frame(&appearance).0
    }

    pub fn sees(&self, words: &str) {
        let screen = self.screen();
        assert!(screen.contains(words), "`{words}` is not on the screen:\n{screen}");
    }

    pub fn sees_no(&self, words: &str) {
        let screen = self.screen();
        assert!(!screen.contains(words), "`{words}` is on the screen:\n{screen}");
    }
}
