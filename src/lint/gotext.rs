//! Texts of alerts with parts that are filled in, read as far as Prometheus reads them when it loads a rule (pkg.go.dev,
//! text/template; prometheus.io, Template reference).

mod token;

use token::Token;

use crate::diag::did_you_mean;

/// What is wrong with a text.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::lint) struct Fault {
    /// What it is.
    pub(in crate::lint) what: String,
    /// The name that was meant, if one is near.
    pub(in crate::lint) meant: Option<String>,
}

/// Functions of text/template, and those that Prometheus adds.
const FUNCTIONS: [&str; 49] = [
    "and",
    "args",
    "call",
    "eq",
    "externalURL",
    "first",
    "ge",
    "graphLink",
    "gt",
    "html",
    "humanize",
    "humanize1024",
    "humanizeDuration",
    "humanizePercentage",
    "humanizeTimestamp",
    "index",
    "js",
    "label",
    "le",
    "len",
    "lt",
    "match",
    "ne",
    "not",
    "now",
    "or",
    "parseDuration",
    "pathPrefix",
    "print",
    "printf",
    "println",
    "query",
    "reReplaceAll",
    "safeHtml",
    "slice",
    "sortByLabel",
    "stripDomain",
    "stripPort",
    "strvalue",
    "tableLink",
    "title",
    "tmpl",
    "toDuration",
    "toLower",
    "toTime",
    "toUpper",
    "urlQueryEscape",
    "urlquery",
    "value",
];

/// Words that are values.
const VALUES: [&str; 3] = ["true", "false", "nil"];

/// Names that the text of an alert can read.
const VARIABLES: [&str; 5] = ["$", "$labels", "$value", "$externalLabels", "$externalURL"];

/// The same, as fields of what is filled in.
const FIELDS: [&str; 4] = [".Labels", ".Value", ".ExternalLabels", ".ExternalURL"];

/// Returns what is wrong with a text that Prometheus fills in, if something is.
pub(in crate::lint) fn fault(text: &str) -> Option<Fault> {
    let mut reader = Reader { open: Vec::new(), declared: Vec::new() };
    reader.text(text).err()
}

/// What is open until an `end`.
struct Open<'a> {
    word: &'a str,
    otherwise: bool,
}

struct Reader<'a> {
    open: Vec<Open<'a>>,
    declared: Vec<&'a str>,
}

fn wrong<T>(what: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { what: what.into(), meant: None })
}

impl<'a> Reader<'a> {
    fn text(&mut self, text: &'a str) -> Result<(), Fault> {
        let mut rest = text;
        while let Some((_, behind)) = rest.split_once("{{") {
            let (tokens, behind) = token::action(behind).or_else(wrong)?;
            self.action(&tokens)?;
            rest = behind;
        }
        match self.open.last() {
            Some(open) => wrong(format!("`{}` has no `{{{{ end }}}}`", open.word)),
            None => Ok(()),
        }
    }

