//! The formats that programs read.

use super::*;

#[test]
fn concise_is_one_line_each() {
    let (mut diagnostics, sources) = vip();
    diagnostics.push(Diagnostic::without_span(VIP, "a\nb\t\u{1b}c\u{85}"));
    assert_eq!(
        render(
            &diagnostics,
            &sources,
            &RenderOptions { prefix: "../p".to_owned(), ..RenderOptions::default() },
            Format::Concise
        ),
        "../p/platform.yaml:3:22: error[vip-in-pool]: control-plane VIP 192.168.0.10 lies inside load-balancer pool `lb`\n\
         error[vip-in-pool]: a\\nb\\t␛c\\u{85}\n"
    );
}

#[test]
fn json_has_every_field_and_keeps_every_character() {
    let (mut diagnostics, sources) = vip();
    diagnostics.push(Diagnostic::without_span(VIP, "a\nb\u{1b}\u{9b}\u{e0041}\u{7f}"));
    let text = render(&diagnostics, &sources, &RenderOptions::default(), Format::Json);
    assert!(!text.contains(|c| c != '\n' && clean::is_unsafe(c)), "{text}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let place = |start_column: usize, end_column: usize, line: usize, bytes: [usize; 2]| {
        serde_json::json!({ "path": "platform.yaml", "line": line, "column": start_column, "endLine": line,
            "endColumn": end_column, "startByte": bytes[0], "endByte": bytes[1] })
    };
    let with = |mut place: serde_json::Value, text: &str| {
        place["text"] = text.into();
        place
    };
    let mut first = place(22, 48, 3, [110, 136]);
    let rest = serde_json::json!({
        "kind": "vip-in-pool", "code": "DV0301", "severity": "error", "message": diagnostics[0].message,
        "label": "… and MetalLB may hand it to any Service",
        "labels": [with(place(19, 31, 2, [29, 41]), "kube-vip answers ARP for this address …")],
        "why": diagnostics[0].why, "help": diagnostics[0].help,
        "fix": { "title": "start the pool above the nodes", "safe": false,
            "edits": [with(place(22, 48, 3, [110, 136]), "192.168.0.200-192.168.0.220")] },
        "waived": null,
    });
    first.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    assert_eq!(value[0], first);
    assert_eq!(value[1]["message"], diagnostics[1].message);
    assert!(value[1]["path"].is_null() && value[1].as_object().unwrap().len() == first.as_object().unwrap().len());
    assert_eq!(render(&[], &sources, &RenderOptions::default(), Format::Json), "[]\n");
}

#[test]
fn github_gets_commands_and_learns_what_it_drops() {
    let mut sources = SourceMap::new();
    let file = sources.add("a,b:c.yaml", "x: 1\ny:\n  z: 2\n");
    let block = Diagnostic::warning(VIP, at(&sources, file, "y:\n  z: 2\n"), "50% done\nor not").label("all of it");
    let field = Diagnostic::error(VIP, at(&sources, file, "1"), "one").why("w").related(at(&sources, file, "z"), "zed");
    let mut all = vec![block];
    all.extend(std::iter::repeat_n(field, 12));
    let text = render(&all, &sources, &RenderOptions::default(), Format::Github);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 12);
    assert_eq!(
        lines[0],
        "::error file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=4,endColumn=4,title=vip-in-pool::one%0Aa,b:c.yaml:3: zed%0Awhy: w"
    );
    assert_eq!(
        lines[10],
        "::warning file=a%2Cb%3Ac.yaml,line=2,endLine=3,title=vip-in-pool::50%25 done%0Aor not%0Ahere: all of it"
    );
    assert_eq!(lines[11], "::notice title=dvgen::2 more errors; GitHub shows ten of each level a step");
    let without = Diagnostic::without_span(VIP, "m");
    assert_eq!(shown(without, &sources, Format::Github), "::error title=vip-in-pool::m\n");
}

fn sarif(diagnostics: &[Diagnostic], sources: &SourceMap, options: &RenderOptions) -> serde_json::Value {
    serde_json::from_str(&render(diagnostics, sources, options, Format::Sarif)).unwrap()
}

#[test]
fn sarif_declares_rules_also_when_all_is_well() {
    let rule = |name: &str, code: &str| RuleText {
        name: name.to_owned(),
        code: code.to_owned(),
        summary: "Something.".to_owned(),
        page: "A page.".to_owned(),
        uri: None,
        level: Some(Severity::Error),
        tags: Vec::new(),
    };
    let options =
        RenderOptions { rules: vec![rule(VIP.name, VIP.code), rule("a-kind", "DV0002")], ..RenderOptions::default() };
    let run = &sarif(&[], &SourceMap::new(), &options)["runs"][0];
    assert_eq!(run["results"], serde_json::json!([]));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<_> = rules.iter().map(|rule| (rule["id"].as_str().unwrap(), rule["name"].as_str().unwrap())).collect();
    assert_eq!(ids, [("a-kind", "AKind"), ("vip-in-pool", "VipInPool")]);
    for rule in rules {
        for text in ["shortDescription", "fullDescription", "help"] {
            assert!(!rule[text]["text"].as_str().unwrap().is_empty());
        }
    }
}

