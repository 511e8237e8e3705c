//! What each kind of secret store has to say of itself.

use crate::diag::Diagnostic;
use crate::model::resolve::Resolver;
use crate::model::{INCOMPLETE, NO_EFFECT};
use crate::source::Span;
use crate::spec::{SecretMaker, SecretStore, StoreKind};

/// Reports fields that the kind of store needs, and those that belong to another kind.
pub(super) fn check(cx: &mut Resolver<'_>, store: &SecretStore, kind: StoreKind, here: Span) {
    let word = kind.word();
    let other: Vec<(&str, Option<Span>)> = match kind {
        StoreKind::Vault => {
            vec![("vault", store.vault.span()), ("cloud", store.cloud.span()), ("prefix", store.prefix.span())]
        }
        StoreKind::OnePassword => vec![
            ("mount", store.mount.span()),
            ("version", store.version.span()),
            ("cloud", store.cloud.span()),
            ("prefix", store.prefix.span()),
        ],
        StoreKind::Gcp => vec![
            ("component", store.component.span()),
            ("mount", store.mount.span()),
            ("version", store.version.span()),
            ("vault", store.vault.span()),
        ],
    };
    for (field, span) in other {
        if let Some(span) = span {
            let message = format!("`{field}` means nothing to a secret store of the kind `{word}`");
            let problem = Diagnostic::warning(NO_EFFECT, span, message).why("no output changes with it");
            cx.out.push(problem.help("remove it"));
        }
    }
    match kind {
        StoreKind::OnePassword if store.vault.get().is_none() && !store.vault.is_broken() => {
            let problem = Diagnostic::error(INCOMPLETE, here, "the secret store does not say which vault it reads")
                .why("1Password finds an item by the vault that it is in and by its title");
            cx.out.push(problem.help("write `vault:` with the name of the vault, as 1Password shows it"));
        }
        StoreKind::Gcp if store.cloud.get().is_none() && !store.cloud.is_broken() => {
            let problem = Diagnostic::error(INCOMPLETE, here, "the secret store does not say whose secrets it reads")
                .why("Secret Manager keeps the secrets of a project");
            cx.out.push(problem.help("write `cloud:` with an entry of `clouds`"));
        }
        StoreKind::Vault | StoreKind::Gcp if store.by.value() == Some(&SecretMaker::Operator) => {
            let span = store.by.span().unwrap_or(here);
            let problem =
                Diagnostic::error(INCOMPLETE, span, "no operator makes Secrets out of the items of this store")
                    .why("`operator` is that of 1Password, which reads 1Password only");
            cx.out.push(problem.help("remove `by`: External Secrets reads this store"));
        }
        _ => {}
    }
}
