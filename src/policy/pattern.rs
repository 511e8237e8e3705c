//! Regular expressions, which take time in proportion to the text, and are refused when they would take much memory.

use regex::{Regex, RegexBuilder};

/// The longest pattern, in bytes.
const MAX_BYTES: usize = 512;

/// The most memory that a compiled pattern may take, in bytes.
const SIZE: usize = 64 * 1024;

/// How deep groups may nest.
const DEPTH: u32 = 16;

/// Compiles a pattern, or says why not.
pub(super) fn compile(text: &str) -> Result<Regex, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("the pattern has {} bytes, and {MAX_BYTES} are the most", text.len()));
    }
    let built = RegexBuilder::new(text).size_limit(SIZE).dfa_size_limit(SIZE).nest_limit(DEPTH).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            "the pattern is too large when it is written out; repeat less often in `{…}`".to_owned()
        }
        other => {
            let told = other.to_string();
            let reason = told.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("the pattern cannot be read: {reason}")
        }
    })
}

/// Checks a pattern.
pub(super) fn check(text: &str) -> Result<(), String> {
    compile(text).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_explodes_is_refused() {
        for bad in [
            "(a",
            "((((a{99}){99}){99}){99})",
            &"a".repeat(MAX_BYTES + 1),
            &format!("{}a{}", "(".repeat(50), ")".repeat(50)),
        ] {
            assert!(compile(bad).is_err(), "{bad}");
        }
        let slow = compile("(a|aa)+$").expect("a pattern");
        assert!(!slow.is_match(&format!("{}b", "a".repeat(100_000))));
    }
}
