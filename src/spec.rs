//! The platform spec as written.
