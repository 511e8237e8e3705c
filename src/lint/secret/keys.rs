//! Keys: whether the value of a key is a secret, by the words that the key is made of.
//!
//! The last word says what the value is (`passwordFile` is a file, `existingSecret` a name), the one before it which
//! kind of key or secret it is (`apiKey`, but not `sortKey`).

use std::sync::LazyLock;

use super::starts::Starts;

/// What the value of a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grade {
    /// Nothing that has to be kept.
    Plain,
    /// A secret, whatever it looks like.
    Secret,
    /// A secret, or the name of an item or object: two words with `-`, `.` or `/` between them.
    MaybeName,
    /// The name of an object more often than not; a secret where no object can be called so.
    MaybeObject,
}

impl Grade {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Plain, Self::Secret, Self::MaybeName, Self::MaybeObject];
}

/// Words that are secrets by themselves, also at the end of a longer word.
const PASSWORDS: [&str; 4] = ["password", "passwd", "passphrase", "passcode"];

/// Secrets whose name in the chart's values is one word.
const JOINED: [&str; 16] = [
    "apikey",
    "secretkey",
    "accesskey",
    "privatekey",
    "authkey",
    "masterkey",
    "encryptionkey",
    "signingkey",
    "requirepass",
    "rootpass",
    "dbpass",
    "userpass",
    "smtppass",
    "adminpass",
    "rootpw",
    "adminpw",
];

/// Whose `secret` is a value. Other ones (`tlsSecret`) are names of objects in most charts.
const OWNERS: [&str; 24] = [
    "client",
    "oauth",
    "oauth2",
    "oidc",
    "app",
    "application",
    "api",
    "webhook",
    "shared",
    "jwt",
    "session",
    "cookie",
    "signing",
    "consumer",
    "hmac",
    "encryption",
    "master",
    "github",
    "gitlab",
    "bitbucket",
    "gogs",
    "slack",
    "access",
    "user",
];

/// Which `key` is a secret.
const KEYS: [&str; 22] = [
    "api",
    "access",
    "private",
    "secret",
    "encryption",
    "signing",
    "master",
    "shared",
    "account",
    "auth",
    "hmac",
    "license",
    "storage",
    "webhook",
    "jwt",
    "session",
    "bot",
    "integration",
    "routing",
    "ingest",
    "unseal",
    "recovery",
];

/// Which `token` is none: counts of a language model, marks of a page, what a server tells of itself.
const TOKENS: [&str; 9] = ["max", "min", "num", "total", "page", "next", "continue", "server", "context"];

/// Last words that say how a secret is written.
const FORMS: [&str; 6] = ["value", "hash", "plain", "plaintext", "base64", "b64"];

/// Returns what the value of a key is.
pub(super) fn grade(key: &str) -> Grade {
    if !has_stem(key.as_bytes()) {
        return Grade::Plain;
    }
    let words = words(key);
    if words.iter().any(|word| word == "existing") {
        return Grade::Plain;
    }
    of_words(&words)
}

/// Parts of which every key of a secret has one.
const STEMS: [&str; 7] = ["pass", "pw", "psk", "secret", "token", "key", "cred"];

static STARTS: LazyLock<Starts<2>> = LazyLock::new(|| Starts::new(STEMS, true));

/// Returns whether a part of a key can be about a secret: nearly none is, and every key of every output is asked.
fn has_stem(key: &[u8]) -> bool {
    let here = |at: usize, stem: &str| {
        key.get(at..at + stem.len()).is_some_and(|part| part.eq_ignore_ascii_case(stem.as_bytes()))
    };
    STARTS.places(key).any(|at| STEMS.iter().any(|stem| here(at, stem)))
}

fn of_words(words: &[String]) -> Grade {
    let Some((last, before)) = words.split_last() else { return Grade::Plain };
    let owner = before.last().map_or("", String::as_str);
    match last.as_str() {
        form if FORMS.contains(&form) => of_words(before),
        "pass" if owner == "proxy" => Grade::Plain,
        "pass" | "psk" | "pwd" => Grade::Secret,
        "pw" if !before.is_empty() => Grade::Secret,
        "token" | "tokens" if TOKENS.contains(&owner) => Grade::Plain,
        "secret" | "secrets" => secret(owner, before.is_empty()),
        "credential" | "credentials" | "creds" => Grade::MaybeName,
        "key" | "keys" if KEYS.contains(&owner) => Grade::Secret,
        "key" | "keys" => Grade::Plain,
        word => joined(word.strip_suffix('s').filter(|word| !word.ends_with("pas")).unwrap_or(word)),
    }
}

