//! Git repositories as git makes them, read without git.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test runs git")]
#![expect(clippy::indexing_slicing, clippy::string_slice, reason = "tests fail by panicking")]

#[path = "support/git.rs"]
mod git;

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;

use dvgen::diag::Diagnostic;
use dvgen::world::git::{Id, Repository};
use dvgen::world::{RelPath, RevisionWorld, World, WorldError};
use git::Git;

fn path(text: &str) -> RelPath {
    RelPath::root().join(text).expect("a path inside")
}

fn world(root: &Path, revision: &str) -> RevisionWorld {
    let repository = Arc::new(Repository::open(root).expect("a repository"));
    let commit = repository.resolve(revision).expect("a commit");
    RevisionWorld::new(repository, commit).expect("a tree")
}

fn text(world: &RevisionWorld, name: &str) -> String {
    String::from_utf8(world.read(&path(name), 1 << 24).expect(name)).expect("text")
}

#[track_caller]
fn problem<T: std::fmt::Debug>(result: Result<T, Box<Diagnostic>>, parts: &[&str]) {
    let problem = *result.expect_err("a problem");
    let said = format!("{} {}", problem.message, problem.help.join(" "));
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

/// A history with files that change a little, so that packs hold differences of differences.
fn history(git: &Git) -> Vec<String> {
    let lines: Vec<String> = (0..400).map(|line| format!("line {line} of a file that is packed\n")).collect();
    let mut commits = Vec::new();
    for round in 0..12 {
        let mut all = lines.clone();
        all[round * 7] = format!("changed in {round}\n");
        git.write("big.yaml", &all.concat());
        git.write("dir/sub/round.txt", &round.to_string());
        commits.push(git.commit(&format!("round {round}")));
    }
    commits
}

#[test]
fn every_file_of_every_commit_is_what_git_says_loose_and_packed() {
    for arguments in [&[][..], &["--object-format=sha256"]] {
        let git = Git::new(arguments);
        let commits = history(&git);
        git.run(&["tag", "--annotate", "v1.0", "--message", "one"]);
        for packed in [false, true] {
            if packed {
                git.run(&["gc", "--quiet", "--aggressive"]);
                assert!(git.root.join(".git/packed-refs").exists());
            }
            for (round, commit) in commits.iter().enumerate() {
                let world = world(&git.root, commit);
                assert_eq!(text(&world, "dir/sub/round.txt"), round.to_string());
                assert_eq!(text(&world, "big.yaml").trim_end(), git.run(&["show", &format!("{commit}:big.yaml")]));
            }
            let names = [
                "HEAD",
                "@",
                "main",
                "heads/main",
                "refs/heads/main",
                "v1.0",
                "v1.0^{commit}",
                "HEAD~3",
                "HEAD^",
                "HEAD~2^",
                "main^0",
                &commits[4][..9],
                &commits[4][..10],
            ];
            let repository = Repository::open(&git.root).expect("a repository");
            for name in names {
                let id = repository.resolve(name).expect(name);
                assert_eq!(id.to_string(), git.run(&["rev-parse", &format!("{name}^{{commit}}")]), "{name}");
            }
        }
    }
}

#[test]
fn a_walk_sees_what_a_checkout_would_and_links_stay_inside() {
    let git = Git::new(&[]);
    git.write("a/one.yaml", "1");
    git.write("a/b/two.yaml", "2");
    let odd = std::ffi::OsStr::from_bytes(b"a/\xff.yaml");
    std::fs::write(git.root.join(odd), "x").expect("a file");
    for (name, target) in [
        ("a/link.yaml", "b/two.yaml"),
        ("out.yaml", "../secret"),
        ("abs.yaml", "/etc/passwd"),
        ("round", "round"),
        ("dir", "a/b"),
    ] {
        std::os::unix::fs::symlink(target, git.root.join(name)).expect("a link");
    }
    git.commit("links");
    let world = world(&git.root, "HEAD");
    let found: Vec<String> = world.walk(&path("a")).expect("a walk").iter().map(ToString::to_string).collect();
    assert_eq!(found, ["b/two.yaml", "link.yaml", "one.yaml"]);
    assert_eq!(text(&world, "a/link.yaml"), "2");
    assert_eq!(text(&world, "dir/two.yaml"), "2");
    let read = |name: &str, limit| world.read(&path(name), limit);
    assert_eq!(read("out.yaml", 100), Err(WorldError::Outside));
    assert_eq!(read("abs.yaml", 100), Err(WorldError::Outside));
    assert_eq!(read("a/one.yaml/x", 100), Err(WorldError::NotFound));
    assert_eq!(read("none", 100), Err(WorldError::NotFound));
    assert_eq!(read("a/one.yaml", 0), Err(WorldError::TooLarge(0)));
    assert!(matches!(read("round", 100), Err(WorldError::Other(_))));
    assert!(matches!(read("a", 100), Err(WorldError::Other(_))));
    assert_eq!(world.walk(&path("nowhere")), Ok(Vec::new()));
}

#[test]
fn linked_work_trees_borrowed_objects_and_submodules_are_read() {
    let git = Git::new(&[]);
    let commits = history(&git);
    let beside = git.root.parent().expect("a parent").to_path_buf();
    git.run(&["branch", "topic", &commits[3]]);
    git.run(&["worktree", "add", "--quiet", "../linked", "topic"]);
    assert_eq!(text(&world(&beside.join("linked"), "HEAD"), "dir/sub/round.txt"), "3");
    git.run_in(&beside, &["clone", "--quiet", "--shared", "repository", "borrowed"]);
    assert_eq!(text(&world(&beside.join("borrowed"), "origin/topic"), "dir/sub/round.txt"), "3");
    git.run(&["submodule", "--quiet", "add", "../borrowed", "inner"]);
    git.commit("a submodule");
    let outer = world(&git.root, "HEAD");
    assert!(outer.walk(&RelPath::root()).expect("a walk").iter().all(|path| path.parts().next() != Some("inner")));
    let Err(WorldError::Other(reason)) = outer.read(&path("inner/big.yaml"), 100) else { panic!("it was read") };
    assert!(reason.contains("`inner` is a submodule"), "{reason}");
    assert_eq!(text(&world(&git.root.join("inner"), "HEAD"), "dir/sub/round.txt"), "11");
}

#[test]
fn merge_bases_are_those_of_git() {
    let git = Git::new(&[]);
    git.write("a", "0");
    git.commit("root");
    // Two branches that grow and merge each other in all kinds of ways.
    git.run(&["branch", "other"]);
    for round in 0..14_usize {
        git.run(&["checkout", "--quiet", if round % 3 == 0 { "other" } else { "main" }]);
        git.write(&format!("file-{round}"), "x");
        git.commit(&format!("round {round}"));
        if round % 4 == 3 {
            let from = if round % 3 == 0 { "main~1" } else { "other" };
            git.run(&["merge", "--quiet", "--no-edit", "--no-ff", "-m", "merge", from]);
        }
    }
    let repository = Repository::open(&git.root).expect("a repository");
    let all = git.run(&["rev-list", "--all"]);
    let ids: Vec<Id> = all.lines().filter_map(Id::parse).collect();
    assert!(ids.len() > 15);
    for one in &ids {
        for other in &ids {
            let given = repository.merge_base(*one, *other).expect("readable").expect("one").to_string();
            let all = git.run(&["merge-base", "--all", &one.to_string(), &other.to_string()]);
            assert!(all.lines().any(|line| line == given), "{one} {other}: {given} is none of {all}");
        }
    }
    git.run(&["checkout", "--quiet", "--orphan", "alone"]);
    let alone = git.commit("alone");
    let alone = Id::parse(&alone).expect("an id");
    assert_eq!(repository.merge_base(alone, ids[0]).expect("readable"), None);
}

#[test]
fn what_is_packed_or_rewritten_meanwhile_is_found_or_said() {
    let git = Git::new(&[]);
    git.write("a.yaml", "1");
    git.write("dir/b.yaml", "2");
    git.commit("one");
    let (early, late) = (world(&git.root, "HEAD"), world(&git.root, "HEAD"));
    git.run(&["gc", "--quiet", "--prune=now"]);
    assert_eq!(text(&early, "dir/b.yaml"), "2", "loose objects went into a pack");
    // The branch is rewritten, and what it was is forgotten.
    git.write("dir/b.yaml", "3");
    git.run(&["add", "--all"]);
    git.run(&["commit", "--quiet", "--amend", "--message", "another"]);
    git.run(&["reflog", "expire", "--expire=now", "--all"]);
    git.run(&["gc", "--quiet", "--prune=now"]);
    let said = format!("{:?}", late.read(&path("dir/b.yaml"), 100));
    assert!(said.contains("is not in this clone") || said.contains("rewritten"), "{said}");
    assert_eq!(text(&world(&git.root, "HEAD"), "dir/b.yaml"), "3");
}

#[test]
fn what_cannot_be_read_is_said_with_what_to_do() {
    let git = Git::new(&[]);
    let empty = Repository::open(&git.root).expect("a repository");
    problem(empty.resolve("HEAD"), &["has no commits yet"]);
    let commits = history(&git);
    git.run(&["branch", "release-1.2"]);
    let repository = Repository::open(&git.root).expect("a repository");
    problem(repository.resolve("relase-1.2"), &["no revision `relase-1.2`", "did you mean `release-1.2`?"]);
    problem(repository.resolve("HEAD~99"), &["goes back further"]);
    problem(repository.resolve("../../etc/passwd"), &["no revision"]);
    problem(repository.resolve("HEAD:big.yaml"), &["no revision"]);
    problem(repository.resolve("origin/main"), &["git fetch origin main"]);
    let beside = git.root.parent().expect("a parent").to_path_buf();
    let url = format!("file://{}", git.root.display());
    git.run_in(&beside, &["clone", "--quiet", "--depth=2", &url, "shallow"]);
    let shallow = Repository::open(&beside.join("shallow")).expect("a repository");
    assert!(shallow.is_shallow());
    problem(shallow.resolve("HEAD~5"), &["shallow clone", "--deepen"]);
    problem(shallow.resolve(&commits[0]), &["git fetch"]);
    problem::<()>(Err(shallow.no_merge_base("main", "HEAD")), &["--unshallow", "fetch-depth: 0"]);
    problem(Repository::open(&beside), &["not in a git repository"]);
    // A pack that was cut off.
    git.run(&["gc", "--quiet"]);
    let packs = std::fs::read_dir(git.root.join(".git/objects/pack")).expect("a folder");
    let pack = packs.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "pack"));
    let pack = pack.expect("a pack");
    let bytes = std::fs::read(&pack).expect("bytes");
    std::fs::remove_file(&pack).expect("writable");
    std::fs::write(&pack, &bytes[..bytes.len() / 2]).expect("writable");
    let cut = Repository::open(&git.root).expect("a repository");
    let broken = commits.iter().filter(|commit| cut.resolve(commit).and_then(|id| cut.tree_of(id)).is_err()).count();
    assert!(broken > 0 || cut.resolve("HEAD").and_then(|id| cut.tree(cut.tree_of(id)?)).is_err());
}

