//! Shapes: secrets that are known by what they look like, wherever they stand.
//!
//! Formats as their publishers document them (GitHub, GitLab, AWS, Slack, Vault, Stripe, 1Password, Google, npm, Docker,
//! Grafana, Anthropic, `OpenAI`), RFC 7468 for PEM, RFC 7519 for JWT, RFC 3986 for URLs.

use std::ops::Range;
use std::sync::LazyLock;

use super::starts::Starts;
use super::values::{is_basic, is_reference};

/// A prefix, how many characters have to follow it, whether `-` and `_` are among them, and what it is.
type Token = (&'static str, usize, bool, &'static str);

const TOKENS: [Token; 45] = [
    ("AGE-SECRET-KEY-1", 50, false, "an age key"),
    ("AIza", 35, true, "a Google API key"),
    ("AKIA", 16, false, "an AWS access key"),
    ("ASIA", 16, false, "an AWS access key"),
    ("dckr_pat_", 20, true, "a Docker token"),
    ("dop_v1_", 60, false, "a DigitalOcean token"),
    ("ghp_", 30, false, "a GitHub token"),
    ("gho_", 30, false, "a GitHub token"),
    ("ghu_", 30, false, "a GitHub token"),
    ("ghs_", 30, false, "a GitHub token"),
    ("ghr_", 30, false, "a GitHub token"),
    ("github_pat_", 30, true, "a GitHub token"),
    ("glpat-", 18, true, "a GitLab token"),
    ("gldt-", 18, true, "a GitLab token"),
    ("glrt-", 18, true, "a GitLab token"),
    ("glptt-", 18, true, "a GitLab token"),
    ("glcbt-", 18, true, "a GitLab token"),
    ("glagent-", 18, true, "a GitLab token"),
    ("glsa_", 30, true, "a Grafana token"),
    ("glc_", 30, true, "a Grafana token"),
    ("hf_", 30, false, "a Hugging Face token"),
    ("hooks.slack.com/services/T", 20, true, "a Slack webhook"),
    ("hooks.slack.com/workflows/T", 20, true, "a Slack webhook"),
    ("discord.com/api/webhooks/", 20, true, "a Discord webhook"),
    ("webhook.office.com/webhookb2/", 20, true, "a Teams webhook"),
    ("hvs.", 20, true, "a Vault token"),
    ("hvb.", 20, true, "a Vault token"),
    ("hvr.", 20, true, "a Vault token"),
    ("npm_", 36, false, "an npm token"),
    ("ops_", 40, true, "a 1Password token"),
    ("pypi-Ag", 30, true, "a PyPI token"),
    ("rk_live_", 16, false, "a Stripe key"),
    ("sk_live_", 16, false, "a Stripe key"),
    ("sk_test_", 16, false, "a Stripe key"),
    ("sk-ant-", 20, true, "an Anthropic key"),
    ("sk-proj-", 20, true, "an OpenAI key"),
    ("shpat_", 30, false, "a Shopify token"),
    ("tskey-", 16, true, "a Tailscale key"),
    ("xapp-", 10, true, "a Slack token"),
    ("xoxa-", 10, true, "a Slack token"),
    ("xoxb-", 10, true, "a Slack token"),
    ("xoxe-", 10, true, "a Slack token"),
    ("xoxp-", 10, true, "a Slack token"),
    ("xoxr-", 10, true, "a Slack token"),
    ("xoxs-", 10, true, "a Slack token"),
];

/// A secret in a text: where, and what it is.
pub(super) type Found = (Range<usize>, &'static str);

/// What stands at the start of each shape.
static STARTS: LazyLock<Starts<3>> = LazyLock::new(|| {
    let others = ["-----BEGIN ", "://", "!", "Bearer ", "Basic ", "eyJ"];
    Starts::new(TOKENS.iter().map(|(prefix, ..)| *prefix).chain(others), false)
});

/// No shape is shorter, but for a URL.
const SHORTEST: usize = 14;

/// Returns the secrets of a text, in its order.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    if text.len() < SHORTEST && !text.bytes().any(|byte| byte == b':') {
        return all;
    }
    for at in STARTS.places(text.as_bytes()) {
        if all.last().is_none_or(|(range, _)| range.end <= at) {
            all.extend(starting(text, at));
        }
    }
    all
}

