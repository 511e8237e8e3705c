//! Whether Helm and other readers take YAML as it was meant.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::helm::echoed;
use crate::support::tools::{self, Node};
use crate::support::tree::{self, Verdict};

/// Judges whether Helm hands the values of each file to a chart as a reader of YAML 1.2 takes them.
pub fn helm(helm: &Path, files: &[PathBuf]) -> Verdict {
    let chart = tools::crate_root().join("tests/charts/echo");
    let mut verdict = Verdict::default();
    for file in files {
        let args = ["template".as_ref(), "echo".as_ref(), chart.as_os_str(), "-f".as_ref(), file.as_os_str()];
        let outcome = tools::run(helm, args);
        let echo = echoed(&outcome.stdout);
        let complaint = match (echo, tree::documents(file).first()) {
            (None, _) => Some(outcome.said()),
            (Some(echo), meant) if tree::same(&echo, meant.unwrap_or(&Value::Null)) => None,
            (Some(echo), _) => Some(format!("Helm reads {echo}")),
        };
        verdict.add(complaint.map(|complaint| format!("{}: {complaint}", file.display())));
    }
    verdict
}

/// Judges whether js-yaml takes each file as a reader of YAML 1.2 does.
pub fn javascript(node: &Node, files: &[PathBuf]) -> Verdict {
    let read: BTreeMap<String, Value> = serde_json::from_value(node.judge("yaml", files)).expect("a map of files");
    compare(files, |file| read.get(file).map(|documents| vec![("js-yaml", documents)]).unwrap_or_default())
}

/// Judges whether `PyYAML`, which reads YAML 1.1, and ruamel.yaml take each file as a reader of YAML 1.2 does.
pub fn python(python: &Path, files: &[PathBuf]) -> Verdict {
    let script = tools::crate_root().join("tests/tools/read_yaml.py");
    let outcome = tools::run(python, std::iter::once(&script).chain(files));
    let read: BTreeMap<String, BTreeMap<String, Value>> =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("python could not judge: {}", outcome.stderr));
    compare(files, |file| {
        read.get(file).into_iter().flatten().map(|(reader, documents)| (reader.as_str(), documents)).collect()
    })
}

fn compare<'a>(files: &[PathBuf], read: impl Fn(&str) -> Vec<(&'a str, &'a Value)>) -> Verdict {
    let mut verdict = Verdict::default();
    for file in files {
        let meant = Value::Array(tree::documents(file));
        for (reader, documents) in read(&file.to_string_lossy()) {
            let same = tree::same(documents, &meant);
            verdict.add((!same).then(|| format!("{}: {reader} reads {documents}", file.display())));
        }
    }
    verdict
}
