//! A pane: border, title, what stands at the right of its title, and a scrollbar where it scrolls.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Scrollbar, ScrollbarOrientation, ScrollbarState};

use super::text_width::{cells, cut};
use super::theme::Appearance;

const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// What a pane's border says.
#[derive(Clone, Debug, Default)]
pub struct PaneTitle {
    /// At the left, in parts of their own styles; none is the pane's own.
    pub left: Vec<(String, Option<Style>)>,
    /// At the right.
    pub right: String,
    /// True when keys go to this pane.
    pub has_focus: bool,
}

impl PaneTitle {
    /// A plain title.
    pub fn new(left: impl Into<String>, right: impl Into<String>, has_focus: bool) -> Self {
        Self { left: vec![(left.into(), None)], right: right.into(), has_focus }
    }

    /// With another part of a style of its own.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>, style: Style) -> Self {
        self.left.push((text.into(), Some(style)));
        self
    }

    /// How many cells the title has beside what stands at its right.
    pub fn room(area: Rect, right: &str) -> usize {
        let beside = if right.is_empty() { 0 } else { cells(right) + 3 };
        usize::from(area.width.saturating_sub(4)).saturating_sub(beside)
    }
}

/// Draws the frame of a pane and gives its inside.
pub fn pane(frame: &mut Frame, appearance: &Appearance, area: Rect, title: &PaneTitle) -> Rect {
    if area.width < 4 || area.height < 2 {
        return Rect::default();
    }
    let theme = &appearance.theme;
    let own = if title.has_focus { theme.focus } else { theme.plain };
    let whole: usize = title.left.iter().map(|(text, _)| cells(text)).sum();
    // What stands at the right leaves before a title is cut down to nothing.
    let right = if whole.min(12) > PaneTitle::room(area, &title.right) { "" } else { &title.right };
    let mut room = PaneTitle::room(area, right);
    let mut left = vec![Span::styled(" ", own)];
    for (text, style) in &title.left {
        let text = cut(text, room, appearance.glyphs.ellipsis);
        room = room.saturating_sub(cells(&text));
        left.push(Span::styled(text, style.unwrap_or(own)));
    }
    left.push(Span::styled(" ", own));
    let set = if appearance.ascii { ASCII_BORDER } else { border::PLAIN };
    let mut block = Block::bordered().border_set(set).border_style(theme.muted).title_top(Line::from(left));
    if !right.is_empty() {
        block = block.title_top(Line::from(Span::styled(format!(" {right} "), theme.muted)).right_aligned());
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// Draws a scrollbar over the right border of rows that begin in `area`, where not all of them show.
pub fn scrollbar(frame: &mut Frame, appearance: &Appearance, area: Rect, (top, page, len): (usize, usize, usize)) {
    if len <= page || area.height < 2 {
        return;
    }
    let (track, thumb) = if appearance.ascii { ("|", "#") } else { ("│", "█") };
    let bar = Scrollbar::new(ScrollbarOrientation::VerticalRight)
        .begin_symbol(None)
        .end_symbol(None)
        .track_symbol(Some(track))
        .thumb_symbol(thumb)
        .style(appearance.theme.muted);
    let mut state = ScrollbarState::new(len - page).position(top).viewport_content_length(page);
    frame.render_stateful_widget(bar, Rect { width: area.width + 1, ..area }, &mut state);
}

/// `19–31 of 163`: which rows of a list show; `2 of 163` where a filter leaves two.
pub fn place(appearance: &Appearance, (top, page, len): (usize, usize, usize), all: usize) -> String {
    if len <= page {
        return format!("{len} of {all}");
    }
    let filtered = if len < all { format!(", {all} in all") } else { String::new() };
    format!("{}{}{} of {len}{filtered}", top + 1, appearance.glyphs.none, (top + page).min(len))
}
