//! Golden frames of each widget by itself: in colour roles, mono and ASCII.

use jiff::{SignedDuration, Timestamp};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use ratatui::{Frame, Terminal, backend::TestBackend};
use tui_input::Input;
use unbolt::widgets::Appearance;
use unbolt::widgets::bar_chart::{SystemBar, bars};
use unbolt::widgets::chip::chip;
use unbolt::widgets::columns::Column;
use unbolt::widgets::data_table::{DataRow, DataTable, TableCell};
use unbolt::widgets::gauge::Gauge;
use unbolt::widgets::pane::{PaneTitle, pane, scrollbar};
use unbolt::widgets::popup::{Anchor, Field, Popup};
use unbolt::widgets::sparkline::{counts, strip};

use crate::frames::weights;
use crate::support::headless_app::text;

/// The text, then the role of each cell by the letter of its colour, then the weights of mono.
fn golden(name: &str, (width, height): (u16, u16), draw: impl Fn(&mut Frame, &Appearance)) {
    let buffer = |appearance: Appearance| -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, &appearance)).unwrap().buffer.clone()
    };
    let colour = buffer(Appearance::new(true, false));
    let role = |fg: Color| match fg {
        Color::Red => 'r',
        Color::Green => 'g',
        Color::Magenta => 'm',
        Color::Cyan => 'c',
        _ => '.',
    };
    let roles = colour.content.chunks(usize::from(width)).map(|row| row.iter().map(|cell| role(cell.fg)).collect());
    let roles: Vec<String> = roles.map(|row: String| row.trim_end_matches('.').to_owned()).collect();
    let mono = weights(&buffer(Appearance::new(false, false)));
    let ascii = text(&buffer(Appearance::new(false, true)));
    let all = format!("{}\n--- roles\n{}\n--- mono\n{mono}--- ascii\n{ascii}", text(&colour), roles.join("\n"));
    insta::assert_snapshot!(name, all);
}

fn table_rows(appearance: &Appearance) -> Vec<DataRow> {
    let theme = &appearance.theme;
    let row = |mark, name: &str, state: &str, style, why: &str, short: &str| DataRow {
        mark,
        cells: vec![
            TableCell::new(name, theme.plain),
            TableCell::new(state, style),
            TableCell::new(why, theme.plain).or(short),
        ],
    };
    vec![
        row("+", "Ada Lovelace", "LOCKED", theme.danger, "bad passwords, password expired", "passwords, expired"),
        row(" ", "明子 山田", "open", theme.success, "", ""),
        row(
            " ",
            "Wolfeschlegelsteinhausenbergerdorff",
            "on purpose",
            theme.warning,
            "on purpose, by security",
            "on purpose",
        ),
    ]
}

const COLUMNS: [Column; 3] = [Column::name("NAME", 8, 0), Column::fact("STATE", 6, 0), Column::name("WHY", 8, 1)];

#[test]
fn a_table_fits_its_columns() {
    for width in [30, 50, 90] {
        golden(&format!("table_{width}"), (width, 5), |frame, appearance| {
            let table = DataTable::new(&COLUMNS, table_rows(appearance), appearance);
            frame.render_widget(table.selected(Some(0)).sorted_by(Some((1, true))).with_marks(), frame.area());
        });
    }
}

#[test]
fn a_pane_cuts_its_title_and_scrolls() {
    golden("pane", (40, 6), |frame, appearance| {
        let title = PaneTitle::new("Locked · 171 accounts", "1–4 of 163", true)
            .and(" pingone ? not read", appearance.theme.danger);
        let inside = pane(frame, appearance, frame.area(), &title);
        scrollbar(frame, appearance, inside, (0, 4, 163));
    });
}

#[test]
fn a_strip_and_bars_have_their_figures_beside_them() {
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(10);
    let at = |minutes: i64| now - SignedDuration::from_mins(minutes);
    let moments = [1, 1, 1, 2, 30, 59, 61].map(at);
    golden("strip", (60, 1), |frame, appearance| {
        let counts = counts(moments, now, SignedDuration::from_hours(1), 20);
        assert_eq!(counts.iter().sum::<u64>(), 6, "what is older doesn't count");
        strip(frame, appearance, frame.area(), "last hour", &counts, ("6", appearance.theme.warning));
    });
    golden("bars", (50, 3), |frame, appearance| {
        let theme = &appearance.theme;
        let bar = |name: &str, count, style| SystemBar { name: name.to_owned(), count, style };
        let all = [
            bar("jumpcloud", Err("? not read: login refused".to_owned()), theme.danger),
            bar("pingone", Ok(151), theme.danger),
            bar("adaxes", Ok(1), theme.danger),
            bar("macs", Ok(0), theme.danger),
        ];
        let lines = bars(appearance, &all, 50);
        frame.render_widget(ratatui::widgets::Paragraph::new(lines), frame.area());
    });
}

#[test]
fn a_gauge_shows_its_parts() {
    golden("gauge", (20, 3), |frame, appearance| {
        let theme = &appearance.theme;
        let all = [
            [(0, theme.success), (0, theme.danger)],
            [(10, theme.success), (1, theme.danger)],
            [(39, theme.success), (1, theme.danger)],
        ];
        for (y, parts) in (0..).zip(&all) {
            frame.render_widget(Gauge { parts, all: 40, appearance }, Rect::new(0, y, 20, 1));
        }
    });
}

#[test]
fn a_filter_says_that_it_is_on() {
    golden("chip", (30, 2), |frame, appearance| {
        let input: Input = "grace".into();
        for (y, is_typing) in (0..).zip([true, false]) {
            let (line, cursor) = chip(appearance, &input, is_typing, 30);
            assert_eq!(cursor, is_typing.then_some(12));
            frame.render_widget(line, Rect::new(0, y, 30, 1));
        }
    });
}

#[test]
fn a_popup_is_read_on_and_stands_where_it_hides_least() {
    let input: Input = "INC-4711".into();
    for (name, anchor) in [("popup_bottom", Anchor::Bottom), ("popup_middle", Anchor::Middle)] {
        golden(name, (44, 12), |frame, appearance| {
            let lines = (1..8).map(|n| (format!("line {n} of what is asked about"), appearance.theme.plain)).collect();
            let field = Some(Field { label: "ticket", input: &input });
            let popup = Popup { title: "Unlock?", lines, chosen: None, top: 0, field, anchor, hang: 0, below: 1 };
            let (shown, keys) = popup.text(frame, appearance).unwrap();
            assert!(shown.below > 0 || anchor == Anchor::Middle);
            keys.hints(frame, appearance, "y yes   Esc cancel");
        });
    }
}
