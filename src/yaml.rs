//! YAML text to a spanned tree, and trees to types.
