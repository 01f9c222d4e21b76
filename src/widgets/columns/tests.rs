use super::{Column, fit, total};

const COLUMNS: [Column; 4] =
    [Column::name("NAME", 6, 0), Column::name("USER", 4, 2), Column::fact("STATE", 8, 0), Column::fact("WHY", 5, 1)];

#[test]
fn nothing_is_cut_while_there_is_room() {
    assert_eq!(fit(&COLUMNS, &[20, 10, 8, 13], 57), (vec![20, 10, 8, 13], 2));
    // The gaps give way before any text does.
    assert_eq!(fit(&COLUMNS, &[20, 10, 8, 13], 54), (vec![20, 10, 8, 13], 1));
}

#[test]
fn names_give_way_before_facts_and_the_widest_first() {
    assert_eq!(fit(&COLUMNS, &[20, 10, 8, 13], 50).0, [16, 10, 8, 13]);
    assert_eq!(fit(&COLUMNS, &[20, 10, 8, 13], 40).0, [8, 8, 8, 13]);
    assert_eq!(fit(&COLUMNS, &[20, 10, 8, 13], 32).0, [6, 4, 8, 11]);
    // Then a column leaves, and the others have its room.
    assert_eq!(fit(&COLUMNS, &[20, 10, 8, 13], 25).0, [6, 0, 8, 9]);
}

#[test]
fn every_width_is_filled_and_never_passed() {
    // Narrower than the narrowest columns nothing is left to fill.
    for room in 15..200 {
        for wanted in [[20u16, 10, 8, 13], [4, 4, 5, 3], [60, 40, 8, 90]] {
            let (widths, gap) = fit(&COLUMNS, &wanted, room);
            assert!(total(&widths, gap) <= room, "{room}: {widths:?}");
            let is_cut = widths.iter().zip(&wanted).any(|(width, wanted)| *width > 0 && width < wanted);
            assert!(!is_cut || total(&widths, gap) == room, "{room}: {widths:?} leaves room beside what is cut");
        }
    }
}
