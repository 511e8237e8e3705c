//! Alerts as written: rules, who is told of them, and by which way.

use std::sync::Arc;

use super::labels::Labels;
use super::platform::SecretRef;
use super::scalars::{Duration, Tenant, Url, Word};
use crate::record;
use crate::yaml::decode::OneOrMany;
use crate::yaml::{Field, Names};

record! {
    /// What is watched, and who is told.
    pub struct Alerts as "the alerts" {
        /// The rules, by group: those of a group are judged together.
        groups: Names<AlertGroup> = "groups",
        /// Who can be told, by name.
        receivers: Names<Receiver> = "receivers",
        /// What happens to an alert that no entry of `routes` takes.
        route: AlertRoute = "route",
        /// Which alerts go to whom. The first that fits takes an alert, unless it says `continue`.
        routes: Vec<Field<AlertRoute>> = "routes",
        /// Alerts that keep others back: who is told of the host needs no message about what runs on it.
        inhibit: Vec<Field<Inhibition>> = "inhibit",
        /// Times in which nobody is told, by name: routes name them in `mute`.
        mute: Names<MuteTime> = "mute",
        /// Unit tests: series that are made up, and the alerts that they give.
        tests: Names<AlertTest> = "tests",
    }
}

record! {
    /// Rules that are judged together.
    pub struct AlertGroup as "a group of alert rules" {
        /// The component that judges them, where it is not Prometheus: Loki, for queries over logs.
        by: Arc<str> = "by",
        /// The tenant whose logs or metrics they are about, where who judges them has several.
        tenant: Tenant = "tenant",
        /// How often they are judged; as often as Prometheus does by itself unless written.
        interval: Duration = "interval",
        /// The rules, by the name of the alert.
        rules: Names<AlertRule> = "rules",
        /// Recording rules: queries whose results are kept as series.
        records: Vec<Field<RecordRule>> = "records",
    }
}

record! {
    /// When there is an alert.
    pub struct AlertRule as "an alert rule" {
        /// The query: each series that it gives is an alert.
        expr: Arc<str> = "expr" required,
        /// For how long it has to be so; at once unless written.
        hold: Duration = "for",
        /// For how long it stays after the query gives it no longer.
        keep: Duration = "keepFiring",
        /// How bad it is: the label `severity`, by which routes choose.
        severity: Word = "severity",
        /// Further labels.
        labels: Labels = "labels",
        /// What it is, in a sentence.
        summary: Arc<str> = "summary",
        /// What a person has to know.
        description: Arc<str> = "description",
        /// The page that tells what to do.
        runbook: Url = "runbook",
        /// Further annotations.
        annotations: Names<Arc<str>> = "annotations",
    }
}

record! {
    /// A query whose results are kept as series.
    pub struct RecordRule as "a recording rule" {
        /// The name of the series, such as `node:cpu_busy:ratio`.
        name: Arc<str> = "name" required,
        /// The query.
        expr: Arc<str> = "expr" required,
        /// Further labels.
        labels: Labels = "labels",
    }
}

record! {
    /// Alerts that keep others back.
    pub struct Inhibition as "an inhibition" {
        /// The labels of the alert that is there.
        when: Names<Arc<str>> = "when" required,
        /// The labels of those that it keeps back.
        hold: Names<Arc<str>> = "hold" required,
        /// The labels whose values have to fit these regular expressions, of those that it keeps back.
        hold_fits: Names<Arc<str>> = "holdRegex",
        /// The labels that both have alike.
        equal: Vec<Field<Word>> = "equal",
    }
}

record! {
    /// A time in which nobody is told.
    pub struct MuteTime as "a time of silence" {
        /// Its days of the week, as `saturday` or `monday:friday`; all unless written.
        days: OneOrMany<Word> = "days",
        /// When it begins, as `22:00`; at midnight unless written.
        from: Word = "from",
        /// When it ends; an earlier time than `from` is on the next day.
        to: Word = "to",
        /// The days of the month, as `1:7`.
        month_days: OneOrMany<Word> = "monthDays",
        /// The time zone, as `Europe/Berlin`; UTC unless written.
        zone: Word = "zone",
    }
}

