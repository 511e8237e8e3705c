//! Values: whether what stands under the key of a secret is a secret, or leads to one.

use super::keys::{Grade, grade};

/// Starts of references to what other tools keep: Vault, 1Password, SOPS, vals, clouds, Ansible.
const REFERENCES: [&str; 18] = [
    "vault:",
    "ref+",
    "op://",
    "enc[",
    "env:",
    "env.",
    "file:",
    "secretref",
    "$ansible_vault",
    "arn:aws:",
    "projects/",
    "gcpsm:",
    "awssm:",
    "akv:",
    "path:",
    "ssm:",
    "-----begin certificate",
    "-----begin public",
];

/// Words that say that there is no secret.
const NOTHING: [&str; 11] =
    ["null", "none", "nil", "true", "false", "unset", "redacted", "yes", "no", "disabled", "enabled"];

/// Numbers of fewer digits are counts.
const SHORT: usize = 6;

/// Endings of names of files.
const FILES: [&str; 10] = [".key", ".pem", ".crt", ".cer", ".txt", ".json", ".yaml", ".yml", ".jks", ".p12"];

/// Returns whether a text under a key of this grade is a secret that is written out.
pub(super) fn is_written_out(text: &str, key: Grade) -> bool {
    let text = text.trim();
    if key == Grade::Plain || is_nothing(text) || is_reference(text) || is_place(text) || is_variable(text) {
        return false;
    }
    match key {
        Grade::MaybeName => !is_name(text),
        Grade::MaybeObject => !is_object(text),
        _ => true,
    }
}

/// Returns whether a text is the name of a variable that holds a secret: `password: DATABASE_PASSWORD` says where it goes.
fn is_variable(text: &str) -> bool {
    let word = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    word && text.contains('_') && grade(text) != Grade::Plain
}

/// Returns whether a text is the name of a key, as `secretKey: admin-password` is beside the name of a Secret.
pub(super) fn is_key_name(text: &str) -> bool {
    let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let several = text.bytes().any(|byte| byte.is_ascii_uppercase() || b"-_.".contains(&byte));
    let alone = ["password", "passwd", "token", "secret", "credentials"].contains(&text);
    word && (several || alone) && grade(text) != Grade::Plain
}

/// Returns whether a number under a key is a count: `tokens: 100`. A password may well be a short number.
pub(super) fn is_count(text: &str, key: &str) -> bool {
    text.len() < SHORT && text.bytes().all(|byte| byte.is_ascii_digit()) && !key.to_ascii_lowercase().contains("pass")
}

fn is_nothing(text: &str) -> bool {
    let mask = |char: char| matches!(char, '*' | 'x' | 'X' | '.' | '•');
    text.chars().all(mask) || NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Returns whether a text is filled in by something else: `${X}`, `$(X)`, `$x.y`, `$__file{…}`, `{{ … }}`, `<x>`, `%X%`.
pub(super) fn is_reference(text: &str) -> bool {
    let wrapped = |open, close| text.len() > 2 && text.starts_with(open) && text.ends_with(close);
    if ["${", "$(", "$__", "{{", "<<"].iter().any(|open| text.contains(open)) || wrapped('<', '>') || wrapped('%', '%')
    {
        return true;
    }
    // `$2a$10$…` is the hash of a password, no reference.
    let rest = text.strip_prefix('$').unwrap_or("");
    let named = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !rest.contains('$');
    let item = text.split_once('#').is_some_and(|(path, key)| path.contains('/') && !key.is_empty());
    let start = |start: &str| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    named || item || REFERENCES.iter().any(|reference| start(reference))
}

/// Returns whether a text says where something is: a path, a file, a URL.
fn is_place(text: &str) -> bool {
    if text.contains(char::is_whitespace) {
        return false;
    }
    let path = ["./", "../", "~/"].iter().any(|start| text.starts_with(start))
        || text.strip_prefix('/').is_some_and(|rest| rest.contains('/'));
    let file = FILES.iter().any(|ending| text.ends_with(ending));
    path || file || (text.contains("://") && !text.contains('@')) || is_service(text)
}

/// Returns whether a text is the name of a Service in a cluster, perhaps with a port.
fn is_service(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    host.split('.').skip(2).any(|label| label == "svc") && is_object(host) && !host.contains('/') && digits(port)
}

/// Returns whether a text is two or more words of letters: `my-tls`, `proxmox/terraform`.
fn is_name(text: &str) -> bool {
    let word = |word: &str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        word.len() - letters.len() <= 2 && !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_lowercase())
    };
    let count = |word: &str| word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = text.split(['-', '.', '/', '_']);
    words.next().is_some_and(word)
        && words.clone().next().is_some_and(word)
        && words.all(|part| word(part) || count(part))
}

/// Returns whether an object of Kubernetes can be called so.
fn is_object(text: &str) -> bool {
    text.len() <= 63 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-./".contains(&b))
}

/// Returns whether a text is `user:password` in base64, as container registries take it.
pub(super) fn is_basic(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let has = |kind: fn(&u8) -> bool| body.bytes().any(|byte| kind(&byte));
    text.len() >= 8
        && text.len().is_multiple_of(4)
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && (has(u8::is_ascii_digit) || body.len() < text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_out() {
        for text in ["hunter2", "P@ss w0rd", "changeme", "12345678", "$2a$10$abcdefg", "a$b", "a#b", "0", "x1"] {
            assert!(is_written_out(text, Grade::Secret), "{text}");
        }
        for text in ["hunter2", "2f1c6a7e-0000-4000-8000-000000000000", "UPPER-CASE", "word"] {
            assert!(is_written_out(text, Grade::MaybeName), "{text}");
        }
        assert!(is_written_out("Aa0/==", Grade::MaybeObject));
        assert!(is_basic("dXNlcjpodW50ZXIy") && is_basic("YTpi1A=="));
    }

    #[test]
    fn references() {
        for text in [
            "",
            " ",
            "${VAR}",
            "$(VAR)",
            "$__env{X}",
            "$__file{/etc/x}",
            "$oidc.keycloak.clientSecret",
            "$VAR",
            "{{ .password }}",
            "vault:secret/data/x#key",
            "secret/data/x#key",
            "ref+vault://x",
            "op://vault/item/field",
            "ENC[AES256_GCM,data:x]",
            "<path:secret/x#y>",
            "/etc/secrets/password",
            "~/.ssh/id_rsa",
            "tls.key",
            "****",
            "xxxx",
            "null",
            "false",
            "https://example.com/token",
            "file:/run/x",
            "%DB_PASSWORD%",
            "-----BEGIN CERTIFICATE-----",
        ] {
            assert!(!is_written_out(text, Grade::Secret), "{text}");
        }
        for text in ["my-tls", "proxmox/terraform", "grafana-admin-2"] {
            assert!(!is_written_out(text, Grade::MaybeName), "{text}");
        }
        assert!(!is_written_out("regcred", Grade::MaybeObject));
        assert!(!is_basic("keycloak-internal") && !is_basic("disabled"));
    }
}
