use super::{TOPICS, fitted};
use crate::widgets::text_width::cells;

#[test]
fn no_line_of_a_page_is_wider_than_the_terminal_but_code() {
    for topic in TOPICS {
        for width in [40, 80, 100] {
            for line in fitted(topic.text, width) {
                assert!(cells(&line) <= width || line.starts_with("    "), "{}, {width}: {line}", topic.name);
            }
        }
        // Nothing is lost: every word is there.
        let shown = fitted(topic.text, 80).join(" ");
        let words = topic.text.split_whitespace().filter(|word| !word.contains('|') && word.len() > 3);
        for word in words {
            assert!(shown.contains(word), "{}: {word}", topic.name);
        }
    }
}
