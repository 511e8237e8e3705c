//! What the formats look like, and that no input breaks one.

mod machine;

use proptest::prelude::*;

use super::place::Place;
use super::*;
use crate::diag::Kind;
use crate::source::Span;

const VIP: Kind = Kind::new("vip-in-pool", "DV0301");

const SPEC: &str = "\
addresses:
  k8s-api:  { ip: 192.168.0.10, purpose: control-plane-vip, owner: kube-vip }
  lb:       { range: 192.168.0.10-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
";

fn at(sources: &SourceMap, file: crate::source::FileId, text: &str) -> Span {
    let start = sources.file(file).text().find(text).unwrap();
    Span::new(file, u32::try_from(start).unwrap(), u32::try_from(start + text.len()).unwrap())
}

fn vip() -> (Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::new();
    let file = sources.add("platform.yaml", SPEC);
    let pool = at(&sources, file, "192.168.0.10-192.168.0.220");
    let diagnostic = Diagnostic::error(VIP, pool, "control-plane VIP 192.168.0.10 lies inside load-balancer pool `lb`")
        .label("… and MetalLB may hand it to any Service")
        .related(at(&sources, file, "192.168.0.10"), "kube-vip answers ARP for this address …")
        .why("two speakers for one address make the API server unreachable from some hosts, at random")
        .help("start the pool above the nodes (.11–.14), for example 192.168.0.200-192.168.0.220")
        .fix(false, "start the pool above the nodes", pool, "192.168.0.200-192.168.0.220");
    (vec![diagnostic], sources)
}

fn shown(diagnostic: Diagnostic, sources: &SourceMap, format: Format) -> String {
    render(&[diagnostic], sources, &RenderOptions::default(), format)
}

fn full(text: &str, marks: &[(&str, &str)]) -> String {
    let mut sources = SourceMap::new();
    let file = sources.add("platform.yaml", text);
    let mut marks = marks.iter().map(|(text, label)| (at(&sources, file, text), *label));
    let (span, label) = marks.next().unwrap();
    let diagnostic = Diagnostic::error(VIP, span, "m").label(label);
    shown(marks.fold(diagnostic, |diagnostic, (span, label)| diagnostic.related(span, label)), &sources, Format::Full)
}

#[test]
fn a_finding_reads_like_a_colleagues_note() {
    let (diagnostics, sources) = vip();
    assert_eq!(
        render(&diagnostics, &sources, &RenderOptions::default(), Format::Full),
        "\
error[vip-in-pool]: control-plane VIP 192.168.0.10 lies inside load-balancer pool `lb`
  ┌─ platform.yaml:3:22
  │
2 │   k8s-api:  { ip: 192.168.0.10, purpose: control-plane-vip, owner: kube-vip }
  │                   ──────────── kube-vip answers ARP for this address …
3 │   lb:       { range: 192.168.0.10-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
  │                      ━━━━━━━━━━━━━━━━━━━━━━━━━━ … and MetalLB may hand it to any Service
  │
  = why: two speakers for one address make the API server unreachable from some hosts, at random
  = help: start the pool above the nodes (.11–.14), for example 192.168.0.200-192.168.0.220
  = unsafe fix: start the pool above the nodes
  │
3 -   lb:       { range: 192.168.0.10-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
3 +   lb:       { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
"
    );
}

#[test]
fn several_files_and_a_prefix_and_a_narrow_terminal() {
    let mut sources = SourceMap::new();
    let one = sources.add("platform.yaml", SPEC);
    let two = sources.add("nodes.yaml", "\n".repeat(9) + "nodes:\n\n\n\n  a: { ip: 192.168.0.10 }\n");
    let diagnostic = Diagnostic::warning(VIP, at(&sources, two, "192.168.0.10"), "two owners")
        .related(at(&sources, one, "192.168.0.10"), "claimed here first")
        .related(at(&sources, two, "nodes"), "")
        .help("give the node another address, for example the next free one\nor drop the claim")
        .fix(true, "drop the claim", at(&sources, one, "addresses:\n"), "");
    let options = RenderOptions { width: 48, prefix: "infra/".to_owned(), ..RenderOptions::default() };
    assert_eq!(
        render(&[diagnostic.clone(), diagnostic.help("x")], &sources, &options, Format::Full)
            .split("\n\n")
            .next()
            .unwrap(),
        "\
warning[vip-in-pool]: two owners
   ┌─ infra/nodes.yaml:14:12
   │
10 │ nodes:
   │ ─────
   ·
14 │   a: { ip: 192.168.0.10 }
   │            ━━━━━━━━━━━━
   │
   ├─ infra/platform.yaml:2:19
   │
 2 │   k8s-api:  { ip: 192.168.0.10, purpose: co…
   │                   ──────────── claimed here first
   │
   = help: give the node another address, for
           example the next free one
           or drop the claim
   = fix: drop the claim
   ├─ infra/platform.yaml
   │
 1 - addresses:"
    );
}

#[test]
fn a_problem_of_no_place_has_no_excerpt() {
    let diagnostic =
        Diagnostic::without_span(VIP, "cannot read `platform.yaml`").why("it is a folder").help("name a file");
    let expected = "error[vip-in-pool]: cannot read `platform.yaml`\n  = why: it is a folder\n  = help: name a file\n";
    assert_eq!(shown(diagnostic, &SourceMap::new(), Format::Full), expected);
}

/// Text, marked parts with their labels, and what is drawn below the header.
type Excerpt<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

#[test]
fn excerpts_of_nasty_texts() {
    let long = format!("key: {}X{}Y{}", "a".repeat(50_000), "b".repeat(30_000), "c".repeat(20_000));
    let cases: &[Excerpt<'_>] = &[
        (
            "a:\n  b: 1\n  c: 2\n\n\nd: 3\n",
            &[("a:\n  b: 1\n  c: 2\n\n\n", "this block")],
            "1 │ ┏ a:\n2 │ ┃   b: 1\n3 │ ┃   c: 2\n  │ ┗━━━━━━┛ this block\n",
        ),
        ("a:\n\tb: 1\n", &[("\t", "a tab"), ("1", "one")], "2 │     b: 1\n  │ ┯━━━   ─ one\n  │ │\n  │ a tab\n"),
        ("名前: 値段 # コメント\n", &[("値段", "値")], "1 │ 名前: 値段 # コメント\n  │       ━━━━ 値\n"),
        (
            "a: \u{1b}[31mred\u{7}\u{202e}\u{9b}b\r\nx: 1\r\n",
            &[("red", "h\u{1b}\r\nere"), ("x", "")],
            "1 │ a: ␛[31mred␇\\u{202e}\\u{9b}b\n  │         ━━━ h␛ ere\n2 │ x: 1\n  │ ─\n",
        ),
        (
            "\u{feff}a: 1\r\nb: 2\r\n",
            &[("\u{feff}a", "key"), ("\r\n", "end"), ("2\r\n", "two")],
            "1 │ a: 1\n  │ ┯   ─ end\n  │ │\n  │ key\n2 │ b: 2\n  │    ─ two\n",
        ),
        (
            &long,
            &[("X", "here"), ("Y", "there")],
            "\
1 │ key: aaaaaaaaaaaaaaaaaaa…aaaaaaaaaaaaaaaaaaaaaaaaXbbbbbbbbbbbbbbbbbbbbbbbbb…\
bbbbbbbbbbbbbbbbbbbbbbbbYccccccccccccccccccccccccc…
  │                                                  ━ here                                             ─ there
",
        ),
        ("", &[("", "nothing here")], "1 │\n  │ ━ nothing here\n"),
    ];
    for (text, marks, expected) in cases {
        let drawn = full(text, marks);
        assert_eq!(drawn.splitn(4, '\n').last().unwrap(), *expected, "{drawn}");
    }
}

#[test]
fn places_past_the_end_and_inside_a_character_are_clamped() {
    let mut sources = SourceMap::new();
    let file = sources.add("p", "a: é\n");
    for (start, end, expected) in [(4, 4, "p:1:4: "), (6, 6, "p:2:1: "), (99, 100, "p:2:1: "), (5, 1, "p:1:5: ")] {
        let diagnostic = Diagnostic::error(VIP, Span::new(file, start, end), "m");
        let line = shown(diagnostic.clone(), &sources, Format::Concise);
        assert!(line.starts_with(expected), "{start}..{end}: {line}");
        assert!(shown(diagnostic, &sources, Format::Full).contains('━'));
    }
}

#[test]
fn a_span_that_ends_inside_a_character_covers_it() {
    let mut sources = SourceMap::new();
    let file = sources.add("p", "a: é\n");
    for (start, end) in [(3, 4), (4, 4), (3, 5), (3, 99)] {
        let place = Place::shown(&sources, &RenderOptions::default(), Span::new(file, start, end));
        assert_eq!((place.bytes, place.from.column, place.to.column), (3..5, 4, 5), "{start}..{end}");
    }
}

#[test]
fn a_long_cycle_and_a_long_message_are_cut() {
    let mut sources = SourceMap::new();
    let file = sources.add("p", "abc\n".repeat(100));
    let span = |line: u32| Span::new(file, line * 4, line * 4 + 3);
    let start = Diagnostic::error(VIP, span(0), "x".repeat(1 << 20));
    let drawn = shown((1..40).fold(start, |d, line| d.related(span(line), "next")), &sources, Format::Full);
    assert!(drawn.contains("= note: … and 24 more places"), "{drawn}");
    assert!(drawn.len() < 10_000, "{}", drawn.len());
}

#[test]
fn a_message_is_no_workflow_command() {
    let diagnostic = Diagnostic::without_span(VIP, "m\n::stop-commands::x").why("a\n ::error::y");
    let drawn = shown(diagnostic, &SourceMap::new(), Format::Full);
    assert!(!drawn.lines().any(|line| line.trim_start().starts_with("::")), "{drawn}");
}

#[test]
fn colours_are_written_only_when_asked_for() {
    let (diagnostics, sources) = vip();
    let plain = render(&diagnostics, &sources, &RenderOptions::default(), Format::Full);
    let options = RenderOptions { color: true, ..RenderOptions::default() };
    let coloured = render(&diagnostics, &sources, &options, Format::Full);
    assert!(coloured.contains("\u{1b}[91m"));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn formats_have_names() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert_eq!("sariff".parse::<Format>().unwrap_err().to_string(), "unknown format `sariff`: did you mean `sarif`?");
    assert!("xml\u{1b}".parse::<Format>().unwrap_err().to_string().starts_with("unknown format `xml␛`: known here: "));
}

#[test]
fn summaries_count() {
    let error = Diagnostic::without_span(VIP, "");
    let warning = Diagnostic { severity: Severity::Warning, ..error.clone() };
    assert_eq!(summary(&[]), "no problems");
    assert_eq!(summary(&[error.clone(), warning.clone(), error]), "2 errors, 1 warning");
    assert_eq!(summary(&[warning.clone(), warning]), "2 warnings");
}

#[test]
fn prefixes_join() {
    let joined = |prefix: &str, name| {
        place::path(&RenderOptions { prefix: prefix.to_owned(), ..RenderOptions::default() }, name)
    };
    let cases = [
        ("", "p"),
        (".", "p"),
        ("./", "p"),
        ("a", "a/p"),
        ("./a/", "a/p"),
        ("..", "../p"),
        ("/", "/p"),
        ("/a", "/a/p"),
    ];
    for (prefix, expected) in cases {
        assert_eq!(joined(prefix, "p"), expected, "{prefix}");
    }
    assert_eq!(joined("a", "/etc/p"), "/etc/p");
    let outside = [
        ("", "../p", "../p"),
        ("..", "../p", "../../p"),
        ("a/b/", "../p", "a/p"),
        ("a/b", "../../c/p", "c/p"),
        ("a", "../../p", "../p"),
        ("/a/b/", "../p", "/a/p"),
        ("/a", "../p", "/p"),
    ];
    for (prefix, name, expected) in outside {
        assert_eq!(joined(prefix, name), expected, "{prefix} {name}");
    }
}

/// Pieces that break renderers: line breaks of all kinds, wide and combining characters, controls, lone joiners.
const PIECES: &str =
    "(a|b: |  |\t|\n|\r\n|\r|é|値|👩\u{200d}💻|\u{301}|\u{1b}\\[31m|\u{0}|\u{202e}|\u{feff}|\u{85}|[ -~]{0,60})";

fn text() -> impl Strategy<Value = String> {
    prop_oneof![prop::collection::vec(PIECES, 0..40).prop_map(|pieces| pieces.concat()), any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_input_panics_or_reaches_the_terminal(
        texts in (text(), text()),
        message in text(),
        primary in any::<bool>(),
        spans in prop::collection::vec((any::<bool>(), 0..150_u32, 0..60_u32), 1..7),
        width in 0..130_usize,
    ) {
        let mut sources = SourceMap::new();
        let files = [sources.add(message.clone(), texts.0), sources.add("b", texts.1)];
        let spans = spans.into_iter().map(|(file, start, len)| Span::new(files[usize::from(file)], start, start + len));
        let mut diagnostic = Diagnostic::without_span(VIP, message.clone()).why(message.clone()).help(message.clone());
        for (count, span) in spans.enumerate() {
            if count == 0 && primary {
                diagnostic.primary = Some(crate::diag::Label { span, text: message.clone() });
                diagnostic = diagnostic.fix(true, message.clone(), span, message.clone());
            } else {
                diagnostic = diagnostic.related(span, if count % 2 == 0 { message.as_str() } else { "" });
            }
        }
        let options = RenderOptions { width, ..RenderOptions::default() };
        for format in Format::ALL {
            let out = render(std::slice::from_ref(&diagnostic), &sources, &options, format);
            prop_assert!(!out.contains(|c| c != '\n' && clean::is_unsafe(c)), "{}: {:?}", format, out);
            prop_assert!(out.ends_with('\n'));
        }
        let _ = render(&[diagnostic], &sources, &RenderOptions { color: true, ..options }, Format::Full);
    }
}
