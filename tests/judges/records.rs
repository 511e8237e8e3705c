//! Whether name servers take the DNS records.

use std::path::{Path, PathBuf};

use crate::support::tools;
use crate::support::tree::{self, Verdict};

/// Judges the fragments of zone files: each is included by a zone of a test, as it is meant to be. Records are answered
/// as `named` would load them, and come back as names with their addresses.
pub fn zones(checkzone: &Path, tree: &Path) -> (Verdict, Vec<(String, String)>) {
    let mut verdict = Verdict::default();
    let mut records = Vec::new();
    for file in tree::files(tree, &[".zone"]) {
        let name = file.file_name().expect("a file").to_string_lossy().into_owned();
        let zone = name.trim_end_matches(".zone");
        let work = tempfile::tempdir().expect("a directory");
        let root = work.path().join("root");
        let head = "$TTL 60\n@ IN SOA ns hostmaster 1 60 60 60 60\n@ IN NS ns\nns IN A 192.0.2.53\n";
        std::fs::write(&root, format!("{head}$INCLUDE {}\n", file.display())).expect("a file");
        let dump = work.path().join("dump");
        let args = ["-D".as_ref(), "-o".as_ref(), dump.as_os_str(), zone.as_ref(), root.as_os_str()];
        let outcome = tools::run(checkzone, args);
        // What lies outside of the zone is only ignored.
        let bad = !outcome.ok || outcome.said().contains("ignoring");
        verdict.add(bad.then(|| outcome.said()));
        let dumped = std::fs::read_to_string(&dump).unwrap_or_default();
        records.extend(dumped.lines().filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [name, _, "IN", "A" | "AAAA", ip] = words[..] else { return None };
            Some((name.trim_end_matches('.').to_owned(), ip.to_owned()))
        }));
    }
    records.retain(|(_, ip)| ip != "192.0.2.53");
    records.sort();
    (verdict, records)
}

/// Judges the files of dnsmasq.
pub fn dnsmasq(dnsmasq: &Path, tree: &Path) -> Verdict {
    let mut verdict = Verdict::default();
    for file in tree::files(tree, &["dnsmasq.conf"]) {
        let option = format!("--conf-file={}", file.display());
        let outcome = tools::run(dnsmasq, ["--test", &option]);
        verdict.add((!outcome.ok).then(|| outcome.said()));
    }
    verdict
}

/// Returns a program that may lie where only root looks for programs.
pub fn system(tool: &str, test: &str) -> Option<PathBuf> {
    let place = Path::new("/usr/sbin").join(tool);
    if place.is_file() { Some(place) } else { tools::find(tool, test) }
}