fn secret(owner: &str, bare: bool) -> Grade {
    match owner {
        // Proxmox has `tokenSecret` for a value, and other charts for the name of an object with a token.
        owner if bare || owner == "token" => Grade::MaybeName,
        owner if OWNERS.contains(&owner) => Grade::Secret,
        _ => Grade::MaybeObject,
    }
}

/// Returns what a word is whose parts have no boundary: `adminpassword`, `authtoken`, `clientsecret`.
fn joined(word: &str) -> Grade {
    if PASSWORDS.iter().any(|end| word.ends_with(end)) || word.ends_with("token") {
        return Grade::Secret;
    }
    match word.strip_suffix("secret") {
        Some(owner) => secret(owner, false),
        None if JOINED.iter().any(|end| word.ends_with(end)) => Grade::Secret,
        None => Grade::Plain,
    }
}

/// Returns the words of a key in lower case: `DB_PASSWORD`, `dbPassword` and `db.password1` are the same two.
fn words(key: &str) -> Vec<String> {
    let chars: Vec<char> = key.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after = chars.get(at + 1);
        let small = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let large = before.is_some_and(char::is_ascii_uppercase);
        let starts =
            char.is_ascii_uppercase() && (small(before) || large && after.is_some_and(char::is_ascii_lowercase));
        if (starts || !char.is_ascii_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if char.is_ascii_alphanumeric() {
            word.push(char.to_ascii_lowercase());
        }
    }
    words.push(word);
    // `password1` and `password_2` are further passwords.
    while let Some(last) = words.last_mut() {
        let kept = last.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        // `oauth2` and `base64` keep theirs.
        if kept > 0 {
            if !matches!(last.as_str(), "base64" | "b64") {
                last.truncate(kept);
            }
            break;
        }
        words.pop();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_secrets() {
        for key in [
            "password",
            "adminPassword",
            "DB_PASSWORD",
            "db-password",
            "PGPASSWORD",
            "passphrase",
            "client_secret",
            "clientSecret",
            "clientsecret",
            "authToken",
            "token",
            "apiKey",
            "API_KEY",
            "apikey",
            "secretAccessKey",
            "AWS_SECRET_ACCESS_KEY",
            "privateKey",
            "encryption_key",
            "webhook.github.secret",
            "JWTSecret",
            "htpasswd",
            "oidc.keycloak.clientSecret",
            "password1",
            "PASSWORD_2",
            "tokens",
            "rootpw_hash",
            "root_pw",
            "passwordHash",
            "requirepass",
            "SMTP_PASS",
            "auth_token",
            "accesskey",
            "unsealKeys",
            "tokenValue",
            "bearerToken",
        ] {
            assert!(grade(key) == Grade::Secret, "{key}: {:?}", words(key));
        }
        for key in ["secret", "credentials", "secrets.secret"] {
            assert!(matches!(grade(key), Grade::MaybeName | Grade::MaybeObject), "{key}");
        }
    }

    #[test]
    fn keys_of_other_things() {
        for key in [
            "existingSecret",
            "existingSecretPassword",
            "passwordKey",
            "userKey",
            "secretName",
            "passwordSecretName",
            "passwordFile",
            "tokenPath",
            "tokenURL",
            "secretKeyRef",
            "passwordPolicy",
            "tokenTTL",
            "maxTokens",
            "key",
            "sortKey",
            "publicKey",
            "bypass",
            "compass",
            "proxy_pass",
            "server-tokens",
            "accessKeyId",
            "keyword",
            "secretStore",
            "passwordLength",
            "monkey",
            "tokenReview",
            "apiKeyHeader",
            "x",
            "",
            "кey",
            "authMethod",
        ] {
            assert!(grade(key) == Grade::Plain, "{key}: {:?}", words(key));
        }
        for key in ["tlsSecret", "imagePullSecret", "configSecret", "imagePullSecrets"] {
            assert!(grade(key) == Grade::MaybeObject, "{key}");
        }
    }
}
