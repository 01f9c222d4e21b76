//! The signs of each state, in Unicode and in ASCII.

/// The shapes, in Unicode or plain ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Locked.
    pub locked: &'static str,
    /// Locked on purpose.
    pub on_purpose: &'static str,
    /// Open.
    pub open: &'static str,
    /// Not reported, or not known yet; between the ends of a range.
    pub none: &'static str,
    /// It couldn't be read.
    pub unknown: &'static str,
    /// Switched off, or kept out otherwise.
    pub disabled: &'static str,
    /// The marker of the selected row.
    pub marker: &'static str,
    /// Between two facts on a line.
    pub dot: &'static str,
    /// Cut off.
    pub ellipsis: &'static str,
    /// A box of a meter that is full.
    pub full: &'static str,
    /// One that isn't.
    pub empty: &'static str,
    /// What a gauge is made of.
    pub gauge: &'static str,
    /// What is still to be done of it.
    pub rest: &'static str,
    /// Ordered upwards.
    pub up: &'static str,
    /// Ordered downwards.
    pub down: &'static str,
}

/// The usual shapes.
pub const UNICODE: Glyphs = Glyphs {
    locked: "●",
    on_purpose: "◆",
    open: "○",
    none: "–",
    unknown: "?",
    disabled: "×",
    marker: "▌",
    dot: "·",
    ellipsis: "…",
    full: "■",
    empty: "□",
    gauge: "█",
    rest: "░",
    up: "▲",
    down: "▼",
};

/// Shapes for a locale or a font without more.
pub const ASCII: Glyphs = Glyphs {
    locked: "*",
    on_purpose: "!",
    open: "o",
    none: "-",
    unknown: "?",
    disabled: "x",
    marker: ">",
    dot: "|",
    ellipsis: "~",
    full: "#",
    empty: ".",
    gauge: "#",
    rest: ".",
    up: "^",
    down: "v",
};
