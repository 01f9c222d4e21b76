//! How wide the columns of a table are: as wide as what stands in them where there is room; else names give way before
//! facts, the widest first, and at last a column is left out.

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its head.
    pub head: &'static str,
    /// It holds names, which give way first: they can be cut and still be told apart, facts can't.
    pub holds_names: bool,
    /// It is never narrower than this, in cells.
    pub least: u16,
    /// The order in which columns are left out where even that is too wide: the highest first, 0 never.
    pub leaves: u8,
}

impl Column {
    /// A column of names.
    pub const fn name(head: &'static str, least: u16, leaves: u8) -> Self {
        Self { head, holds_names: true, least, leaves }
    }

    /// A column of facts.
    pub const fn fact(head: &'static str, least: u16, leaves: u8) -> Self {
        Self { head, holds_names: false, least, leaves }
    }
}

/// The widths of the columns and the gap between them; 0 for a column that is left out. `wanted` is what stands in them.
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
    let widest = |names: bool| {
        let can = columns.iter().zip(widths).enumerate();
        let can = can.filter(|(_, (column, width))| column.holds_names == names && **width > column.least.max(1));
        can.max_by_key(|(_, (_, width))| **width).map(|(at, _)| at)
    };
    widest(true).or_else(|| widest(false))
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
mod tests;
