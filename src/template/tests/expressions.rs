//! What expressions give, and that it is what minijinja gives.

use serde_json::Value as Json;

use super::{Bench, DataValue};
use crate::template::host::{Role, find, names};
use crate::template::{Data, Rendered};

/// Expressions and their values as JSON.
const VALUES: &[(&str, &str)] = &[
    ("replicas", "2"),
    ("services.gossip.host", r#""gossip.svc""#),
    ("services['gossip']['port']", "9094"),
    ("placement.nodeSelector", r#"{"kubernetes.io/os":"linux","zone":"a"}"#),
    ("replicas > 1", "true"),
    ("1 < replicas <= 2", "true"),
    ("replicas == 2.0", "true"),
    ("name ~ '-' ~ replicas ~ ratio", r#""grafana-21.5""#),
    ("replicas * 3 + 1", "7"),
    ("7 // 2", "3"),
    ("-7 // 2", "-4"),
    ("-7 % 3", "2"),
    ("7 / 2", "3.5"),
    ("2 ** 10", "1024"),
    ("-replicas", "-2"),
    ("not flag", "false"),
    ("tenant or 'none'", r#""none""#),
    ("flag and name", r#""grafana""#),
    ("'a' in databases", "true"),
    ("'z' not in databases", "true"),
    ("'raf' in name", "true"),
    ("'query' in flows", "true"),
    ("'x' if flag else 'y'", r#""x""#),
    ("numbers[0]", "3"),
    ("numbers[-1]", "2"),
    ("numbers[1:]", "[1,2]"),
    ("numbers[::-1]", "[2,1,3]"),
    ("name[:3]", r#""gra""#),
    ("numbers + [4]", "[3,1,2,4]"),
    ("{'a': replicas, 'b': [name]}", r#"{"a":2,"b":["grafana"]}"#),
    ("expose is none", "true"),
    ("expose.host is defined", "false"),
    ("absent is defined", "false"),
    ("absent.deeper.still is undefined", "true"),
    ("name is defined", "true"),
    ("absent|default('d')", r#""d""#),
    ("expose.host|default('d')", r#""d""#),
    ("tenant|default('d', true)", r#""d""#),
    ("settings.nothing|d(5)", "5"),
    ("name is string", "true"),
    ("replicas is odd", "false"),
    ("replicas is divisibleby 2", "true"),
    ("name is startingwith 'gra'", "true"),
    ("name is in(['grafana'])", "true"),
    ("name|upper", r#""GRAFANA""#),
    ("'a b'|title", r#""A B""#),
    ("'hello World'|capitalize", r#""Hello world""#),
    ("' x '|trim", r#""x""#),
    ("name|replace('a', 'oo')", r#""groofoonoo""#),
    ("'a,b'|split(',')", r#"["a","b"]"#),
    ("databases|length", "3"),
    ("databases|unique", r#"["b","a"]"#),
    ("databases|sort", r#"["a","b","b"]"#),
    ("numbers|sort(reverse=true)", "[3,2,1]"),
    ("flows.query|sort(attribute='to.name')|map(attribute='to.name')", r#"["loki","mimir"]"#),
    ("flows.query|map(attribute='url')|join(',')", r#""http://mimir/x,http://loki/y""#),
    ("databases|map('upper')", r#"["B","A","B"]"#),
    ("databases|map('replace', 'b', 'c')", r#"["c","a","c"]"#),
    ("flows.query|selectattr('to.name', 'eq', 'loki')|map(attribute='url')|first", r#""http://loki/y""#),
    ("flows.query|rejectattr('to.name', 'eq', 'loki')|length", "1"),
    ("numbers|select('gt', 1)", "[3,2]"),
    ("numbers|reject('odd')", "[2]"),
    ("numbers|min", "1"),
    ("numbers|max", "3"),
    ("numbers|sum", "6"),
    ("numbers|last", "2"),
    ("numbers|reverse", "[2,1,3]"),
    ("(flows.query|first).to.title", r#""Mimir""#),
    ("domains|items", r#"[["cluster","cluster.local"],["external","example.org"]]"#),
    ("domains|list", r#"["cluster","external"]"#),
    ("'12'|int + 1", "13"),
    ("'x'|int(7)", "7"),
    ("'1.5'|float", "1.5"),
    ("2.567|round(1)", "2.6"),
    ("-3|abs", "3"),
    ("3|string", r#""3""#),
    ("range(3)", "[0,1,2]"),
    ("range(5, 1, -2)", "[5,3]"),
    ("'a\nb'|indent(2)", r#""a\n  b""#),
    ("'a\nb'|lines", r#"["a","b"]"#),
];

/// Expressions that only we have, or that mean more than in minijinja.
const OWN: &[(&str, &str)] = &[
    ("name ~ flag", r#""grafanatrue""#),
    ("placement.tolerations|json", r#""[{\"key\":\"x\",\"operator\":\"Exists\"}]""#),
    ("settings.text|helm_escape", r#""a{{ \"{{\" }}b{{ \"}}\" }}""#),
    ("'10Gi'|quantity_bytes", "10737418240"),
    ("required(name, 'no name')", r#""grafana""#),
    ("domains|keys", r#"["cluster","external"]"#),
    ("domains|values", r#"["cluster.local","example.org"]"#),
    ("databases|dictsort|length if false else 0", "0"),
    ("{}|for_pods({'app': 'x'})|json", r#""null""#),
    (
        "[{'topologyKey': 'zone', 'maxSkew': 1}]|for_pods({'app': 'x'})",
        r#"[{"labelSelector":{"matchLabels":{"app":"x"}},"maxSkew":1,"topologyKey":"zone"}]"#,
    ),
    ("{'nodeAffinity': {'weight': 1}}|for_pods({'app': 'x'})", r#"{"nodeAffinity":{"weight":1}}"#),
];

fn block(expression: &str) -> String {
    // A double-quoted scalar keeps every expression whole.
    format!("!expr {}", Json::from(expression))
}

#[test]
fn values() {
    for (expression, wanted) in VALUES.iter().chain(OWN) {
        let mut bench = Bench::new();
        let got = bench.json(&block(expression)).map(|json| json.to_string());
        assert_eq!(got.as_deref(), Ok(*wanted), "{expression}");
        assert!(bench.out.is_empty(), "{expression}: {:?}", bench.problems());
    }
}

fn to_minijinja(data: &Data) -> minijinja::Value {
    match &data.value {
        DataValue::Null => ().into(),
        DataValue::Bool(flag) => (*flag).into(),
        DataValue::Int(number) => (*number).into(),
        DataValue::Float(number) => (*number).into(),
        DataValue::Str(text) => (**text).into(),
        DataValue::List(items) => items.iter().map(to_minijinja).collect::<Vec<_>>().into(),
        DataValue::Map(map) => {
            minijinja::Value::from_pairs(map.iter().map(|(key, item)| (key.to_string(), to_minijinja(item))))
        }
    }
}

fn shown(value: &minijinja::Value) -> Json {
    use minijinja::value::ValueKind;
    match value.kind() {
        ValueKind::None => Json::Null,
        ValueKind::Bool => value.is_true().into(),
        ValueKind::Number => match value.as_i64() {
            Some(number) if value.is_integer() => number.into(),
            _ => f64::try_from(value.clone()).unwrap().into(),
        },
        ValueKind::String => value.as_str().unwrap().into(),
        ValueKind::Map => {
            value.try_iter().unwrap().map(|key| (key.to_string(), shown(&value.get_item(&key).unwrap()))).collect()
        }
        _ => value.try_iter().unwrap().map(|item| shown(&item)).collect(),
    }
}

/// The language is minijinja's: where an expression works in both, both give the same.
#[test]
fn same_as_minijinja() {
    let (environment, mut different) = (minijinja::Environment::new(), Vec::new());
    for (expression, wanted) in VALUES {
        let compiled = environment.compile_expression(expression).unwrap();
        // Deep reading of what is missing is ours.
        let Ok(value) = compiled.eval(to_minijinja(&Bench::new().data)) else {
            assert!(expression.contains("absent.deeper"), "{expression}");
            continue;
        };
        let value = shown(&value).to_string();
        if value != *wanted {
            different.push(format!("{expression}: {value}, and not {wanted}"));
        }
    }
    assert!(different.is_empty(), "{different:#?}");
}

/// Every function is known to minijinja under the same name, or is one of ours.
#[test]
fn functions_are_minijinjas() {
    const OURS: [&str; 7] = ["json", "helm_escape", "quantity_bytes", "required", "keys", "values", "for_pods"];
    let environment = minijinja::Environment::new();
    let state = environment.empty_state();
    for name in names(Role::Filter).filter(|name| !OURS.contains(name)) {
        let error = environment.compile_expression_owned(format!("1|{name}")).unwrap().eval(()).err();
        let unknown = error.is_some_and(|error| error.kind() == minijinja::ErrorKind::UnknownFilter);
        assert!(!unknown, "{name}");
    }
    for name in names(Role::Test) {
        let error = environment.compile_expression_owned(format!("1 is {name}")).unwrap().eval(()).err();
        let unknown = error.is_some_and(|error| error.kind() == minijinja::ErrorKind::UnknownTest);
        assert!(!unknown, "{name}");
    }
    drop(state);
    assert!(find(Role::Function, "now").is_none() && find(Role::Function, "random").is_none());
}

#[test]
fn none_is_left_out() {
    for expression in ["tenant", "none", "expose if flag else 1"] {
        assert_eq!(Bench::new().render(&block(expression)), Rendered::LeftOut, "{expression}");
    }
}
