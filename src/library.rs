//! The component library.

pub mod contract;
