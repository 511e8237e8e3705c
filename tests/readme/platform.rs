//! A platform that pages talk about, built in a directory of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A platform with its outputs beside the spec.
pub struct Platform {
    dir: tempfile::TempDir,
}

impl Platform {
    /// Builds the example platform.
    pub fn example() -> Self {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platforms/detectviz");
        let spec = std::fs::read_to_string(dir.join("platform.yaml")).expect("a spec");
        let mut files = vec![("platform.yaml".to_owned(), spec)];
        let own = outputs(&dir).into_iter().map(|(path, text)| (path.to_str().expect("UTF-8").to_owned(), text));
        files.extend(own.filter(|(path, _)| path.starts_with("dvgen/")));
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
        Self::of(&files)
    }

    /// Builds a platform from its files.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let platform = Self { dir: tempfile::tempdir().expect("a directory") };
        for (name, text) in files {
            let path = platform.dir().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        let (ok, _, said) = run(platform.dir(), ["build"]);
        assert!(ok, "{said}");
        platform
    }

    /// Returns the directory of the platform.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Returns `dvgen why` of the first line of an output that holds a text: the command, and what it says.
    pub fn why(&self, argument: &str) -> String {
        let (file, text) = argument.split_once(' ').expect("a file and a text");
        let output = std::fs::read_to_string(self.dir().join(file)).expect("an output");
        let at = output.lines().position(|line| line.contains(text)).expect("a line with the text");
        let place = format!("{file}:{}", at + 1);
        let (ok, said, problems) = run(self.dir(), ["why", &place]);
        assert!(ok, "{problems}");
        format!("$ dvgen why {place}\n{said}")
    }

    /// Returns a drawing of one of the repository's platforms: its name and the arguments of `dvgen graph`.
    pub fn graph(argument: &str) -> String {
        let mut words = argument.split(' ');
        let name = words.next().expect("a platform");
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platforms").join(name);
        let (ok, drawn, problems) = run(&dir, std::iter::once("graph").chain(words));
        assert!(ok, "{argument}: {problems}");
        drawn
    }

    /// Returns what dvgen says about the edited spec, without the summary, which names the time.
    pub fn says(&self, argument: &str) -> String {
        let (command, edits) = argument.split_once(", after ").unwrap_or((argument, ""));
        let other = self.edited(edits);
        let (_, out, problems) = run(other.path(), command.split(' '));
        let kept: String =
            problems.lines().filter(|line| !line.starts_with("dvgen: ")).flat_map(|line| [line, "\n"]).collect();
        format!("$ dvgen {command}\n{out}{kept}")
    }

    /// Returns the paths of the files that an edit of the spec changes.
    pub fn changes(&self, edits: &str) -> String {
        let other = self.edited(edits);
        let (ok, _, problems) = run(other.path(), ["build"]);
        assert!(ok, "{problems}");
        let (old, new) = (outputs(self.dir()), outputs(other.path()));
        let all: std::collections::BTreeSet<&PathBuf> = old.keys().chain(new.keys()).collect();
        let changed = all.into_iter().filter(|path| !path.starts_with(".dvgen") && old.get(*path) != new.get(*path));
        changed.flat_map(|path| [path.display().to_string(), "\n".to_owned()]).collect()
    }

    /// Copies the platform, and edits the spec of the copy.
    fn edited(&self, edits: &str) -> tempfile::TempDir {
        let copy = tempfile::tempdir().expect("a directory");
        let mut spec = std::fs::read_to_string(self.dir().join("platform.yaml")).expect("a spec");
        for edit in edits.split("; ").map(|edit| edit.replace("\\n", "\n")) {
            let Some((old, new)) = edit.split_once(" => ") else { continue };
            assert_eq!(spec.matches(old).count(), 1, "`{old}` has to stand once in the spec");
            spec = spec.replace(old, new);
        }
        let mut files = outputs(self.dir());
        files.insert("platform.yaml".into(), spec);
        for (path, text) in files {
            let path = copy.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        copy
    }
}

/// Returns the files below a directory, besides the spec.
fn outputs(dir: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(dir).expect("a path below").to_owned();
                found.insert(name, std::fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    found.remove(Path::new("platform.yaml"));
    found
}

/// Runs dvgen in a directory, and returns whether it ended with 0 and what it said on both streams.
fn run<'a>(dir: &Path, arguments: impl IntoIterator<Item = &'a str>) -> (bool, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dvgen"));
    let output = command.args(arguments).current_dir(dir).output().expect("a run of dvgen");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}
