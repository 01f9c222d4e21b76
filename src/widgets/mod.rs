//! What several screens draw with, on ratatui's own parts: each small, with its own golden frames.
//!
//! ```text
//! theme, format      styles by meaning; facts in words and shapes
//! text_width         text by its width in cells
//! pane, popup        a frame with its title; a box over the rest
//! data_table         the one table, its columns fitted by `columns`
//! meter, strip, bars, gauge, chip   counts, moments, systems, parts, filters
//! ```

pub mod bad_login_meter;
pub mod bar_chart;
pub mod chip;
pub mod columns;
pub mod data_table;
pub mod format;
pub mod gauge;
pub mod pane;
pub mod popup;
pub mod sparkline;
pub mod text_width;
pub mod theme;

pub use popup::VisibleLines;
pub use theme::Appearance;
