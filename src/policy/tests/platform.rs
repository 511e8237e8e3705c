//! Expressions over real platforms: what they give, where it comes from, and that the tables tell the truth.

use super::{rule_of, value_of, with_view};
use crate::policy::eval::Eval;
use crate::policy::objects;
use crate::policy::types::Type;
use crate::policy::value::{Item, Map, Value};
use crate::policy::view::View;
use crate::policy::{documented, host};

#[test]
fn functions_and_fields() {
    let cases = [
        ("platform.name", "\"detectviz\""),
        ("environment", "\"production\""),
        ("component('mimir').version", "\"5.6.0\""),
        ("component('nobody') == null", "true"),
        ("component('mimir') == components.filter(c, c.name == 'mimir')[0]", "true"),
        ("component('mimir') == component('loki')", "false"),
        ("service('monitoring', 'mimir-nginx').port", "80"),
        ("service('monitoring', 'mimir-nginx').component.name", "\"mimir\""),
        ("service('monitoring', 'nothing') == null", "true"),
        ("node('master-1').addresses.lan", "\"192.168.0.11\""),
        ("node('nobody') == null", "true"),
        ("waveOf('grafana') > waveOf('vault')", "true"),
        ("waveOf(component('grafana')) == component('grafana').wave", "true"),
        ("reaches('grafana', 'postgresql')", "true"),
        ("reaches('postgresql', 'grafana')", "false"),
        ("components.all(c, c.needs.filter(n, n.kept).all(n, reaches(c, n.component)))", "true"),
        ("components.filter(c, reaches(c, 'vault')) == components.filter(c, reaches(c, component('vault')))", "true"),
        ("where(components, 'name', 'mimir').map(c, c.name)", "[\"mimir\"]"),
        ("where(components, 'expose.host', 'grafana.detectviz.internal').map(c, c.name)", "[\"grafana\"]"),
        ("where([{'a': 1}, {'a': 2}], 'a', 2)", "[{\"a\": 2}]"),
        ("nodes.map(n, n.?cores.orValue(0)).sum() > 10", "true"),
        ("nodes.map(n, n.?memoryBytes.orValue(0)).max() >= quantity_bytes('16Gi')", "true"),
        ("[3, 1, 2].min()", "1"),
        ("[3, 1, 2].max()", "3"),
        ("[1, 2, 1, 3, 2].distinct()", "[1, 2, 3]"),
        ("[[1], [2, 3]].flatten()", "[1, 2, 3]"),
        ("[].sum()", "0"),
        ("['a', 'b'].join('-')", "\"a-b\""),
        ("'a.b.c'.split('.')", "[\"a\", \"b\", \"c\"]"),
        ("'AbC'.lowerAscii() + 'aBc'.upperAscii()", "\"abcABC\""),
        ("' a '.trim() + 'aXbX'.replace('X', 'y')", "\"aayby\""),
        ("'grafana'.matches('^gr.*a$')", "true"),
        ("matches('grafana', 'x')", "false"),
        ("cidrOverlap('10.0.0.0/24', '10.0.0.9-10.0.1.3')", "true"),
        ("ipIn('10.0.0.9', '10.0.0.0/24')", "true"),
        ("versionIn('v1.21.1', '>=1.20, <2')", "true"),
        ("platform.?cluster.orValue('none')", "\"none\""),
        ("platform.?domains.?external.hasValue()", "true"),
        ("[1, 2][?5].orValue(7)", "7"),
        ("{'a': {'b': 1}}.?a.?b.value()", "1"),
        ("[?platform.?cluster, 'x']", "[\"x\"]"),
        ("bool('true') && dyn('x') == 'x'", "true"),
        ("component('grafana').flows.exists(f, f.kind == 'query' && f.to.name == 'mimir')", "true"),
        ("component('mimir').served.exists(f, f.from.component.name == 'grafana')", "true"),
        ("flows.exists(f, f.to.name == 'alertmanager' && f.to.part == 'alertmanager')", "true"),
    ];
    with_view("platforms/detectviz", |view, _| {
        for (text, wanted) in cases {
            assert_eq!(value_of(view, text), Ok(wanted.to_owned()), "{text}");
        }
    });
}

