//! A list of lines: which is selected, which are visible.

/// Selection and scroll of a list whose length its owner knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    /// The selected line.
    pub at: usize,
    /// The first visible one.
    pub top: usize,
    /// How many fit.
    pub page: usize,
}

impl ListState {
    /// Moves by lines, within `len` of them.
    pub fn step(&mut self, by: isize, len: usize) {
        self.at = self.at.saturating_add_signed(by).min(len.saturating_sub(1));
        self.scroll(len);
    }

    /// Keeps the selected line visible.
    pub fn scroll(&mut self, len: usize) {
        self.at = self.at.min(len.saturating_sub(1));
        self.top = top(self.at, self.top, self.page, len);
    }
}

/// The first visible line of `len`, so that line `at` is on a page. The list moves by half a page, so that most keys
/// move only the marker.
#[must_use]
pub fn top(at: usize, top: usize, page: usize, len: usize) -> usize {
    let page = page.max(1);
    let half = (page / 2).max(1);
    let top = if at < top {
        at.saturating_sub(page.saturating_sub(half))
    } else if at >= top + page {
        (at + 1 + half).saturating_sub(page).min(at)
    } else {
        top
    };
    top.min(len.saturating_sub(page))
}

#[cfg(test)]
mod tests {
    use super::ListState;

    #[test]
    fn the_selected_line_is_always_visible() {
        for page in 1..7 {
            let mut lines = ListState { page, ..ListState::default() };
            for by in [1, 1, 5, -3, 20, -1, -40, 7] {
                lines.step(by, 12);
                assert!(lines.at < 12 && lines.top <= lines.at && lines.at < lines.top + page, "{lines:?}");
            }
            lines.scroll(0);
            assert_eq!((lines.at, lines.top), (0, 0));
        }
    }
}
