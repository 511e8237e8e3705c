//! Receivers, and the Secrets that they read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reader;
use crate::diag::Diagnostic;
use crate::model::{INCOMPLETE, UNKNOWN_SECRET};
use crate::source::Spanned;
use crate::spec::{self, Receiver};
use crate::template::Data;
use crate::yaml::{Decoder, Field};

/// Where the address comes from (api.slack.com, "Sending messages using incoming webhooks").
const SLACK: &str = "issued by Slack: the address of an incoming webhook for the channel";
/// Where the key comes from (support.pagerduty.com, "Prometheus Integration Guide").
const PAGERDUTY: &str = "issued by PagerDuty: the integration key of a service, Events API v2";
const WEBHOOK: &str = "issued by whoever answers there: its address, with what it asks for in it";

impl Reader<'_, '_> {
    pub(super) fn receivers(&mut self, alerts: &spec::Alerts) -> Data {
        let mut all = Vec::new();
        for (name, named) in alerts.receivers.value().into_iter().flatten() {
            let Some(receiver) = &named.value else { continue };
            let receiver = &receiver.value;
            if !receiver.is_broken() && is_mute(receiver) {
                let message = format!("receiver `{name}` has no way to be told");
                let problem = Diagnostic::error(INCOMPLETE, named.key, message);
                self.cx.out.push(problem.help("give it `email`, `slack`, `pagerduty` or `webhook`"));
            }
            let origin = self.cx.origins.written("receiver", named.key);
            let fields = [
                ("name", Data::str(name.clone(), origin)),
                ("email", self.email(receiver)),
                ("slack", self.slack(receiver)),
                ("pagerduty", self.pagerduty(receiver)),
                ("webhook", self.webhook(receiver)),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    fn email(&mut self, receiver: &Receiver) -> Data {
        let Some(email) = receiver.email.get() else { return Data::null(self.none) };
        let origin = self.cx.origins.written("receiver", email.span);
        let email = &email.value;
        let server = email.server.value().map_or_else(String::new, |server| format!(" `{}`", server.0));
        let mail = format!("issued by the mail server{server}: the password of the account");
        if let Some(server) = email.server.get().filter(|server| !has_port(&server.value.0)) {
            let message = format!("`{}` does not say at which port the mail server answers", server.value.0);
            let problem = Diagnostic::error(INCOMPLETE, server.span, message);
            let problem =
                problem.why("Alertmanager takes no configuration with such an address in it, and tells nobody");
            self.cx.out.push(problem.help("write the port behind it, such as `:587` for mail that programs hand in"));
        }
        let tls = email.tls.get().map(|tls| Data::bool(tls.value, self.cx.origins.written("receiver", tls.span)));
        let fields = [
            ("to", self.text(&email.to, "address")),
            ("from", self.text(&email.from, "address")),
            ("server", self.text(&email.server, "mail server")),
            ("user", self.text(&email.user, "account")),
            ("password", self.secret(&email.password, ("password", &mail))),
            ("tls", tls.unwrap_or_else(|| Data::bool(true, origin))),
        ];
        Data::map(fields, origin)
    }

    fn slack(&mut self, receiver: &Receiver) -> Data {
        let Some(slack) = receiver.slack.get() else { return Data::null(self.none) };
        let origin = self.cx.origins.written("receiver", slack.span);
        let slack = &slack.value;
        let fields = [
            ("channel", self.text(&slack.channel, "channel")),
            ("url", self.secret(&slack.url, ("url", SLACK))),
            ("title", self.text(&slack.title, "title")),
            ("text", self.text(&slack.text, "text")),
        ];
        Data::map(fields, origin)
    }

    fn pagerduty(&mut self, receiver: &Receiver) -> Data {
        let Some(pagerduty) = receiver.pagerduty.get() else { return Data::null(self.none) };
        let origin = self.cx.origins.written("receiver", pagerduty.span);
        let fields = [
            ("key", self.secret(&pagerduty.value.key, ("routingKey", PAGERDUTY))),
            ("severity", self.text(&pagerduty.value.severity, "severity")),
        ];
        Data::map(fields, origin)
    }

    fn webhook(&mut self, receiver: &Receiver) -> Data {
        let Some(webhook) = receiver.webhook.get() else { return Data::null(self.none) };
        let origin = self.cx.origins.written("receiver", webhook.span);
        if matches!((&webhook.value.url, &webhook.value.secret), (Field::Absent, Field::Absent)) {
            let problem = Diagnostic::error(INCOMPLETE, webhook.span, "nothing says where this webhook is");
            self.cx
                .out
                .push(problem.help("write its `url`, or `address: { secret: ITEM }` where the address is a secret"));
        }
        let url = webhook.value.url.get();
        let url = url.map(|url| Data::str(url.value.0.clone(), self.cx.origins.written("address", url.span)));
        let fields = [
            ("url", url.unwrap_or_else(|| Data::null(self.none))),
            ("secret", self.secret(&webhook.value.secret, ("url", WEBHOOK))),
        ];
        Data::map(fields, origin)
    }

    /// Returns the Secret and the key that a reference leads to, and notes that the item is read.
    fn secret(&mut self, field: &Field<spec::SecretRef>, (usual, hint): (&'static str, &str)) -> Data {
        let Some(reference) = field.get() else { return Data::null(self.none) };
        let item = &reference.value.item;
        let origin = self.cx.origins.written("secret", reference.value.span);
        let Some(key) = self.key(reference, usual) else { return Data::null(self.none) };
        let entry = self.used.entry(item.clone()).or_insert_with(|| (origin, BTreeMap::new()));
        entry.1.entry(key.clone()).or_insert_with(|| (origin, hint.to_owned()));
        let fields = [
            ("item", Data::str(item.clone(), origin)),
            ("object", Data::str(object(item), origin)),
            ("key", Data::str(key, origin)),
        ];
        Data::map(fields, origin)
    }

    /// The only key of an item is meant, or the one that is called as usual.
    fn key(&mut self, reference: &Spanned<spec::SecretRef>, usual: &'static str) -> Option<Arc<str>> {
        // An item that does not exist is reported with the component that reads it.
        let Some(item) = self.items.get(&reference.value.item) else { return Some(usual.into()) };
        match item.keys.as_slice() {
            [only] => Some(only.value.clone()),
            keys if keys.iter().any(|key| &*key.value == usual) => Some(usual.into()),
            _ if !item.complete => None,
            keys => {
                let names = keys.iter().map(|key| &*key.value);
                let what = format!("key of secret item `{}` called", reference.value.item);
                let problem = Decoder::unknown_name(UNKNOWN_SECRET, reference.value.span, &what, usual, names);
                self.cx.out.push(problem.why("an item of several keys has to say which of them is meant by its name"));
                None
            }
        }
    }

    /// Returns the items that are read, each with the name of its Secret.
    pub(super) fn secret_items(&self) -> Data {
        let items = self.used.iter().map(|(item, (origin, keys))| {
            let hints = keys.iter().map(|(key, (origin, hint))| (key.clone(), Data::str(hint.clone(), *origin)));
            let hints = Data::map(hints.collect::<Vec<_>>(), *origin);
            let keys = keys.iter().map(|(key, (origin, _))| (key.clone(), Data::str(key.clone(), *origin)));
            let fields = [
                ("item", Data::str(item.clone(), *origin)),
                ("object", Data::str(object(item), *origin)),
                ("keys", Data::map(keys, *origin)),
                ("hints", hints),
            ];
            Data::map(fields, *origin)
        });
        Data::list(items.collect(), self.none)
    }
}

/// Returns the name of the Secret that an item becomes.
fn object(item: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    item.chars().map(plain).collect()
}

/// Returns whether an address has a port behind it, as `net.SplitHostPort` of Go reads it.
fn has_port(server: &str) -> bool {
    let bracketed = server.starts_with('[');
    server.rsplit_once(':').is_some_and(|(host, port)| {
        !port.is_empty() && !port.contains(']') && (!host.contains(':') || (bracketed && host.ends_with(']')))
    })
}

fn is_mute(receiver: &Receiver) -> bool {
    receiver.email.get().is_none()
        && receiver.slack.get().is_none()
        && receiver.pagerduty.get().is_none()
        && receiver.webhook.get().is_none()
}
