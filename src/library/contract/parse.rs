//! The text of a contract to its tree.
//!
//! The format is described at the head of `scripts/contracts.py`.

use std::ops::Range;

use semver::Version;

use super::tree::{BadContract, Edge, Head, Mark, Node, NodeId, Trees, Types};

/// The version of the format that this reader understands; the first line of a contract states it.
const FORMAT: &str = "dvgen-contract 1";

/// Deepest nesting of a contract.
const MAX_DEPTH: usize = 64;

/// Reads the head of a contract only.
pub(super) fn head(text: &str) -> Result<Head, BadContract> {
    let bad = |line: usize, problem: &str| BadContract { line, problem: problem.to_owned() };
    let (mut name, mut version, mut source, mut why, mut repositories) = ("", "", "", "", Vec::new());
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        at += line.len();
        let line = line.trim_end();
        match (index, line.split_once(": ")) {
            (0, _) if line == FORMAT => {}
            (0, _) => return Err(bad(1, "the first line is not `dvgen-contract 1`")),
            (_, _) if line == "---" => {
                let number = number(version).ok_or_else(|| bad(index + 1, "the `version` is not a version number"))?;
                let [name, version, source, why] = [name, version, source, why].map(str::to_owned);
                return Ok(Head { name, version, number, repositories, source, why, body: at });
            }
            (_, Some(("name", value))) => name = value,
            (_, Some(("version", value))) => version = value,
            (_, Some(("source", value))) => source = value,
            (_, Some(("why", value))) => why = value,
            (_, Some(("repo", value))) => repositories.push(value.to_owned()),
            _ => return Err(bad(index + 1, "not one of `name`, `version`, `repo`, `source`, `why`")),
        }
    }
    Err(bad(1, "the head has no end"))
}

/// Returns a chart version as a number: Helm takes `v1.2.3` and `1.2` for versions too.
pub(super) fn number(version: &str) -> Option<Version> {
    let plain = version.strip_prefix('v').unwrap_or(version);
    Version::parse(plain).or_else(|_| Version::parse(&format!("{plain}.0"))).ok()
}

/// Reads the trees of a contract.
pub(super) fn body(text: &str, head: &Head) -> Result<Trees, BadContract> {
    let number = text.get(..head.body).unwrap_or("").lines().count();
    let mut reader =
        Reader { text, at: head.body, number, next: None, nodes: Vec::new(), edges: Vec::new(), shared: Vec::new() };
    reader.advance()?;
    while let Some(line) = reader.next.take_if(|line| line.key != "---") {
        let expected = format!("@{}", reader.shared.len());
        if line.depth != 0 || line.key != expected {
            return Err(line.bad(&format!("expected the shared subtree `{expected}`")));
        }
        let node = reader.node(&line)?;
        reader.shared.push(node);
    }
    let Some(start) = reader.next.take() else {
        return Err(BadContract { line: reader.number, problem: "no `---` before the tree".to_owned() });
    };
    reader.advance()?;
    let mut root = label(&start)?;
    root.types.add('m');
    let root = reader.children(&start, 0, root)?;
    match reader.next.take() {
        Some(line) => Err(line.bad("out of place")),
        None => Ok(Trees { nodes: reader.nodes, edges: reader.edges, root }),
    }
}

/// One line: where its key stands, and the words after it.
struct Line<'t> {
    number: usize,
    depth: usize,
    key: &'t str,
    at: usize,
    quoted: bool,
    words: &'t str,
    words_at: usize,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    number: usize,
    next: Option<Line<'t>>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    shared: Vec<NodeId>,
}

impl Line<'_> {
    fn bad(&self, problem: &str) -> BadContract {
        BadContract { line: self.number, problem: format!("`{}`: {problem}", self.key) }
    }
}

