//! What a workflow of the user writes to a cluster: the commands in its steps.

use std::sync::Arc;

use crate::source::Span;
use crate::yaml::{Node, NodeKind};

/// What kubectl changes a cluster by.
const KUBECTL: [&str; 11] =
    ["annotate", "apply", "autoscale", "create", "delete", "edit", "label", "patch", "replace", "rollout", "scale"];

/// What Helm changes a cluster by.
const HELM: [&str; 4] = ["install", "rollback", "uninstall", "upgrade"];

/// Returns the commands of a workflow that change a cluster, each with its step.
pub(super) fn writes(document: &Node) -> Vec<(Arc<str>, Span)> {
    let mut all = Vec::new();
    steps(document, &mut all);
    all
}

/// Returns whether a workflow builds the outputs with dvgen.
pub(super) fn builds(document: &Node) -> bool {
    match &document.kind {
        NodeKind::Mapping(map) => map.entries.iter().any(|entry| builds(&entry.value)),
        NodeKind::Sequence(items) => items.iter().any(builds),
        NodeKind::Scalar { text, .. } => text.contains("dvgen build") && !text.contains("dvgen build --check"),
    }
}

fn steps(node: &Node, all: &mut Vec<(Arc<str>, Span)>) {
    match &node.kind {
        NodeKind::Mapping(map) => {
            for entry in &map.entries {
                match (&*entry.key.text, entry.value.as_scalar()) {
                    ("run", Some(script)) => {
                        all.extend(commands(script).map(|command| (command.into(), entry.value.span)));
                    }
                    _ => steps(&entry.value, all),
                }
            }
        }
        NodeKind::Sequence(items) => items.iter().for_each(|item| steps(item, all)),
        NodeKind::Scalar { .. } => {}
    }
}

/// Iterates over the commands of a script that change a cluster: the program and the verb.
fn commands(script: &str) -> impl Iterator<Item = String> + '_ {
    let joined = |line: &str| !line.trim_start().starts_with('#');
    let lines = script.lines().filter(move |line| joined(line));
    lines.flat_map(|line| line.split(['|', ';', '&'])).filter_map(|command| {
        let words: Vec<&str> = command.split_whitespace().collect();
        let at = words.iter().position(|word| matches!(*word, "kubectl" | "helm"))?;
        let (program, rest) = (words.get(at)?, words.get(at + 1..)?);
        if rest.iter().any(|word| word.starts_with("--dry-run")) {
            return None;
        }
        let verbs: &[&str] = if *program == "kubectl" { &KUBECTL } else { &HELM };
        let verb = rest.iter().find(|word| verbs.contains(word))?;
        // `rollout status` only looks.
        let looks = *verb == "rollout" && rest.contains(&"status");
        (!looks).then(|| format!("{program} {verb}"))
    })
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn commands_that_change_a_cluster() {
        let found = |script: &str| commands(script).collect::<Vec<_>>();
        assert_eq!(found("kustomize build cluster/overlays/prod | kubectl apply -f -"), ["kubectl apply"]);
        assert_eq!(
            found("kubectl -n shop set image x=y; kubectl -n shop rollout restart deployment/x"),
            ["kubectl rollout"]
        );
        assert_eq!(found("helm upgrade --install a b\n# helm uninstall a"), ["helm upgrade"]);
        assert!(
            found("kubectl get pods\nkubectl apply --dry-run=server -f x\nkubectl rollout status deploy/x").is_empty()
        );
    }
}
