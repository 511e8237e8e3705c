//! Whether one component is there for sure before another one.

use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::Role;

/// Two components, by the index of their facts.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    /// The one that needs something.
    pub(super) user: usize,
    /// The one that brings it.
    pub(super) provider: usize,
}

/// How two components stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// The provider comes first.
    Kept,
    /// Both come at the same time.
    Together,
    /// The provider comes later.
    Reversed,
}

impl Pair {
    /// Returns how the two are ordered. Where Argo CD keeps no order at all, that has been said once.
    pub(super) fn order(self, subject: &Subject<'_>) -> Order {
        let wave = |at: usize| {
            let id = subject.facts.get(at)?.component?;
            Some(subject.graph.waves.get(id.0)?.number)
        };
        // What belongs to no component comes before all of them.
        let (Some(user), Some(provider)) = (wave(self.user), wave(self.provider)) else { return Order::Kept };
        match user.cmp(&provider) {
            _ if self.user == self.provider || !subject.platform.waits_in_waves => Order::Kept,
            std::cmp::Ordering::Greater => Order::Kept,
            std::cmp::Ordering::Equal => Order::Together,
            std::cmp::Ordering::Less => Order::Reversed,
        }
    }

    /// Returns both components.
    pub(super) fn components<'a>(self, subject: &Subject<'a>) -> Option<(&'a Component, &'a Component)> {
        Some((subject.component(self.user)?, subject.component(self.provider)?))
    }
}

/// Returns whether an environment may run in the cluster of another one, which brings things that are not known here.
pub(in crate::lint) fn may_be_a_guest(subject: &Subject<'_>) -> bool {
    let mut control = subject.platform.topology.nodes_of(Role::ControlPlane);
    subject.platform.is_overlay && control.next().is_none()
}