/// Returns the secret that starts here.
fn starting(text: &str, at: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let inside = at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|b| is_word(*b));
    match bytes.get(at)? {
        b'-' => pem(text, at),
        b':' => userinfo(text, at),
        b'!' => proxmox(text, at),
        _ if inside => None,
        b'B' => authorization(text, at),
        b'e' => jwt(text, at),
        _ => token(text, at),
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns how many bytes of a text fit.
fn length(text: &str, fits: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|byte| fits(*byte)).count()
}

/// Returns the token that starts here; one of nothing but `x` is an example.
fn token(text: &str, at: usize) -> Option<Found> {
    let here = text.get(at..)?;
    let first = here.as_bytes().first();
    let (prefix, least, dashes, what) =
        *TOKENS.iter().find(|(prefix, ..)| prefix.as_bytes().first() == first && here.starts_with(prefix))?;
    let body = here.get(prefix.len()..)?;
    let path = prefix.contains('/');
    let fits =
        |b: u8| b.is_ascii_alphanumeric() || (dashes && matches!(b, b'-' | b'_')) || (path && matches!(b, b'/' | b'@'));
    let length = length(body, fits);
    let body = body.get(..length)?;
    let aws = prefix == "AKIA" || prefix == "ASIA";
    let example = body.bytes().all(|b| matches!(b, b'x' | b'X' | b'/' | b'-' | b'_')) || body.ends_with("EXAMPLE");
    let shape = !aws || (length == least && body.bytes().all(|b| !b.is_ascii_lowercase()));
    (length >= least && shape && !example).then(|| (at..at + prefix.len() + length, what))
}

/// Returns a private key in PEM, from its first line to its last.
fn pem(text: &str, at: usize) -> Option<Found> {
    let here = text.get(at..)?;
    let rest = here.strip_prefix("-----BEGIN ")?;
    let (label, body) = rest.split_once("-----")?;
    if label.len() > 40 || !(label.ends_with("PRIVATE KEY") || label == "PGP PRIVATE KEY BLOCK") {
        return None;
    }
    // Breaks are blanks, `\n` in quotes, or `#` of a comment; without a body somebody only writes about keys.
    let body = body.trim_start_matches(|c: char| c.is_whitespace() || c == '#').trim_start_matches("\\n");
    if length(body, |b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')) < 8 && !body.starts_with("Proc-Type") {
        return None;
    }
    let end = here.find("-----END ").map_or(here.len(), |end| end + "-----END ".len() + label.len() + 5);
    Some((at..at + end.min(here.len()), "a private key"))
}

/// Returns the password of `scheme://user:password@host`.
fn userinfo(text: &str, at: usize) -> Option<Found> {
    let rest = text.get(at..)?.strip_prefix("://")?;
    let scheme = text.get(..at)?.bytes().next_back()?;
    let authority = rest
        .get(..length(rest, |b| !b.is_ascii_whitespace() && !matches!(b, b'/' | b'"' | b'\'' | b'`' | b'?' | b'#')))?;
    let (user, host) = authority.rsplit_once('@')?;
    let (user, password) = user.split_once(':')?;
    let masked = password.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.'));
    let word = ["password", "pass", "passwd", "pwd", "secret"].iter().any(|word| password.eq_ignore_ascii_case(word));
    // An example names what belongs there; as a value it would be a password nobody means.
    let example = word && is_comment(text, at);
    let written = !masked && !example && !is_reference(password) && !password.contains(['{', '<']);
    let start = at + 3 + user.len() + 1;
    (scheme.is_ascii_alphanumeric() && !host.is_empty() && written)
        .then(|| (start..start + password.len(), "a password in a URL"))
}

/// Returns whether a place lies behind a `#` of its line.
fn is_comment(text: &str, at: usize) -> bool {
    let line = text.get(..at).map_or("", |before| before.rsplit('\n').next().unwrap_or(""));
    line.trim_start().starts_with('#') || line.contains(" #")
}

/// Returns the token of `user@realm!name=uuid`, as Proxmox makes them.
fn proxmox(text: &str, at: usize) -> Option<Found> {
    let rest = text.get(at + 1..)?;
    let name = length(rest, |b| is_word(b) || matches!(b, b'-' | b'.'));
    let uuid = rest.get(name..)?.strip_prefix('=')?.get(..36)?;
    let fits = uuid.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    let start = at + 1 + name + 1;
    (name > 0 && fits).then(|| (start..start + 36, "a Proxmox token"))
}

