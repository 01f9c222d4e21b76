use super::{ListState, Rows, SortKey};

struct Names(Vec<&'static str>);

impl Rows for Names {
    fn count(&self) -> usize {
        self.0.len()
    }
    fn text(&self, at: usize) -> String {
        self.0[at].to_owned()
    }
    fn key(&self, at: usize, _: usize) -> SortKey {
        SortKey::text(self.0[at])
    }
    fn columns(&self) -> usize {
        1
    }
}

#[test]
fn the_selected_row_is_always_visible() {
    for page in 1..7 {
        let mut list = ListState { page, ..ListState::default() };
        list.arrange(&Names(vec!["x"; 12]));
        for by in [1, 1, 5, -3, 20, -1, -40, 7] {
            list.step(by);
            assert!(list.at < 12 && list.top <= list.at && list.at < list.top + page, "{list:?}");
        }
        list.arrange(&Names(Vec::new()));
        assert_eq!((list.at, list.top, list.selected()), (0, 0, None));
    }
}

#[test]
fn selection_stays_with_its_row_through_filter_and_order() {
    let rows = Names(vec!["grace", "ada", "linus", "adam"]);
    let mut list = ListState { page: 3, ..ListState::default() };
    list.arrange(&rows);
    list.step(3);
    assert_eq!(list.selected(), Some(3));
    list.filter = "ada".into();
    list.arrange(&rows);
    assert_eq!((list.shown.clone(), list.selected()), (vec![1, 3], Some(3)));
    list.filter = "".into();
    list.sort_on(1);
    list.arrange(&rows);
    assert_eq!((list.shown.clone(), list.selected(), list.sought.as_str()), (vec![1, 3, 0, 2], Some(3), "ada"));
    list.sort_on(1);
    assert_eq!(list.sort, None);
}
