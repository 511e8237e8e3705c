//! The pipeline in one function.
