//! Structure-aware templates.