impl<'t> Reader<'t> {
    /// Reads the next line into `self.next`.
    fn advance(&mut self) -> Result<(), BadContract> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let Some(full) = rest.get(..end).filter(|line| !line.is_empty()) else {
            self.next = None;
            return Ok(());
        };
        self.number += 1;
        let start = self.at;
        self.at += full.len() + 1;
        let number = self.number;
        let bad = |problem: &str| BadContract { line: number, problem: problem.to_owned() };
        let line = full.trim_end_matches('\r');
        let content = line.trim_start_matches(' ');
        let depth = line.len() - content.len();
        if depth > MAX_DEPTH {
            return Err(bad("indented too deeply"));
        }
        let quoted = content.starts_with('"');
        let at = start + depth + usize::from(quoted);
        let (key, words) = if let Some(inner) = content.strip_prefix('"') {
            inner.split_once('"').filter(|(key, _)| !key.contains('\\')).ok_or_else(|| bad("a bad quoted key"))?
        } else {
            // Keys are short: a search that looks at many bytes at once takes longer to begin than to end.
            let space = content.bytes().position(|byte| byte == b' ').unwrap_or(content.len());
            (content.get(..space).unwrap_or_default(), content.get(space + 1..).unwrap_or_default())
        };
        let words_at = start + line.len() - words.len();
        self.next = Some(Line { number, depth, key, at, quoted, words, words_at });
        Ok(())
    }

    /// Makes the node of a line, with all lines below it.
    fn node(&mut self, line: &Line<'t>) -> Result<NodeId, BadContract> {
        self.advance()?;
        let words = line.words.trim_start();
        if let Some(number) = words.strip_prefix('@') {
            let shared = number.parse().ok().and_then(|number: usize| self.shared.get(number).copied());
            return shared.ok_or_else(|| line.bad("an unknown shared subtree"));
        }
        let node = label(line)?;
        self.children(line, line.depth + 1, node)
    }

    /// Completes a node by the lines at `depth`, and keeps it.
    fn children(&mut self, line: &Line<'t>, depth: usize, mut node: Node) -> Result<NodeId, BadContract> {
        let mut keys: Vec<Edge> = Vec::new();
        let mut last = None;
        while let Some(child) = self.next.take_if(|next| next.depth == depth) {
            let id = self.node(&child)?;
            match child.key {
                "-" if !child.quoted => node.item = Some(id),
                "*" if !child.quoted => node.rest = Some(id),
                key => {
                    if last.is_some_and(|last| last >= key) {
                        return Err(child.bad("out of order, or there twice"));
                    }
                    last = Some(key);
                    keys.push(Edge { key: range(child.at, key), node: id });
                }
            }
        }
        if line.words.is_empty() && (!keys.is_empty() || node.rest.is_some()) {
            node.types.add('m');
        }
        if keys.is_empty() && node.rest.is_none() && node.mark == Mark::Assumed {
            // Nothing is known of what lies below.
            node.mark = Mark::Open;
        }
        let start = index(self.edges.len());
        self.edges.append(&mut keys);
        node.keys = start..index(self.edges.len());
        self.nodes.push(node);
        Ok(NodeId(index(self.nodes.len() - 1)))
    }
}

/// Reads the words after a key.
fn label(line: &Line<'_>) -> Result<Node, BadContract> {
    let mut node = Node::new();
    let (label, instead) = line.words.split_once('~').map_or((line.words, None), |(label, path)| (label, Some(path)));
    node.ignored = instead.map(|path| range(line.words_at + label.len() + 1, path));
    let label = label.trim();
    let letters = label.trim_end_matches(['!', '*']);
    node.mark = match label.strip_prefix(letters) {
        Some("!") => Mark::Closed,
        Some("*") => Mark::Open,
        Some("") => Mark::Assumed,
        _ => return Err(line.bad("more than one mark")),
    };
    for letter in letters.chars().filter(|letter| *letter != '?') {
        if !node.types.add(letter) {
            return Err(line.bad("an unknown type letter"));
        }
    }
    Ok(node)
}

impl Node {
    const fn new() -> Self {
        Self { types: Types::ANY, mark: Mark::Assumed, item: None, rest: None, ignored: None, keys: 0..0 }
    }
}

fn range(at: usize, text: &str) -> Range<u32> {
    index(at)..index(at + text.len())
}

fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
