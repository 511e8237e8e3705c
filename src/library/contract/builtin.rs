//! The contracts that are compiled in, sorted by chart and version: the files of `schemas/charts`, listed by `build.rs`.

use super::Embedded;

/// Every embedded contract.
pub(super) static CONTRACTS: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/contracts.rs"));
