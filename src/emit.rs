//! Documents of every tool.

pub mod print;
