//! x

pub mod traffic;
