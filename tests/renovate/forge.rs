//! The smallest forge that Renovate can work with: as much of Gitea's API as it asks for, beside a bare repository, and an
//! index of charts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::support::tools;

/// The repository's name.
pub const NAME: &str = "team/platform";

/// A pull request.
#[derive(Clone, Debug)]
pub struct Pull {
    pub branch: String,
    pub title: String,
    pub body: String,
    pub is_merged: bool,
    pub is_closed: bool,
    /// What the bot wrote below it.
    pub comments: Vec<String>,
}

#[derive(Default)]
struct State {
    pulls: Vec<Pull>,
    /// The state of the one check, by commit.
    statuses: BTreeMap<String, &'static str>,
    /// Releases, by chart.
    charts: BTreeMap<String, Vec<String>>,
    /// What was asked for that this forge does not know.
    unknown: Vec<String>,
}

/// The forge.
pub struct Forge {
    pub url: String,
    pub bare: PathBuf,
    state: Arc<Mutex<State>>,
}

/// A request: method, path, body.
type Request = (String, String, Value);

impl Forge {
    /// Serves a bare repository until the test ends.
    pub fn serve(bare: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (state, bare) = (Arc::new(Mutex::new(State::default())), bare.to_path_buf());
        let forge = Self { url, bare: bare.clone(), state: state.clone() };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, bare) = (state.clone(), bare.clone());
                std::thread::spawn(move || answer(stream, &state, &bare));
            }
        });
        forge
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("a state")
    }

    /// Publishes releases of a chart.
    pub fn release(&self, chart: &str, versions: &[&str]) {
        let versions = versions.iter().map(|version| (*version).to_owned());
        self.state().charts.entry(chart.to_owned()).or_default().extend(versions);
    }

    /// Says how the check of a branch ended.
    pub fn check(&self, branch: &str, is_good: bool) {
        let commit = commit(&self.bare, branch).expect("a branch");
        self.state().statuses.insert(commit, if is_good { "success" } else { "failure" });
    }

    /// Returns the pull requests, in the order of their making.
    pub fn pulls(&self) -> Vec<Pull> {
        self.state().pulls.clone()
    }

    /// Returns what was asked for and not understood.
    pub fn unknown(&self) -> Vec<String> {
        self.state().unknown.clone()
    }
}

fn git(bare: &Path, args: &[&str]) -> Option<String> {
    let outcome = tools::run_in(bare, Path::new("git"), args, &[]);
    outcome.ok.then(|| outcome.stdout.trim().to_owned())
}

fn commit(bare: &Path, branch: &str) -> Option<String> {
    git(bare, &["rev-parse", "--verify", "--quiet", &format!("refs/heads/{branch}")])
}

/// Reads a request and answers it; each connection is for one.
fn answer(mut stream: TcpStream, state: &Mutex<State>, bare: &Path) -> Option<()> {
    let (method, path, body) = request(&mut stream)?;
    let mut state = state.lock().ok()?;
    let (status, text) = if path.starts_with("/charts/index.yaml") {
        (200, index(&state))
    } else {
        let found = route(&mut state, bare, &(method.clone(), path.clone(), body));
        if found.is_none() && !is_harmless(&path) {
            state.unknown.push(format!("{method} {path}"));
        }
        found.map_or((404, "{}".to_owned()), |value| (200, value.to_string()))
    };
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(text.as_bytes()).ok()
}

/// A person and not a team; files that Renovate finds in its clone.
fn is_harmless(path: &str) -> bool {
    path.contains("/orgs/") || path.contains("/contents/")
}

fn request(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let size = stream.read(&mut piece).ok().filter(|size| *size > 0)?;
        bytes.extend(piece.get(..size)?);
    };
    let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let mut words = head.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let length = head.lines().filter_map(|line| line.split_once(':'));
    let mut length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = length.next_back().and_then(|(_, number)| number.trim().parse().ok()).unwrap_or(0);
    while bytes.len() < end + length {
        let size = stream.read(&mut piece).ok().filter(|size| *size > 0)?;
        bytes.extend(piece.get(..size)?);
    }
    Some((method, path, serde_json::from_slice(bytes.get(end..)?).unwrap_or(Value::Null)))
}

/// Returns the index of the charts.
fn index(state: &State) -> String {
    let mut text = String::from("apiVersion: v1\nentries:\n");
    for (name, versions) in &state.charts {
        let _ = writeln!(text, "  {name}:");
        for version in versions {
            let _ = writeln!(text, "    - {{ name: {name}, version: \"{version}\", urls: [x.tgz] }}");
        }
    }
    text
}