    fn action(&mut self, tokens: &[Token<'a>]) -> Result<(), Fault> {
        let (first, rest) = match tokens.split_first() {
            Some((Token::Word(word), rest)) => (*word, rest),
            // A comment is nothing.
            Some((Token::Comment, _)) => return Ok(()),
            _ => return self.pipeline(tokens),
        };
        match first {
            "if" | "with" | "range" => {
                self.pipeline(rest)?;
                self.open.push(Open { word: first, otherwise: false });
            }
            "define" | "block" => self.open.push(Open { word: first, otherwise: true }),
            "else" => {
                let open = self.open.last_mut().filter(|open| !open.otherwise);
                let Some(open) = open else { return wrong("`else` belongs to nothing") };
                match rest.split_first() {
                    None => open.otherwise = true,
                    Some((Token::Word("if" | "with"), condition)) => self.pipeline(condition)?,
                    Some(_) => return wrong("`else` takes nothing but `if` and `with`"),
                }
            }
            "end" if self.open.pop().is_none() => return wrong("`end` closes nothing"),
            "end" | "break" | "continue" | "template" => {}
            _ => self.pipeline(tokens)?,
        }
        Ok(())
    }

    /// Commands with `|` between them; a variable may be declared before them.
    fn pipeline(&mut self, tokens: &[Token<'a>]) -> Result<(), Fault> {
        let at = tokens.iter().position(|token| matches!(token, Token::Declares));
        let (names, value) = at.map_or((&[][..], tokens), |at| {
            let (names, value) = tokens.split_at(at);
            (names, value.get(1..).unwrap_or_default())
        });
        self.commands(value)?;
        let names = names.iter().filter_map(|name| match name {
            Token::Variable(name) => Some(*name),
            _ => None,
        });
        self.declared.extend(names);
        Ok(())
    }

    fn commands(&mut self, tokens: &[Token<'a>]) -> Result<(), Fault> {
        let (mut depth, mut empty) = (0_usize, true);
        for token in tokens {
            match token {
                Token::Sign("(") => (depth, empty) = (depth + 1, true),
                Token::Sign(")") if depth == 0 => return wrong("`)` closes nothing"),
                Token::Sign(sign @ (")" | "|")) => {
                    if empty {
                        return wrong(format!("nothing stands before `{sign}`"));
                    }
                    depth -= usize::from(*sign == ")");
                    empty = *sign == "|";
                }
                token => {
                    self.operand(token)?;
                    empty = false;
                }
            }
        }
        match (depth, empty) {
            (1.., _) => wrong("`(` is not closed"),
            (_, true) if tokens.is_empty() => wrong("nothing stands between `{{` and `}}`"),
            (_, true) => wrong("nothing follows upon `|`"),
            _ => Ok(()),
        }
    }

    fn operand(&self, token: &Token<'_>) -> Result<(), Fault> {
        match token {
            Token::Word(word) if !FUNCTIONS.contains(word) && !VALUES.contains(word) => {
                // Whoever leaves the `$` out means the variable.
                let variable = VARIABLES.iter().find(|known| known.get(1..) == Some(word));
                let near = did_you_mean(word, FUNCTIONS).filter(|hint| hint.starts_with("did"));
                let meant = variable.map(|known| format!("did you mean `{known}`?")).or(near);
                Err(Fault { what: format!("there is no function `{word}`"), meant })
            }
            Token::Variable(name) if !VARIABLES.contains(name) && !self.declared.contains(name) => {
                let meant = did_you_mean(name, VARIABLES.into_iter().filter(|known| known.len() > 1));
                Err(Fault { what: format!("there is no variable `{name}`"), meant })
            }
            // Within `range` and `with` the point is something else.
            Token::Field(name) if self.open.iter().all(|open| open.word == "if") && !FIELDS.contains(name) => {
                let meant = did_you_mean(name, FIELDS);
                Err(Fault { what: format!("there is no `{name}` to fill in"), meant })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, fault};

    #[test]
    fn what_prometheus_takes_is_left_alone() {
        assert!(FUNCTIONS.is_sorted());
        let good = [
            "plain } text }}",
            "{{ $labels.job }} on {{$labels.node}}",
            "{{- $value | humanizePercentage -}} busy",
            r#"{{ or $labels.container $labels.unit }}: {{ printf "%.2f }}" $value }}"#,
            "{{ if gt $value 1.5 }}much{{ else if eq $value -1.0 }}x{{ else }}little{{ end }}",
            "{{ range query \"up == 0\" }}{{ .Labels.instance }}{{ .Labels.job }} {{ . }}{{ end }}",
            "{{ with $x := query `up{job=\"a\"}` | first }}{{ $x.Value }} {{ .Value | humanize }}{{ end }}",
            "{{/* why \" */}}{{ .Labels.node }} {{ .Value }} {{ ($labels).node }} {{ (query \"up\" | first).Labels.job }}",
            "{{ \"{{\" }} $labels.node {{ \"}}\" }}",
            "{{ define \"a\" }}{{ .args }}{{ end }}{{ template \"a\" . }}",
            "{{ range $i, $e := query \"up\" }}{{ $i }}{{ end }}",
        ];
        for text in good {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn what_it_does_not_take_is_said() {
        let bad = [
            ("{{ $labels.node }", "`{{ $labels.node }` is closed by one `}`"),
            ("{{ $labels.node", "`{{` is not closed"),
            ("{{ }}", "nothing stands between `{{` and `}}`"),
            ("{{ $label.node }}", "there is no variable `$label`"),
            ("{{ labels.node }}", "there is no function `labels`"),
            ("{{ $value | humanise }}", "there is no function `humanise`"),
            ("{{ if $value }}x", "`if` has no `{{ end }}`"),
            ("{{ end }}", "`end` closes nothing"),
            ("{{ else }}", "`else` belongs to nothing"),
            ("{{ $value | }}", "nothing follows upon `|`"),
            ("{{ (print 1 }}", "`(` is not closed"),
            ("{{ \"a }}", "`\"` is not closed"),
            ("{{ $labels['node'] }}", "`[` means nothing here"),
            ("{{ .labels.node }}", "there is no `.labels` to fill in"),
        ];
        for (text, what) in bad {
            assert_eq!(fault(text).map(|fault| fault.what).as_deref(), Some(what), "{text}");
        }
    }
}
