//! What Helm has read, as the chart `tests/charts/echo` shows it.

use serde_json::Value;

/// Returns the values that Helm gave to the chart, from what `helm template` printed.
pub(crate) fn echoed(output: &str) -> Option<Value> {
    let encoded = output.lines().find_map(|line| line.trim_start().strip_prefix("values.json: "))?;
    serde_json::from_str(&base64(encoded)).ok()
}

fn base64(text: &str) -> String {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.chars().filter_map(|char| DIGITS.find(char)).map(|digit| u32::try_from(digit).expect("small"));
    let digits: Vec<u32> = digits.collect();
    let bytes = digits.chunks(4).flat_map(|four| {
        let bits = four.iter().chain(&[0; 3]).take(4).fold(0, |bits, digit| bits << 6 | digit);
        bits.to_be_bytes().into_iter().skip(1).take(four.len() - 1)
    });
    String::from_utf8(bytes.collect()).expect("UTF-8")
}
