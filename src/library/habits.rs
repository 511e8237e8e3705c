//! Facts about the values of a chart that people write: what its program takes for a time, and what lets everybody in.

use std::sync::Arc;

use crate::record;
use crate::yaml::Field;

record! {
    /// A length of time among the Helm values, and what its program takes.
    pub struct TimeFact as "a length of time" {
        /// Where it is in the values, key by key.
        path: Vec<Field<Arc<str>>> = "path" required,
        /// The units that the program knows, in any order; those of Prometheus (`y`, `w`, `d`, `h`, `m`, `s`, `ms`), the
        /// larger ones first, unless written.
        units: Vec<Field<Arc<str>>> = "units",
        /// Whether numbers of these units may have fractions, as in `1.5h`.
        fractions: bool = "fractions",
        /// The shortest that it takes; `0` is for ever, and always taken.
        least: Arc<str> = "least",
        /// What becomes of another one.
        why: Arc<str> = "why" required,
    }
}

record! {
    /// A Helm value that lets everybody in.
    pub struct Unlock as "a value that lets everybody in" {
        /// Where it is in the values, key by key.
        path: Vec<Field<Arc<str>>> = "path" required,
        /// What everybody can do then.
        why: Arc<str> = "why" required,
        /// What to write instead.
        help: Arc<str> = "help",
    }
}
