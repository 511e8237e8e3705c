//! What a review costs: the platform as a repository with two commits, compared by `dvgen diff`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use super::super::Result;
use super::measure::{Command, Cost, measure};

/// The changes that are reviewed: what they are called, what in which file becomes what, and how often.
const CHANGES: [(&str, &str, &str, &str, usize); 4] = [
    ("one component", "platform.yaml", "    replicas: 1\n", "    replicas: 7\n", 1),
    ("all components", "dvgen/values/app/values.dvgen.yaml", "  port: 8080\n", "  port: 8081\n", 1),
    ("all versions", "platform.yaml", ".0.0\n    replicas", ".0.1\n    replicas", usize::MAX),
    ("all namespaces", "platform.yaml", "    namespace: team-", "    namespace: squad-", usize::MAX),
];

fn git(dir: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = process::Command::new("git");
    command.args(["-c", "user.name=bench", "-c", "user.email=bench@example.org"]).args(arguments).current_dir(dir);
    if command.output()?.status.success() { Ok(()) } else { Err(format!("git {arguments:?} failed").into()) }
}

/// Measures reviews of a platform against builds of it, and prints a line for each kind of change.
pub fn bench(platform: &Path, dvgen: &Path, n: usize, runs: usize) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for (what, file, from, to, often) in CHANGES {
        let dir = platform.with_file_name("repository");
        copy(platform, &dir)?;
        git(&dir, &["init", "--quiet"])?;
        git(&dir, &["add", "--all"])?;
        git(&dir, &["commit", "--quiet", "--message", "before"])?;
        let text = fs::read_to_string(dir.join(file))?;
        if !text.contains(from) {
            return Err(format!("{file} of the workload has no line {from:?}").into());
        }
        fs::write(dir.join(file), text.replacen(from, to, often))?;
        git(&dir, &["commit", "--quiet", "--all", "--message", "after"])?;
        let out = platform.with_file_name("out");
        let build: Command =
            vec![dvgen.into(), "build".into(), "-C".into(), (&dir).into(), "--out".into(), (&out).into()];
        let arguments = ["diff", "HEAD~1", "--head", "HEAD", "--format", "markdown", "-C"];
        let diff: Command =
            [PathBuf::from(dvgen).into()].into_iter().chain(arguments.map(Into::into)).chain([(&dir).into()]).collect();
        let (mut builds, mut diffs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=runs {
            fs::create_dir(&out)?;
            let (one, other) = (measure(&build)?, measure(&diff)?);
            fs::remove_dir_all(&out)?;
            if round > 0 {
                builds.push(one);
                diffs.push(other);
                ratios.push(other.cpu / one.cpu);
            }
        }
        ratios.sort_by(f64::total_cmp);
        let ratio = ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN);
        let (one, other) = (Cost::mean(&builds), Cost::mean(&diffs));
        lines.push(format!(
            "review of {what}, {n} components: {:.0} ms, a build takes {:.0} ms: {ratio:.2} times; peak {:.0} MiB",
            other.cpu / 1000.0,
            one.cpu / 1000.0,
            other.peak / 1024.0
        ));
        fs::remove_dir_all(&dir)?;
    }
    Ok(lines)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
