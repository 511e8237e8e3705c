//! Tables and objects.
