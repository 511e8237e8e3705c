//! Queries that are good, and queries that are not.

use super::read;

#[test]
fn good_queries_are_read() {
    let good = [
        "up == 0",
        r#"sum by (job) (rate(a:b{c=~"x|y", d!="}",}[5m:1m] offset -5m)) > bool -1"#,
        r#"a / on (node) group_left b or vector(1) # "not closed""#,
        "-a ^ -2 % 3 unless b",
        "sum(rate(http_requests_total[5m])) without (pod) / ignoring (code) group_right sum(b)",
        "histogram_quantile(0.9, sum by (le) (rate(a_bucket[1h30m])))",
        "quantile_over_time(0.99, a[1d]) > 1e3",
        "topk(5, a) and on () vector(1)",
        "time() - a{b='c'} > 36 * 3600 or absent(a{b=\"c\"})",
        "max_over_time(rate(a[5m])[1h:]) @ end()",
        r#"{"http.requests", job="a"}"#,
        r#"label_replace(up, "a", "$1", "b", "(.*)")"#,
        "a_function_of_tomorrow(x[5m])",
        "count(count by (node) (up)) > 0x1F",
        "day_of_week() == 0 or -Inf < NaN",
        "predict_linear(node_filesystem_avail_bytes[6h], 4 * 86400) < 0",
        "min_over_time((a > 1)[5m:30s])",
        "limitk(2, a) offset 1w",
        r#"up{instance=~"a\\.b\n", job=~`a\.b`, x='\''}"#,
        r#"{job=~".+", node=~"a|(b)?"} or a{b!~""} unless {__name__=~"a.*"}"#,
    ];
    for query in good {
        assert!(read(query).is_ok(), "{query}: {:?}", read(query));
    }
}

#[test]
fn broken_queries_are_not() {
    let bad = [
        "avg(a > 0.9",
        "a > > 1",
        "a)",
        "a >",
        "sum(a >)",
        "rate(a[5m)",
        r#"a{b="c}"#,
        " ",
        "a == == b",
        "rate(a)",
        "sum(a[5m])",
        "a[5m] > 1",
        "rates(a[5m])",
        "rate(a[5])x",
        "a b",
        "sum by job (a)",
        "a{b}",
        "a{b=c}",
        "a{b=~}",
        "by (a) b",
        "rate(a[five])",
        "a and",
        "\"a\" + 1",
        "sum(,a)",
        "a offset",
        "(a",
        "a[5m",
        "incrase(a[5m])",
        r#"up{job=~"("}"#,
        r#"up{job!~"a)"}"#,
        r#"sum({job=~".*"})"#,
        "{}",
        r#"up{instance=~"a\.b"}"#,
    ];
    for query in bad {
        assert!(read(query).is_err(), "{query}");
    }
}

#[test]
fn labels_are_known_that_an_aggregation_leaves() {
    let labels = |query| read(query).expect("a query").labels.map(|labels| labels.into_iter().collect::<Vec<_>>());
    assert_eq!(labels("sum by (a, b) (x) / sum by (a, b) (y) > 0.9"), Some(vec!["a", "b"]));
    assert_eq!(labels("100 * round(max(x) by (a))"), Some(vec!["a"]));
    assert_eq!(labels("sum by (a) (x) or sum by (b) (y)"), Some(vec!["a", "b"]));
    assert_eq!(labels("round(sum by (a) (x), 0.1) or sum by (b) (y)"), Some(vec!["a", "b"]));
    assert_eq!(labels("round(x, 0.1) or sum by (b) (y)"), None);
    assert_eq!(labels("sum(x) > 1"), Some(vec![]));
    assert_eq!(labels("x > 1"), None);
    assert_eq!(labels("sum without (a) (x)"), None);
    assert_eq!(labels("topk by (a) (1, x)"), None);
    assert_eq!(labels("sum by (a) (x) * on (a) group_left (b) y"), None);
    assert_eq!(labels("label_replace(sum by (a) (x), \"b\", \"$1\", \"a\", \"(.*)\")"), None);
    assert_eq!(labels("sum by (a) (x) or y"), None);
}

#[test]
fn windows_and_labels_are_known() {
    let query = read(r#"sum(rate(a{job="x"}[1m30s])) / b"#).expect("a query");
    let found: Vec<_> = query.selectors.iter().map(|one| (one.name, one.window)).collect();
    assert_eq!(found, [(Some("a"), Some((90_000, Some("rate")))), (Some("b"), None)]);
    assert_eq!(query.selectors[0].matchers, [("job", "=", "x".into())]);
}
