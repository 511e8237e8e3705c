//! What a plain scalar means in the YAML 1.2 core schema, and where older readers disagree.

/// The meaning of a plain scalar by YAML 1.2's core schema (yaml.org/spec/1.2.2, section 10.3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Core {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A finite floating point number.
    Float(f64),
    /// Anything else.
    Str,
}

/// Returns what the plain scalar `text` means.
pub fn core(text: &str) -> Core {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Core::Null,
        "true" | "True" | "TRUE" => Core::Bool(true),
        "false" | "False" | "FALSE" => Core::Bool(false),
        _ => number(text),
    }
}

fn number(text: &str) -> Core {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Core::Str;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.strip_prefix('+').unwrap_or(text).parse().map_or(Core::Str, Core::Int);
    }
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'));
    match text.parse::<f64>() {
        Ok(number) if plain && number.is_finite() && digits != "." => Core::Float(number),
        _ => Core::Str,
    }
}

/// Returns whether YAML 1.1 readers (Helm, `PyYAML`) take the plain scalar `text` for something else than YAML 1.2
/// does: `no`, `on`, `0777`, `0x1F`, `1_000`, `12:30:45`.
pub fn is_yaml11_surprise(text: &str) -> bool {
    const WORDS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "=", "<<"];
    if text.len() <= 3 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return true;
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let octal = digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let based = ["0x", "0o", "0b", "0X"].iter().any(|prefix| digits.starts_with(prefix));
    let grouped = digits.contains('_') && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'_' | b'.'));
    let sexagesimal = digits.contains(':') && digits.split(':').all(|part| is_digits(part) && part.len() <= 2);
    octal || based || grouped || sexagesimal
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_schema() {
        let cases = [
            ("", Core::Null),
            ("~", Core::Null),
            ("true", Core::Bool(true)),
            ("yes", Core::Str),
            ("12", Core::Int(12)),
            ("-3", Core::Int(-3)),
            ("007", Core::Int(7)),
            ("1.5", Core::Float(1.5)),
            ("1e3", Core::Float(1000.0)),
            ("1.2.3", Core::Str),
            ("10.0.0.1", Core::Str),
            (".", Core::Str),
            ("12:30", Core::Str),
            ("inf", Core::Str),
            ("-", Core::Str),
            ("99999999999999999999", Core::Str),
        ];
        for (text, wanted) in cases {
            assert_eq!(core(text), wanted, "{text}");
        }
    }

    #[test]
    fn surprises() {
        for text in ["no", "On", "0777", "0x1f", "1_000", "12:30", "y", "="] {
            assert!(is_yaml11_surprise(text), "{text}");
        }
        for text in ["now", "10.0.0.1", "0", "1.0", "a:b", "1h", "true", "fe80::1"] {
            assert!(!is_yaml11_surprise(text), "{text}");
        }
    }
}
