//! What several screens draw with: text by its width in cells, panes, themes and words.

pub mod format;
pub mod pane;
pub mod text_width;
pub mod theme;

pub use theme::Appearance;
