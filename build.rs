//! Lists the files of the standard library, so that they are compiled into the binary.
//!
//! A component is added by adding files: nothing in the Rust code names one.

#![expect(clippy::disallowed_methods, reason = "a build script reads the source tree")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The folders that make up the standard library.
const FOLDERS: [&str; 4] = ["gitops", "policies", "schemas/kinds", "values"];

fn collect(root: &Path, dir: &Path, out: &mut Vec<String>) -> io::Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, out)?;
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            out.push(name.replace('\\', "/"));
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let variable = |name| env::var(name).map(PathBuf::from).map_err(io::Error::other);
    let (root, target) = (variable("CARGO_MANIFEST_DIR")?, variable("OUT_DIR")?);
    let mut files = Vec::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        collect(&root, &root.join(folder), &mut files)?;
    }
    files.sort();
    let mut table = String::from("[\n");
    for name in &files {
        let full = root.join(name);
        let _ = writeln!(table, "    ({name:?}, include_str!({:?})),", full.display().to_string());
    }
    table.push_str("]\n");
    fs::write(target.join("library.rs"), table)
}
