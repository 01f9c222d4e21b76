//! How wide the columns of a table are: as wide as what stands in them where there is room; else names give way before
//! facts, the widest first, and at last a column is left out.

/// What a column holds: names can be cut and still be told apart, facts can't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A name: gives way first.
    Name,
    /// A fact.
    Fact,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its head.
    pub head: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// It is never narrower than this, in cells.
    pub least: u16,
    /// The order in which columns are left out where even that is too wide: the highest first, 0 never.
    pub leaves: u8,
}

impl Column {
    /// A column of names.
    #[must_use]
    pub const fn name(head: &'static str, least: u16, leaves: u8) -> Self {
        Self { head, holds: Holds::Name, least, leaves }
    }

    /// A column of facts.
    #[must_use]
    pub const fn fact(head: &'static str, least: u16, leaves: u8) -> Self {
        Self { head, holds: Holds::Fact, least, leaves }
    }
}

/// The widths of the columns and the gap between them; 0 for a column that is left out. `wanted` is what stands in them.
#[must_use]
pub fn fit(columns: &[Column], wanted: &[u16], room: u16) -> (Vec<u16>, u16) {
    let mut widths: Vec<u16> = wanted.to_vec();
    if total(&widths, 2) <= room {
        return (widths, 2);
    }
    loop {
        while total(&widths, 1) > room {
            let Some(at) = gives_way(columns, &widths) else { break };
            if let Some(width) = widths.get_mut(at) {
                *width -= 1;
            }
        }
        if total(&widths, 1) <= room {
            return (widths, 1);
        }
        let leaving = (0..columns.len())
            .filter(|at| widths.get(*at).is_some_and(|width| *width > 0))
            .max_by_key(|at| columns.get(*at).map_or(0, |column| column.leaves))
            .filter(|at| columns.get(*at).is_some_and(|column| column.leaves > 0));
        let Some(leaving) = leaving else { return (narrowest(widths, room), 1) };
        // What it leaves is for those that gave way.
        for (at, width) in widths.iter_mut().enumerate() {
            *width = if at == leaving || *width == 0 { 0 } else { wanted.get(at).copied().unwrap_or(0) };
        }
    }
}

/// The widest name that can still give way, else the widest fact.
fn gives_way(columns: &[Column], widths: &[u16]) -> Option<usize> {
    let widest = |holds: Holds| {
        let can = columns.iter().zip(widths).enumerate();
        let can = can.filter(|(_, (column, width))| column.holds == holds && **width > column.least.max(1));
        can.max_by_key(|(_, (_, width))| **width).map(|(at, _)| at)
    };
    widest(Holds::Name).or_else(|| widest(Holds::Fact))
}

/// Where nothing gives way any more, the last columns are cut off at the edge.
fn narrowest(mut widths: Vec<u16>, room: u16) -> Vec<u16> {
    let mut left = room;
    for width in &mut widths {
        *width = (*width).min(left);
        left = left.saturating_sub(*width + u16::from(*width > 0));
    }
    widths
}

fn total(widths: &[u16], gap: u16) -> u16 {
    let shown = widths.iter().filter(|width| **width > 0).count();
    let gaps = u16::try_from(shown.saturating_sub(1)).unwrap_or(u16::MAX).saturating_mul(gap);
    widths.iter().fold(gaps, |sum, width| sum.saturating_add(*width))
}

#[cfg(test)]
mod tests {
    use super::{Column, fit, total};

    const COLUMNS: [Column; 4] = [
        Column::name("NAME", 6, 0),
        Column::name("USER", 4, 2),
        Column::fact("STATE", 8, 0),
        Column::fact("WHY", 5, 1),
    ];

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
}
