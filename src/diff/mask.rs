//! Takes the name of an environment out of texts: what differs by nothing else is the same in all of them.

/// What may stand between the name of an environment and the rest of a name.
const BETWEEN: [char; 3] = ['-', '.', '_'];

/// Returns a text without the name of an environment where that is a part of a name: `x-staging` gives `x`. The name alone stays.
pub(super) fn without(text: &str, environment: &str) -> String {
    let text = text.replace(&format!("environments/{environment}/"), "");
    if environment.is_empty() || !text.contains(environment) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(environment) {
        out.push_str(before);
        let joins = |c: Option<char>| c.is_some_and(|c| BETWEEN.contains(&c));
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let (left, right) = (out.chars().next_back(), after.chars().next());
        rest = after;
        if joins(left) && !inside(right) {
            out.pop();
        } else if joins(right) && !inside(left) {
            rest = after.get(1..).unwrap_or_default();
        } else {
            out.push_str(environment);
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn an_environment_is_taken_out_of_names_and_not_out_of_words() {
        for (text, expected) in [
            ("PodDisruptionBudget shop-staging/web is gone", "PodDisruptionBudget shop/web is gone"),
            ("`grafana.staging.example.org` is open", "`grafana.example.org` is open"),
            ("staging-shop and shop_staging", "shop and shop"),
            ("environment `staging` is gone", "environment `staging` is gone"),
            ("environments/staging/gitops/apps/x.yaml", "gitops/apps/x.yaml"),
            ("stagings upstaging-x", "stagings upstaging-x"),
        ] {
            assert_eq!(without(text, "staging"), expected, "{text}");
        }
    }
}