/// Answers what Renovate asks of Gitea (docs.gitea.com, API).
fn route(state: &mut State, bare: &Path, (method, path, body): &Request) -> Option<Value> {
    let path = path.strip_prefix("/api/v1/")?.split('?').next()?.replace("%2F", "/");
    let bot = json!({ "id": 7, "login": "bot", "full_name": "Bot", "email": "bot@example.org" });
    let rest = match path.as_str() {
        "user" => return Some(bot),
        "version" => return Some(json!({ "version": "1.22.0" })),
        _ => path.strip_prefix("repos/")?.strip_prefix(NAME)?,
    };
    let parts: Vec<&str> = rest.split('/').skip(1).collect();
    match (method.as_str(), parts.as_slice()) {
        ("GET", []) => Some(repository(bare)),
        ("GET", ["labels"] | ["issues", _, "comments"]) => Some(json!([])),
        ("GET", ["pulls"]) => Some((0..state.pulls.len()).rev().map(|at| pull(state, bare, at)).collect()),
        ("POST", ["pulls"]) => {
            let text = |key: &str| Some(body.get(key)?.as_str()?.to_owned());
            state.pulls.push(Pull {
                branch: text("head")?,
                title: text("title")?,
                body: text("body")?,
                is_merged: false,
                is_closed: false,
                comments: Vec::new(),
            });
            Some(pull(state, bare, state.pulls.len() - 1))
        }
        (_, ["pulls", number, rest @ ..]) => {
            let at = number.parse::<usize>().ok()?.checked_sub(1)?;
            change(state, bare, at, (method, rest, body))
        }
        ("POST", ["issues", number, "comments"]) => {
            let at = number.parse::<usize>().ok()?.checked_sub(1)?;
            state.pulls.get_mut(at)?.comments.push(body.get("body")?.as_str()?.to_owned());
            Some(json!({ "id": 1, "body": body.get("body")? }))
        }
        ("GET", ["commits", branch @ .., "statuses"]) => {
            let known = state.statuses.get(&commit(bare, &branch.join("/"))?);
            let one = |state: &&str| json!({ "id": 1, "status": state, "context": "dvgen", "created_at": DATE });
            Some(known.iter().map(|state| one(state)).collect())
        }
        ("POST", ["statuses", _]) => {
            Some(json!({ "id": 2, "status": "pending", "context": "renovate/x", "created_at": DATE }))
        }
        _ => None,
    }
}

const DATE: &str = "2026-01-02T00:00:00Z";

fn repository(bare: &Path) -> Value {
    json!({
        "id": 1, "allow_fast_forward_only_merge": true, "allow_merge_commits": true, "allow_rebase": true,
        "allow_rebase_explicit": true, "allow_squash_merge": true, "clone_url": format!("file://{}", bare.display()),
        "default_branch": "main", "default_merge_style": "fast-forward-only", "empty": false, "full_name": NAME,
        "has_issues": false, "has_pull_requests": true,
        "owner": { "id": 9, "login": "team", "email": "team@example.org" },
        "permissions": { "admin": false, "pull": true, "push": true },
    })
}

fn pull(state: &State, bare: &Path, at: usize) -> Value {
    let Some(pull) = state.pulls.get(at) else { return Value::Null };
    let commit = commit(bare, &pull.branch).unwrap_or_else(|| "0".repeat(40));
    json!({
        "number": at + 1, "state": if pull.is_closed { "closed" } else { "open" }, "merged": pull.is_merged,
        "title": pull.title, "body": pull.body, "mergeable": true, "created_at": DATE, "updated_at": DATE,
        "base": { "ref": "main" }, "user": { "id": 7, "login": "bot" }, "labels": [],
        "head": { "label": pull.branch, "sha": commit, "repo": { "full_name": NAME } },
    })
}

/// Reads or changes one pull request. One is merged by moving `main` forward, if nothing else has moved it.
fn change(state: &mut State, bare: &Path, at: usize, (method, rest, body): (&str, &[&str], &Value)) -> Option<Value> {
    let one = state.pulls.get_mut(at)?;
    match (method, rest) {
        ("GET", []) => {}
        ("PATCH", []) => {
            let text = |key: &str| Some(body.get(key)?.as_str()?.to_owned());
            one.title = text("title").unwrap_or_else(|| one.title.clone());
            one.body = text("body").unwrap_or_else(|| one.body.clone());
            one.is_closed = text("state").map_or(one.is_closed, |state| state == "closed");
        }
        ("POST", ["merge"]) => {
            git(bare, &["merge-base", "--is-ancestor", "main", &one.branch])?;
            git(bare, &["update-ref", "refs/heads/main", &commit(bare, &one.branch)?])?;
            (one.is_merged, one.is_closed) = (true, true);
        }
        _ => return None,
    }
    Some(pull(state, bare, at))
}