#[test]
fn values_know_their_lines() {
    let cases = [
        ("component('mimir').version", "5.6.0"),
        ("component('mimir').group", "monitoring"),
        ("component('grafana').expose.host", "grafana.detectviz.internal"),
        ("node('master-1').cores", "4"),
        ("component('grafana').name", "grafana"),
        ("string(node('master-1').cores)", "4"),
        ("nodes.filter(n, n.name == 'master-1').map(n, n.cores)[0]", "4"),
    ];
    with_view("platforms/detectviz", |view, sources| {
        for (text, wanted) in cases {
            let rule = rule_of(text, "platform").expect(text);
            let mut eval = Eval::new(view, &rule);
            eval.fuel = 1_000_000;
            eval.turn(None, None);
            let item = eval.eval(rule.validations[0].at.as_ref().expect("an expression")).expect(text);
            assert_eq!(sources.text(item.from.written().expect(text)), wanted, "{text}");
        }
    });
}

/// Goes through everything that can be read, and checks that it is what its type says.
fn visit(
    item: &Item<'_>,
    of: &Type,
    path: &str,
    depth: usize,
    seen: &mut std::collections::BTreeSet<(&'static str, &'static str)>,
) {
    match (&item.value, of) {
        (_, Type::Any)
        | (Value::Str(_), Type::Str)
        | (Value::Int(_), Type::Int)
        | (Value::Bool(_), Type::Bool)
        | (Value::Double(_), Type::Double) => {}
        (Value::List(list), Type::List(inner)) => {
            for (at, item) in list.iter().enumerate().take(30) {
                visit(&item, inner, &format!("{path}[{at}]"), depth, seen);
            }
        }
        (Value::Map(Map::Thing(view, thing)), Type::Object(object)) => {
            assert!(std::ptr::eq(thing.object(), *object), "{path}");
            if depth == 0 {
                return;
            }
            for field in object.fields {
                let found = view.field(*thing, field.name);
                assert!(field.optional || found.is_some(), "{path}.{} is missing", field.name);
                if let Some(found) = found {
                    seen.insert((object.what, field.name));
                    visit(&found, &(field.kind)(), &format!("{path}.{}", field.name), depth - 1, seen);
                }
            }
            assert!(view.field(*thing, "no such field").is_none(), "{path}");
        }
        (Value::Map(map), Type::Map(inner)) => {
            for key in map.keys() {
                visit(&map.get(&key).expect("a key"), inner, &format!("{path}.{}", &*key), depth, seen);
            }
        }
        (value, of) => panic!("{path} is {}, not {of}", value.describe()),
    }
}

#[test]
fn fields_are_what_the_tables_say() {
    let mut seen = std::collections::BTreeSet::new();
    let mut look = |view: &View<'_>, _: &crate::source::SourceMap| {
        let platform = view.item(crate::policy::view::Thing::Platform);
        visit(&platform, &Type::Object(&objects::PLATFORM), "platform", 3, &mut seen);
    };
    for folder in [
        "platforms/detectviz",
        "platforms/detectviz-four",
        "platforms/gates",
        "platforms/monitoring-apart",
        "platforms/composable",
        "platforms/flowagent",
        "platforms/homelab",
        "platforms/prj-sde-002",
        "platforms/machines-systemd",
    ] {
        with_view(folder, &mut look);
    }
    // A field that no platform has was never tried.
    let elsewhere = ["cluster", "labels", "user", "storage", "path", "key", "value", "effect"];
    let all = objects::ALL.iter().filter(|object| object.what != "a document");
    let fields = all.flat_map(|object| object.fields.iter().map(|field| (object.what, field.name)));
    let missing: Vec<_> = fields.filter(|field| !seen.contains(field) && !elsewhere.contains(&field.1)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn names_of_functions_are_used_once() {
    let mut names: Vec<&str> = host::all().map(|host| host.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(documented().iter().all(|(usage, doc)| usage.contains('(') && !doc.ends_with('.')));
}

#[test]
fn a_naive_rule_of_a_large_platform_ends() {
    with_view("platforms/detectviz", |view, _| {
        let text =
            "components.all(a, components.all(b, components.all(c, components.all(d, components.all(e, true)))))";
        let told = value_of(view, text).expect_err("too many steps");
        assert!(told.contains("too many steps"), "{told}");
    });
}