record! {
    /// A series of a test.
    pub struct TestSeries as "a series of a test" {
        /// Its name and labels: `up{job="node"}`.
        name: Arc<str> = "name" required,
        /// Its values in the notation of promtool: `0x10`, `1+1x20`.
        values: Arc<str> = "values" required,
    }
}

record! {
    /// A unit test of rules.
    pub struct AlertTest as "a unit test of alerts" {
        /// The series that there are.
        series: Vec<Field<TestSeries>> = "series" required,
        /// The time between two values; `1m` unless written.
        interval: Duration = "interval",
        /// When the rules are looked at.
        at: Duration = "at" required,
        /// The alerts that fire then, by name: the labels of each series, without those of the rule.
        fires: Names<Vec<Field<Names<Arc<str>>>>> = "fires",
        /// Alerts of which none fires then.
        quiet: OneOrMany<Arc<str>> = "quiet",
    }
}

record! {
    /// Somebody who can be told, by one way or several.
    pub struct Receiver as "a receiver" {
        /// By mail.
        email: EmailReceiver = "email",
        /// In a channel of Slack.
        slack: SlackReceiver = "slack",
        /// By `PagerDuty`, which wakes people up.
        pagerduty: PagerDutyReceiver = "pagerduty",
        /// By a request to a program.
        webhook: WebhookReceiver = "webhook",
    }
}

record! {
    /// A receiver of mail.
    pub struct EmailReceiver as "a receiver by mail" {
        /// Whom it is sent to.
        to: Arc<str> = "to" required,
        /// Whom it is from.
        from: Arc<str> = "from" required,
        /// The mail server, with its port: `smtp.example.com:587`.
        server: Word = "server" required,
        /// The account at the mail server.
        user: Arc<str> = "user",
        /// The secret with its password, under the only key of the item, or `password`.
        password: SecretRef = "password",
        /// Whether the connection has to be encrypted; `true` unless written.
        tls: bool = "tls",
    }
}

record! {
    /// A receiver in Slack.
    pub struct SlackReceiver as "a receiver in Slack" {
        /// The channel, with its `#`.
        channel: Arc<str> = "channel" required,
        /// The secret with the address of the webhook, under the only key of the item, or `url`.
        url: SecretRef = "url" required,
        /// The title of a message; a template of Alertmanager.
        title: Arc<str> = "title",
        /// The text of a message; a template of Alertmanager.
        text: Arc<str> = "text",
    }
}

record! {
    /// A receiver by `PagerDuty`.
    pub struct PagerDutyReceiver as "a receiver by PagerDuty" {
        /// The secret with the integration key, under the only key of the item, or `routingKey`.
        key: SecretRef = "key" required,
        /// How bad an incident is; a template of Alertmanager.
        severity: Arc<str> = "severity",
    }
}

record! {
    /// A receiver that is a program.
    pub struct WebhookReceiver as "a receiver that is a program" {
        /// Its address; for one of the platform write an `automation` flow.
        url: Url = "url",
        /// The secret with its address, where that is one, under the only key of the item, or `url`.
        secret: SecretRef = "address",
    }
}

record! {
    /// Which alerts go to whom.
    pub struct AlertRoute as "a route" {
        /// The receiver.
        to: Arc<str> = "to" required,
        /// The labels that an alert has to have, with these values.
        matches: Names<Arc<str>> = "match",
        /// The labels whose values have to fit these regular expressions.
        fits: Names<Arc<str>> = "matchRegex",
        /// The labels that alerts of one message have alike.
        group_by: Vec<Field<Word>> = "groupBy",
        /// How long the first message waits for others to join it.
        wait: Duration = "wait",
        /// How long until a message tells what is new.
        interval: Duration = "interval",
        /// How long until a message is sent again.
        repeat: Duration = "repeat",
        /// Whether the routes below may take the alert too; `false` unless written.
        go_on: bool = "continue",
        /// The times of `mute` in which nobody is told.
        mute: OneOrMany<Arc<str>> = "mute",
    }
}
