//! Logins that nothing is behind.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Guard;
use crate::spec::Access;

rule! {
    /// `open` lets everybody through at every path of a host where people have to sign in.
    ///
    /// ## What it does
    ///
    /// Looks for the path `/` in `open`, where an ingress controller or the outer end of a tunnel signs people in.
    ///
    /// ## Why it matters
    ///
    /// `open` is for paths below it too, and everything is below `/`: nobody is asked who he is any more, while the spec still
    /// says `access: identity`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// expose: { host: music.example.org, access: identity, open: [/] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// expose: { host: music.example.org, access: identity, open: [/rest] }
    /// ```
    ///
    /// ## Source
    ///
    /// Authentik, proxy providers, unauthenticated paths; Cloudflare Access, application paths and `bypass`.
    pub(super) static RULE = Kind::new("all-paths-open", "DV1697"), Secrets, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for exposure in subject.platform.exposures() {
        let expose = exposure.expose;
        if !matches!(expose.guard, Guard::Ingress | Guard::Tunnel) {
            continue;
        }
        let Some(all) = expose.open.iter().find(|path| path.value.bytes().all(|byte| byte == b'/')) else { continue };
        let Some(span) = subject.line(all.origin) else { continue };
        let (who, host) = (exposure.who(), &expose.host.value);
        let mut problem = RULE
            .at(span, format!("everything at `{host}` is below this path: nobody is asked who he is"))
            .why(format!("whoever knows the host can do what `{who}` lets strangers do"));
        let access = expose.access.as_ref().filter(|access| access.value == Access::Identity);
        if let Some(line) = access.and_then(|access| subject.line(access.origin)) {
            problem = problem.related(line, "people are to sign in");
        }
        let problem = problem.help("name the paths that programs come to, such as `/rest`");
        out.push(
            problem.help("or write `access: public`, if everybody is meant").about(&exposure.component.name.value),
        );
    }
}
