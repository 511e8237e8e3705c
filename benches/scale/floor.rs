//! The floor: what it costs to write the files, or to see that they are right, with no thought at all.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::super::Result;

/// Packs the files below a directory into one file: for each a line with its length and path, and its bytes. Returns how
/// many there are, and their size.
pub fn pack(dir: &Path, pack: &Path) -> Result<(usize, u64)> {
    let mut paths = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { paths.push(path) }
        }
    }
    paths.sort();
    let mut packed = Vec::new();
    let mut bytes = 0;
    for path in &paths {
        let content = fs::read(path)?;
        let name = path.strip_prefix(dir)?.to_str().ok_or("a path is not UTF-8")?;
        writeln!(packed, "{} {name}", content.len())?;
        packed.extend_from_slice(&content);
        bytes += content.len() as u64;
    }
    fs::write(pack, packed)?;
    Ok((paths.len(), bytes))
}

/// Writes the files of a pack to a directory.
pub fn write(pack: &Path, out: &Path) -> Result<()> {
    each(pack, out, |path, content| fs::write(path, content))
}

/// Reads each file of a pack from a directory and writes it only where it differs.
pub fn compare(pack: &Path, out: &Path) -> Result<()> {
    each(pack, out, |path, content| match fs::read(path) {
        Ok(old) if old == content => Ok(()),
        _ => fs::write(path, content),
    })
}

fn each(pack: &Path, out: &Path, put: impl Fn(&Path, &[u8]) -> std::io::Result<()>) -> Result<()> {
    let packed = fs::read(pack)?;
    let mut rest = packed.as_slice();
    let mut made: Option<PathBuf> = None;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, tail) = rest.split_at(end);
        let (length, name) = std::str::from_utf8(line)?.split_once(' ').ok_or("not a pack")?;
        let (content, tail) = tail.split_at_checked(1 + length.parse::<usize>()?).ok_or("a pack that is cut off")?;
        let path = out.join(name);
        // Files of one directory lie together.
        if let Some(dir) = path.parent()
            && made.as_deref() != Some(dir)
        {
            fs::create_dir_all(dir)?;
            made = Some(dir.to_owned());
        }
        put(&path, content.get(1..).unwrap_or_default())?;
        rest = tail;
    }
    Ok(())
}