/// Returns the credentials of an `Authorization` header.
fn authorization(text: &str, at: usize) -> Option<Found> {
    let here = text.get(at..)?;
    if let Some(body) = here.strip_prefix("Bearer ") {
        let length = length(body, |b| is_word(b) || matches!(b, b'-' | b'.' | b'+' | b'/' | b'=' | b'~'));
        let body = body.get(..length)?;
        let fits =
            length >= 20 && body.bytes().any(|b| b.is_ascii_digit()) && body.bytes().any(|b| b.is_ascii_alphabetic());
        return fits.then(|| (at + 7..at + 7 + length, "a bearer token"));
    }
    let body = here.strip_prefix("Basic ")?;
    let length = length(body, |b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
    (length >= 8 && is_basic(body.get(..length)?)).then(|| (at + 6..at + 6 + length, "a password in base64"))
}

/// Returns a JSON Web Token.
fn jwt(text: &str, at: usize) -> Option<Found> {
    let here = text.get(at..)?;
    if !here.starts_with("eyJ") {
        return None;
    }
    let length = length(here, |b| is_word(b) || matches!(b, b'-' | b'.' | b'='));
    let mut parts = here.get(..length)?.split('.');
    let (head, body, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = head.len() >= 12 && body.starts_with("eyJ") && body.len() >= 12 && signature.len() >= 10;
    fits.then(|| (at..at + length, "a JSON Web Token"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a text in which `~` stands for forty letters, so that no example looks like a living token.
    fn made(text: &str) -> String {
        text.replace('~', &"aB3".repeat(14)).replace('^', &"A1B2".repeat(4))
    }

    #[test]
    fn secrets() {
        for text in [
            "ghp_~",
            "github_pat_~",
            "token: \"glpat-~\"",
            "AKIA^",
            "xoxb-~",
            "hvs.~",
            "sk_live_~",
            "ops_~",
            "AIza~",
            "x=npm_~",
            "glsa_~",
            "https://hooks.slack.com/services/T~/B~/~",
            "(dckr_pat_~)",
            "sk-ant-~",
            "hf_~",
            "eyJ~.eyJ~.~",
            "Authorization: Bearer ~",
            "postgres://app:hunter2@db:5432/x",
            "redis://:hunter2@cache",
            "root@pam!dvgen=00000000-1111-2222-3333-444444444444",
            "Authorization: Basic dXNlcjpodW50ZXIy",
            "-----BEGIN RSA PRIVATE KEY-----\n  MIIhunter2hunter2\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\\nMIIhunter2hunter2\\n-----END PRIVATE KEY-----",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2hunter2",
            "mongodb+srv://a:b%40c@host",
        ] {
            assert_eq!(find(&made(text)).len(), 1, "{text}");
        }
    }

    #[test]
    fn none_is_shorter() {
        assert!(TOKENS.iter().all(|(prefix, least, ..)| prefix.len() + least >= SHORTEST));
        for (text, found) in [("Basic YTpiYw==", 1), ("Basic YTpiY", 0), ("a://b:c@d", 1), ("s://:pw@h", 1)] {
            assert_eq!(find(text).len(), found, "{text}");
        }
    }

    #[test]
    fn others() {
        for text in [
            "ghp_",
            "ghp_short",
            "xghp_~",
            "ghp_${TOKEN}",
            "AKIAIOSFODNN7EXAMPLE",
            "AKIA",
            "hvs.",
            "npm_config_registry",
            "https://example.com:8443/a@b",
            "https://user@host/",
            "postgres://app:${PASSWORD}@db",
            "http://a:8080/x",
            "postgres://{{ .user }}:{{ .password }}@db",
            "# e.g. postgres://user:password@host",
            "redis://x:***@h",
            "-----BEGIN CERTIFICATE-----\nMIIhunter2",
            "-----BEGIN PRIVATE KEY-----",
            "Bearer ${TOKEN}",
            "Basic usage",
            "Bearer authentication",
            "eyJ",
            "eyJ~",
            "user@realm!name=${UUID}",
            "- a: b",
            "!=x",
            "sk-",
            "ops_team_alerts",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "http_requests_total:rate5m",
            "image: a/b:1@sha256:00",
            "git@github.com:a/b.git",
            "ssh://git@host/a.git",
            "a://b:$(X)@c",
        ] {
            assert_eq!(find(&made(text)), Vec::<Found>::new(), "{text}");
        }
    }
}
