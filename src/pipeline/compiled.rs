//! What becomes of one environment.

use std::sync::Arc;

use super::claims::Claims;
use super::ruled::Ruled;
use super::{Environment, Partial};

/// What became of one environment.
pub(super) struct Compiled {
    /// The name of the platform.
    pub(super) platform: Arc<str>,
    /// The name of the environment.
    pub(super) name: Arc<str>,
    /// What it claims, if there are others.
    pub(super) claims: Option<Claims>,
    /// What rules and waivers came to.
    pub(super) ruled: Ruled,
    /// The files, if there is no error.
    pub(super) environment: Option<Environment>,
    /// What can be told of it in spite of errors.
    pub(super) partial: Option<Partial>,
    /// How many things each rule of the platform's own judged, if there is no error.
    pub(super) matched: Option<Vec<usize>>,
}