#[test]
fn sarif_results_have_places_fixes_and_fingerprints() {
    let (mut diagnostics, sources) = vip();
    diagnostics.push(diagnostics[0].clone());
    let other = Kind::no_verdict("unreadable-file", "DV0001");
    diagnostics.push(Diagnostic::without_span(other, "cannot read it"));
    let options = RenderOptions { prefix: "a b/ü".to_owned(), ..RenderOptions::default() };
    let run = &sarif(&diagnostics, &sources, &options)["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let results = &run["results"];
    let region = serde_json::json!({ "startLine": 3, "startColumn": 22, "endLine": 3, "endColumn": 48 });
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b/%C3%BC/platform.yaml");
    assert_eq!(place["region"], region);
    assert_eq!(results[0]["ruleIndex"], 1);
    assert_eq!(results[0]["level"], "error");
    assert_eq!(results[0]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 2);
    let replacement = &results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["deletedRegion"], region);
    assert_eq!(replacement["insertedContent"]["text"], "192.168.0.200-192.168.0.220");
    assert_eq!(results[2]["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
    let prints: Vec<_> =
        (0..2).map(|at| results[at]["partialFingerprints"]["primaryLocationLineHash"].clone()).collect();
    assert_ne!(prints[0], prints[1]);

    let mut moved = SourceMap::new();
    let file = moved.add("platform.yaml", format!("# a new line\n{SPEC}"));
    let mut later = diagnostics[0].clone();
    later.primary.as_mut().unwrap().span = at(&moved, file, "192.168.0.10-192.168.0.220");
    let again = sarif(&[later], &moved, &RenderOptions::default());
    assert_eq!(again["runs"][0]["results"][0]["partialFingerprints"]["primaryLocationLineHash"], prints[0]);
}

#[test]
fn waived_findings_are_suppressed_with_their_reason() {
    let (diagnostics, sources) = vip();
    let waived = vec![(diagnostics[0].clone(), "moved next week".to_owned())];
    let options = RenderOptions { waived, ..RenderOptions::default() };
    let run = &sarif(&[], &sources, &options)["runs"][0];
    assert_eq!(run["results"][0]["suppressions"][0]["kind"], "inSource");
    assert_eq!(run["results"][0]["suppressions"][0]["justification"], "moved next week");
    let list: serde_json::Value = serde_json::from_str(&render(&[], &sources, &options, Format::Json)).unwrap();
    assert_eq!(list[0]["waived"], "moved next week");
}

#[test]
fn gitlab_gets_entries_with_fingerprints_of_their_own() {
    let (mut diagnostics, sources) = vip();
    diagnostics.push(diagnostics[0].clone());
    let options = RenderOptions { prefix: "clusters/a/".to_owned(), ..RenderOptions::default() };
    let list: serde_json::Value =
        serde_json::from_str(&render(&diagnostics, &sources, &options, Format::Gitlab)).unwrap();
    assert_eq!(list[0]["check_name"], "vip-in-pool");
    assert_eq!(list[0]["severity"], "major");
    let place = serde_json::json!({ "path": "clusters/a/platform.yaml", "lines": { "begin": 3, "end": 3 } });
    assert_eq!(list[0]["location"], place);
    let prints: std::collections::BTreeSet<_> =
        list.as_array().unwrap().iter().map(|entry| entry["fingerprint"].to_string()).collect();
    assert_eq!(prints.len(), list.as_array().unwrap().len());
    assert_eq!(render(&[], &sources, &options, Format::Gitlab), "[]\n");
}

#[test]
fn junit_counts_what_passed_and_what_failed() {
    let (diagnostics, sources) = vip();
    let mut evil = diagnostics[0].clone();
    evil.message = "a <b> & \"c\" \u{0}]]>".to_owned();
    let text = render(&[evil], &sources, &RenderOptions::default(), Format::Junit);
    assert!(text.contains("<testsuite name=\"dvgen lint\" tests=\"1\" failures=\"1\" errors=\"0\""), "{text}");
    assert!(text.contains("name=\"vip-in-pool platform.yaml:3\" file=\"platform.yaml\" line=\"3\""), "{text}");
    assert!(text.contains("a &lt;b&gt; &amp; &quot;c&quot;") && !text.contains('\0'), "{text}");
    let clean = render(&[], &sources, &RenderOptions::default(), Format::Junit);
    assert!(clean.contains("tests=\"1\" failures=\"0\"") && clean.contains("name=\"dvgen\"/>"), "{clean}");
}
