use super::*;

#[test]
fn every_theme_is_whole_and_keeps_the_selection_visible() {
    for (name, text) in BUILT_IN {
        let theme = Theme::default().with(text).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert!(theme.selected.add_modifier.contains(Modifier::REVERSED), "{name}");
        assert_eq!(text.lines().filter(|line| !line.starts_with('#') && line.contains(" = ")).count(), 8, "{name}");
    }
}

#[test]
fn a_mistake_is_named_with_what_was_meant() {
    let cases = [("dnager = \"red\"", "danger", 0), ("bad = \"rde\"", "red", 6), ("key = \"bould\"", "bold", 6)];
    for (text, meant, at) in cases {
        let mistake = Theme::default().with(text).unwrap_err();
        assert_eq!(
            (mistake.nearest.as_deref(), mistake.span.map(|span| span.start)),
            (Some(meant), Some(at)),
            "{text}"
        );
    }
    let theme = Theme::default().with("bad = \"blue bold\"").unwrap();
    assert_eq!(theme.danger, Style::new().fg(Color::Blue).add_modifier(Modifier::BOLD));
}
