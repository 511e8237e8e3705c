//! Lists the files of the standard library and the contracts of charts, so that they are compiled into the binary.
//!
//! A component or a contract is added by adding files: nothing in the Rust code names one.

#![expect(clippy::disallowed_methods, reason = "a build script reads the source tree")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The folders that make up the standard library.
const FOLDERS: [&str; 5] = ["gitops", "policies", "schemas/configs", "schemas/kinds", "values"];

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

/// The folder of the contracts: a folder for each chart, a file for each version.
const CONTRACTS: &str = "schemas/charts";

/// Returns the numbers of a version, so that 1.42 comes after 1.9.
fn numbers(version: &str) -> Vec<u64> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// Returns the table of contracts as Rust, by chart and version.
fn contracts(root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    collect(root, &root.join(CONTRACTS), &mut files)?;
    let listed = files.iter().filter_map(|file| {
        let (chart, version) = file.strip_prefix(CONTRACTS)?.strip_prefix('/')?.split_once('/')?;
        Some((chart, version.strip_suffix(".contract")?, file))
    });
    let mut listed: Vec<_> = listed.collect();
    listed.sort_by_key(|(chart, version, _)| (*chart, numbers(version), *version));
    let mut table = String::from("&[\n");
    for (name, version, file) in listed {
        let full = root.join(file).display().to_string();
        let _ =
            writeln!(table, "    Embedded {{ name: {name:?}, version: {version:?}, text: include_str!({full:?}) }},");
    }
    table.push_str("]\n");
    Ok(table)
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
    fs::write(target.join("library.rs"), table)?;
    println!("cargo::rerun-if-changed={CONTRACTS}");
    fs::write(target.join("contracts.rs"), contracts(&root)?)
}