/// Makes so many commits that two of them have a short number in common, and returns that number.
fn common_start(git: &Git) -> String {
    let one = |at: usize| {
        let message = format!("commit {at}");
        let who = "A <a@example.org> 1700000000 +0000";
        format!("commit refs/heads/many\ncommitter {who}\ndata {}\n{message}\n", message.len())
    };
    let stream = git.root.join(".git/stream");
    std::fs::write(&stream, (0..1500).map(one).collect::<String>()).expect("a file");
    let mut import = std::process::Command::new("git");
    import.args(["fast-import", "--quiet"]).current_dir(&git.root).stdin(std::fs::File::open(stream).expect("it"));
    assert!(import.status().expect("git").success());
    let all = git.run(&["rev-list", "many"]);
    let mut starts: Vec<&str> = all.lines().map(|id| &id[..4]).collect();
    starts.sort_unstable();
    let twice = starts.windows(2).find(|two| two[0] == two[1]).expect("1500 commits share four digits somewhere");
    twice[0].to_owned()
}

#[test]
fn what_names_two_commits_is_no_revision() {
    let git = Git::new(&[]);
    git.write("platform.yaml", "kind: Platform\n");
    let first = git.commit("first");
    let start = common_start(&git);
    for packed in [false, true] {
        if packed {
            git.run(&["gc", "--quiet"]);
        }
        let repository = Repository::open(&git.root).expect("a repository");
        problem(repository.resolve(&start), &["is the start of", "commits", "write more digits", &start]);
        problem(repository.resolve(&format!("{start}~1")), &["is the start of"]);
        problem(repository.resolve(&format!("v1-3-g{start}")), &["is the start of"]);
        // Of a commit and a file only the commit can be meant.
        let id = git.run(&["rev-parse", "many"]);
        assert_eq!(repository.resolve(&id[..12]).expect("enough digits").to_string(), id);
    }
    // A branch that is called like the start of a commit is the branch, as in git.
    git.run(&["branch", &start, &first]);
    let repository = Repository::open(&git.root).expect("a repository");
    assert_eq!(repository.resolve(&start).expect("the branch").to_string(), first);
}

#[test]
fn a_branch_and_a_tag_of_one_name_are_told_apart() {
    let git = Git::new(&[]);
    git.write("a", "1");
    let first = git.commit("first");
    git.run(&["tag", "--annotate", "release", "--message", "one"]);
    git.run(&["branch", "release"]);
    // The same commit: nobody can be misled.
    let repository = || Repository::open(&git.root).expect("a repository");
    assert_eq!(repository().resolve("release").expect("a commit").to_string(), first);
    git.write("a", "2");
    let second = git.commit("second");
    git.run(&["branch", "--force", "release", &second]);
    for packed in [false, true] {
        if packed {
            git.run(&["pack-refs", "--all"]);
        }
        let parts = ["a tag", "a branch", "not the same", "`refs/tags/release`", "`refs/heads/release`"];
        problem(repository().resolve("release"), &parts);
        problem(repository().resolve("release~1"), &parts);
        for (name, id) in [
            ("refs/tags/release", &first),
            ("tags/release", &first),
            ("heads/release", &second),
            ("refs/heads/release", &second),
        ] {
            assert_eq!(repository().resolve(name).expect(name).to_string(), *id, "{name}");
        }
    }
}
