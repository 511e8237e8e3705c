//! The functions of Prometheus 3 (prometheus.io, "Query functions"), by what they take.

/// What a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    /// Values of series, texts and numbers.
    Values,
    /// Samples over some time.
    Samples,
    /// That is not known.
    Anything,
}

/// Operators that make one value of many (prometheus.io, "Aggregation operators").
pub(super) const AGGREGATIONS: [&str; 14] = [
    "avg",
    "bottomk",
    "count",
    "count_values",
    "group",
    "limit_ratio",
    "limitk",
    "max",
    "min",
    "quantile",
    "stddev",
    "stdvar",
    "sum",
    "topk",
];

const OF_SAMPLES: [&str; 28] = [
    "absent_over_time",
    "avg_over_time",
    "changes",
    "count_over_time",
    "delta",
    "deriv",
    "double_exponential_smoothing",
    "first_over_time",
    "holt_winters",
    "idelta",
    "increase",
    "irate",
    "last_over_time",
    "mad_over_time",
    "max_over_time",
    "min_over_time",
    "predict_linear",
    "present_over_time",
    "quantile_over_time",
    "rate",
    "resets",
    "stddev_over_time",
    "stdvar_over_time",
    "sum_over_time",
    "ts_of_first_over_time",
    "ts_of_last_over_time",
    "ts_of_max_over_time",
    "ts_of_min_over_time",
];

const OF_VALUES: [&str; 57] = [
    "abs",
    "absent",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "ceil",
    "clamp",
    "clamp_max",
    "clamp_min",
    "cos",
    "cosh",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "days_in_month",
    "deg",
    "exp",
    "floor",
    "histogram_avg",
    "histogram_count",
    "histogram_fraction",
    "histogram_quantile",
    "histogram_quantiles",
    "histogram_stddev",
    "histogram_stdvar",
    "histogram_sum",
    "hour",
    "info",
    "label_join",
    "label_replace",
    "ln",
    "log10",
    "log2",
    "minute",
    "month",
    "pi",
    "rad",
    "round",
    "scalar",
    "sgn",
    "sin",
    "sinh",
    "sort",
    "sort_by_label",
    "sort_by_label_desc",
    "sort_desc",
    "sqrt",
    "tan",
    "tanh",
    "time",
    "timestamp",
    "vector",
    "year",
    "step",
];

/// Aggregations that give some of the series, or a label more.
pub(super) const CHOOSES: [&str; 5] = ["bottomk", "count_values", "limit_ratio", "limitk", "topk"];

/// Functions whose values have the labels of the first that they get.
pub(super) const KEEPS: [&str; 11] =
    ["abs", "ceil", "floor", "ln", "log10", "log2", "round", "sgn", "sort", "sort_desc", "sqrt"];

/// Iterates over the names of all functions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OF_SAMPLES.into_iter().chain(OF_VALUES).chain(AGGREGATIONS)
}

/// Returns what a function takes.
pub(super) fn wants(name: &str) -> Result<Wants, String> {
    if OF_SAMPLES.contains(&name) {
        Ok(Wants::Samples)
    } else if OF_VALUES.contains(&name) {
        Ok(Wants::Values)
    } else {
        Err(format!("there is no function `{name}`"))
    }
}
