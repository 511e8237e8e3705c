//! The platform as meant.
