//! The one table of the program: heads, columns fitted to what stands in them, a sort sign, marks beside the marker of
//! the selected row. On ratatui's `Table`.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Row, Table, Widget};

use super::columns::{Column, fit};
use super::text_width::{cells, cut};
use super::theme::Appearance;

/// One cell: a text, and a shorter one that says the same where the column is narrow.
#[derive(Clone, Debug)]
pub struct TableCell {
    text: String,
    short: Option<String>,
    style: Style,
}

impl TableCell {
    /// A text in that style.
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), short: None, style }
    }

    /// The same in fewer cells.
    #[must_use]
    pub fn or(mut self, short: impl Into<String>) -> Self {
        self.short = Some(short.into());
        self
    }

    fn shortest(&self) -> &str {
        self.short.as_deref().unwrap_or(&self.text)
    }
}

/// One row.
#[derive(Clone, Debug)]
pub struct DataRow {
    /// What stands beside the marker: `+` for a marked row.
    pub mark: &'static str,
    /// Its cells, one for each column.
    pub cells: Vec<TableCell>,
}

impl DataRow {
    /// A row that isn't marked.
    pub fn new(cells: Vec<TableCell>) -> Self {
        Self { mark: " ", cells }
    }

    /// With what stands beside the marker.
    #[must_use]
    pub fn marked(self, mark: &'static str) -> Self {
        Self { mark, ..self }
    }
}

/// The rows of a page with their heads.
pub struct DataTable<'a> {
    columns: &'a [Column],
    rows: Vec<DataRow>,
    appearance: &'a Appearance,
    selected: Option<usize>,
    sort: Option<(usize, bool)>,
    has_marks: bool,
    usual: Vec<u16>,
}

impl<'a> DataTable<'a> {
    /// A table of the rows that a page shows.
    pub fn new(columns: &'a [Column], rows: Vec<DataRow>, appearance: &'a Appearance) -> Self {
        Self { columns, rows, appearance, selected: None, sort: None, has_marks: false, usual: Vec::new() }
    }

    /// Which of these rows is selected.
    #[must_use]
    pub fn selected(mut self, at: Option<usize>) -> Self {
        self.selected = at;
        self
    }

    /// The column that orders the rows, and whether backwards.
    #[must_use]
    pub fn sorted_by(mut self, sort: Option<(usize, bool)>) -> Self {
        self.sort = sort;
        self
    }

    /// With a place for marks.
    #[must_use]
    pub fn with_marks(mut self) -> Self {
        self.has_marks = true;
        self
    }

    /// The widths that columns have as long as nothing on the page is cut with them: so they stay where they are from page
    /// to page, and fewer bytes go over a slow link.
    #[must_use]
    pub fn usually(mut self, widths: Vec<u16>) -> Self {
        self.usual = widths;
        self
    }

    fn head(&self, at: usize) -> String {
        let head = self.columns.get(at).map_or("", |column| column.head);
        match self.sort {
            Some((by, is_down)) if by == at => {
                let glyphs = &self.appearance.glyphs;
                format!("{head} {}", if is_down { glyphs.down } else { glyphs.up })
            }
            _ => head.to_owned(),
        }
    }

