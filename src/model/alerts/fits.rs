//! Regular expressions that labels have to fit.

use std::sync::Arc;

use super::Reader;
use crate::diag::Diagnostic;
use crate::template::Data;
use crate::yaml::{BAD_VALUE, Field, Names};

/// Beginnings of what Go reads otherwise than the crate that judges here: quoted text, classes of Unicode, a literal brace, and
/// operators of sets inside of a class (github.com/google/re2, Syntax).
const READ_OTHERWISE: [&str; 8] = ["\\Q", "\\C", "\\p", "\\P", "{", "&&", "--", "~~"];

impl Reader<'_, '_> {
    /// Returns labels with the regular expressions that their values have to fit, and reports those that cannot be read.
    pub(super) fn fits(&mut self, field: &Field<Names<Arc<str>>>) -> Vec<(Arc<str>, Data)> {
        for (label, named) in field.value().into_iter().flatten() {
            let Some(written) = &named.value else { continue };
            let Some(fault) = regex_fault(&written.value) else { continue };
            let message = format!("the regular expression of `{label}` cannot be read: {fault}");
            self.cx.out.push(
                Diagnostic::error(BAD_VALUE, written.span, message)
                    .why("Alertmanager takes no configuration with it: it does not start, and nobody is told of anything")
                    .help("close what is open, or write `\\` before a sign that is meant as itself"),
            );
        }
        self.texts(field, "matcher")
    }
}

/// Returns what is wrong with a regular expression that is compared with all of a text, if Go would say so too.
pub fn regex_fault(text: &str) -> Option<String> {
    let nested = text.replace("[[:", "").contains("[[");
    if nested || READ_OTHERWISE.iter().any(|start| text.contains(start)) {
        return None;
    }
    // Alertmanager and Prometheus compare all of the value (prometheus.io, Alertmanager, Configuration: "anchored").
    match regex::Regex::new(&format!("^(?:{text})$")) {
        Ok(_) | Err(regex::Error::CompiledTooBig(_)) => unclosed(text),
        Err(error) => {
            let told = error.to_string();
            let told = told.lines().last().unwrap_or_default();
            Some(told.trim_start_matches("error: ").to_owned())
        }
    }
}

/// Two wrongs make a right: `a)|(?:b` is read with brackets around it, and not by itself.
fn unclosed(text: &str) -> Option<String> {
    let alone = regex::Regex::new(text);
    matches!(alone, Err(regex::Error::Syntax(_))).then(|| "a `)` closes nothing".to_owned())
}

#[cfg(test)]
mod tests {
    use super::regex_fault as fault;

    #[test]
    fn what_go_reads_is_left_alone() {
        for good in
            ["warning|critical", "", ".+", "a{,3}", "[[:alpha:]]+", "[[a]", r"\Q(\E", "(?i)node.*", r"10\.0\.0\.\d+"]
        {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in ["warning|(critical", "a)", "*", "[a", "a)|(b", r"(?<=a)b", r"(a)\1"] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}
