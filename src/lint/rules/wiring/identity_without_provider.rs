//! The rule of [`IDENTITY`].

use crate::lint::rule::{Check, rule};
use crate::model::IDENTITY;

rule! {
    /// People are to be signed in at a host, and nobody does.
    ///
    /// ## What it does
    ///
    /// Looks at `access: identity` of each `expose` and of each route of a tunnel, and for one of: an `auth` flow of the component
    /// itself, one of the ingress controller of the host (`via: forward`), one of the component that runs the inner end of the
    /// tunnel. Who is asked must not stand behind the same door, and a tunnel has to reach it from the internet: by a tunnel, or by
    /// an address of `purpose: public`.
    ///
    /// ## Why it matters
    ///
    /// The host would be open to everybody who knows its name. With a provider that nobody reaches it is closed to everybody.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   navidrome: { version: 0.60.3, expose: { host: music.example.org, access: identity } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   navidrome: { version: 0.60.3, expose: { host: music.example.org, access: identity } }
    /// flows:
    ///   - auth: { from: traefik, to: authentik, via: forward }
    /// ```
    ///
    /// ## Source
    ///
    /// OWASP, Top 10 A07:2021.
    pub(super) static RULE = IDENTITY, Wiring, Error, fix: None, Check::Raised, fixed: true;
}
