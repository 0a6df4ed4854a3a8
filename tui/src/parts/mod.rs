//! Parts that the console, the desk and the wallboard are made of: keys, cursors, input lines,
//! popups, text in cells.

pub mod binding;
pub mod cursor;
pub mod effect;
pub mod input;
pub mod link;
pub mod notice;
pub(crate) mod paint;
pub(crate) mod popup;
pub mod rows;
