//! The screen: a pure function of the state. One region of it per file.

pub mod words;
