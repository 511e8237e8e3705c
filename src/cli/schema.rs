//! `dvgen schema`.

use super::{Exit, show};

/// Prints the JSON Schema of platform specs.
pub(super) fn run() -> Exit {
    if show::out(&crate::spec::schema::text()) { Exit::Clean } else { Exit::NoVerdict }
}
