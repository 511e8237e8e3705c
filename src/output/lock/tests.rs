//! Tests of the lock: damaged inputs as a table, what it reads back as properties.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Claim, Lock, parse, print};
use crate::output::Tag;
use crate::output::digest::Digest;

const HEADER: &str = "dvgen-lock 1 demo\n";

fn line(content: &str, tag: &str, path: &str) -> String {
    format!("{} {tag} {path}\n", Digest::of(content.as_bytes()))
}

fn text_of(lock: &Lock) -> String {
    print("demo", lock.iter().flat_map(|(path, claims)| claims.iter().map(move |claim| (path.as_str(), claim))))
}

#[test]
fn damaged_locks() {
    let good = line("x", "prod/argocd", "a/b");
    let cases: &[(String, &str)] = &[
        (String::new(), "cut off"),
        ("\n".into(), "empty"),
        ("# only a comment\n".into(), "empty"),
        (good.clone(), "does not start"),
        ("dvgen-lock\n".into(), "line 1"),
        ("dvgen-lock 1\n".into(), "line 1"),
        ("dvgen-lock 1 \n".into(), "line 1"),
        ("dvgen-lock 0 demo\n".into(), "line 1"),
        ("dvgen-lock one demo\n".into(), "line 1"),
        ("dvgen-locks 1 demo\n".into(), "line 1"),
        (format!("{HEADER}{}", good.trim_end()), "cut off"),
        (format!("{HEADER}{good}rubbish\n"), "line 3"),
        (format!("{HEADER}{}", good.replacen(|_| true, "", 1)), "SHA-256"),
        (format!("{HEADER}{}", good.to_uppercase()), "SHA-256"),
        (format!("{HEADER}{}", line("x", "prod", "a")), "owner"),
        (format!("{HEADER}{}", line("x", "prod/a/b", "a")), "owner"),
        (format!("{HEADER}{}", line("x", "prod/", "a")), "owner"),
        (format!("{HEADER}{}", line("x", "p/t", "../a")), "path"),
        (format!("{HEADER}{}", line("x", "p/t", "/etc/passwd")), "path"),
        (format!("{HEADER}{}", line("x", "p/t", ".git/config")), "path"),
        (format!("{HEADER}{}", line("x", "p/t", "")), "path"),
        (format!("{HEADER}<<<<<<<HEAD\n{good}"), "line 2"),
    ];
    for (text, part) in cases {
        let found = parse(text.as_bytes(), "demo").expect_err(text);
        assert_eq!(found[0].kind.code, "DV0905", "{text}");
        assert!(found[0].message.contains(part), "{text:?}: {}", found[0].message);
    }
    assert_eq!(parse(b"\xff\n", "demo").unwrap_err()[0].kind.code, "DV0905");
}

#[test]
fn newer_and_foreign_locks() {
    assert_eq!(parse(b"dvgen-lock 2 demo\nwhatever that will be\n", "demo").unwrap_err()[0].kind.code, "DV0906");
    let found = parse(HEADER.as_bytes(), "other").unwrap_err();
    assert_eq!(
        (found[0].kind.code, found[0].message.as_str()),
        ("DV0907", "the outputs here belong to platform `demo`")
    );
}

#[test]
fn both_sides_of_a_conflict_hold() {
    let (ours, theirs, base) = (line("1", "p/t", "a"), line("2", "p/t", "a"), line("0", "p/t", "a"));
    let text = format!(
        "{HEADER}<<<<<<< HEAD\n{ours}||||||| merged\n{base}=======\n{theirs}{}>>>>>>> branch\n{}",
        line("n", "p/t", "new"),
        line("z", "p/t", "z")
    );
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let lock = parse(text.as_bytes(), "demo").unwrap();
        assert_eq!(lock.keys().collect::<Vec<_>>(), ["a", "new", "z"]);
        let known: Vec<Digest> = lock["a"].iter().map(|claim| claim.digest).collect();
        assert_eq!(known, [Digest::of(b"1"), Digest::of(b"0"), Digest::of(b"2")]);
    }
}

fn locks() -> impl Strategy<Value = Lock> {
    let name = "[a-z0-9.]{0,3}[a-zé][A-Z -]{0,2}[a-z]";
    let path = proptest::collection::vec(name, 1..4).prop_map(|parts| parts.join("/"));
    // Names such as `.git` are none of ours.
    let path = path.prop_filter("a path that may be written", |path| crate::output::path::problem(path).is_none());
    let claim = ("[a-z]{1,3}", "[a-z-]{1,3}", any::<u8>()).prop_map(|(environment, target, content)| Claim {
        digest: Digest::of(&[content]),
        tag: Tag::new(&environment, &target).expect("plain names"),
    });
    proptest::collection::btree_map(path, claim.prop_map(|claim| vec![claim]), 0..12)
}

proptest! {
    #[test]
    fn reads_what_it_printed(lock in locks()) {
        let text = text_of(&lock);
        prop_assert_eq!(&parse(text.as_bytes(), "demo").unwrap(), &lock);
        prop_assert_eq!(&parse(text.replace('\n', "\r\n").as_bytes(), "demo").unwrap(), &lock);
    }

    #[test]
    fn a_conflict_is_the_union(ours in locks(), theirs in locks()) {
        let text = format!("<<<<<<< a\n{}=======\n{}>>>>>>> b\n", text_of(&ours), text_of(&theirs));
        let both = parse(text.as_bytes(), "demo").unwrap();
        for (path, claims) in ours.iter().chain(&theirs) {
            for claim in claims {
                prop_assert!(both[path].contains(claim));
            }
        }
        let count = |lock: &Lock| lock.values().map(Vec::len).sum::<usize>();
        prop_assert!(count(&both) <= count(&ours) + count(&theirs));
    }

    #[test]
    fn rubbish_never_panics(text in ".*", bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse(text.as_bytes(), "demo");
        let _ = parse(&bytes, "demo");
        let mut mixed = HEADER.to_owned();
        let _ = writeln!(mixed, "{text}");
        let _ = parse(mixed.as_bytes(), "demo");
    }
}
