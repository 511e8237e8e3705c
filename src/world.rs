//! The door to disk and git.