    /// What each column would like, with the cells' full texts or their short ones.
    fn wanted(&self, text: impl Fn(&TableCell) -> &str) -> Vec<u16> {
        let widest = |at: usize| {
            let own = self.rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| cells(text(cell)));
            own.chain([cells(&self.head(at))]).max().unwrap_or(0)
        };
        let width = |at: usize| u16::try_from(widest(at)).unwrap_or(u16::MAX);
        (0..self.columns.len()).map(width).collect()
    }

    /// The widths, and the gap between columns.
    fn widths(&self, room: u16) -> (Vec<u16>, u16) {
        let full = self.wanted(|cell| &cell.text);
        let (widths, gap) = fit(self.columns, &full, room);
        let is_whole = widths == full;
        let is_usual =
            self.usual.len() == full.len() && self.usual.iter().zip(&full).all(|(usual, full)| usual >= full);
        if is_usual || (!is_whole && !self.usual.is_empty()) {
            return (self.usual.clone(), 1);
        }
        if is_whole {
            return (widths, gap);
        }
        // Before anything is cut, a column leaves in which nothing stands, and the short texts take the full ones' places.
        let stands = |at: usize| {
            at == 0 || self.rows.iter().any(|row| row.cells.get(at).is_some_and(|cell| !cell.text.is_empty()))
        };
        let only = |wanted: Vec<u16>| -> Vec<u16> {
            wanted.into_iter().enumerate().map(|(at, width)| if stands(at) { width } else { 0 }).collect()
        };
        let (full, short) = (only(full), only(self.wanted(TableCell::shortest)));
        let (widths, gap) = fit(self.columns, &full, room);
        if widths == full {
            return (widths, gap);
        }
        let (mut widths, gap) = fit(self.columns, &short, room);
        if widths == short {
            // What is left lets columns have their full texts again, from the first on.
            let used: u16 =
                widths.iter().sum::<u16>() + gap * u16::try_from(widths.len().saturating_sub(1)).unwrap_or(0);
            let mut left = room.saturating_sub(used);
            for (width, full) in widths.iter_mut().zip(&full) {
                let more = full.saturating_sub(*width);
                if more <= left {
                    (*width, left) = (*width + more, left - more);
                }
            }
        }
        (widths, gap)
    }

    fn row(&self, at: usize, row: &DataRow, widths: &[u16], gap: u16) -> Row<'static> {
        let theme = &self.appearance.theme;
        let is_selected = self.selected == Some(at);
        let marker = if is_selected { self.appearance.glyphs.marker } else { " " };
        let lead = if self.has_marks { format!("{}{marker}", row.mark) } else { marker.to_owned() };
        let mut cells_of = vec![Cell::new(Line::from(Span::styled(lead, theme.plain)))];
        let mut columns = row.cells.iter().zip(widths).enumerate().filter(|(_, (_, width))| **width > 0).peekable();
        while let Some((n, (cell, width))) = columns.next() {
            let (mut room, mut span) = (*width, 1);
            let text = if cells(&cell.text) <= usize::from(room) { &cell.text } else { cell.shortest() };
            // A text takes the room of empty cells behind it.
            while cells(text) > usize::from(room)
                && let Some((_, (_, width))) = columns.next_if(|(_, (next, _))| next.text.is_empty())
            {
                room += gap + width;
                span += 1;
            }
            let text = if cells(&cell.text) <= usize::from(room) { &cell.text } else { text };
            let text = cut(text, usize::from(room), self.appearance.glyphs.ellipsis);
            // Only the first column is reversed: fewer bytes for each move.
            let style = if n == 0 && is_selected { theme.selected } else { cell.style };
            cells_of.push(Cell::new(Line::from(Span::styled(text, style))).column_span(span));
        }
        Row::new(cells_of)
    }
}

impl Widget for DataTable<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let lead = if self.has_marks { 2 } else { 1 };
        let room = area.width.saturating_sub(lead + 1);
        if area.height == 0 || room == 0 {
            return;
        }
        let (widths, gap) = self.widths(room);
        // The gap behind the marker is one cell, however wide the others are.
        let lead_width = (lead + 1).saturating_sub(gap);
        let constraints: Vec<Constraint> = [lead_width.max(lead)]
            .iter()
            .chain(widths.iter().filter(|width| **width > 0))
            .map(|width| Constraint::Length(*width))
            .collect();
        let gap = if lead_width < lead { 1 } else { gap };
        let heads = (0..self.columns.len()).filter(|at| widths.get(*at).is_some_and(|width| *width > 0));
        let heads = heads.map(|at| {
            let width = usize::from(widths.get(at).copied().unwrap_or(0));
            Cell::new(Span::styled(cut(&self.head(at), width, ""), self.appearance.theme.muted))
        });
        let header = Row::new([Cell::new("")].into_iter().chain(heads));
        let rows: Vec<Row> = self.rows.iter().enumerate().map(|(at, row)| self.row(at, row, &widths, gap)).collect();
        let table = Table::new(rows, constraints).column_spacing(gap);
        // A row is worth more than the heads.
        if area.height > 1 { table.header(header) } else { table }.render(area, buffer);
    }
}
