//! The rule of [`OVERLAP`].

use crate::lint::rule::{Check, rule};
use crate::model::OVERLAP;

rule! {
    /// One network lies inside of another.
    ///
    /// ## What it does
    ///
    /// Compares the networks that nodes have addresses in, and those of pods and Services, with each other.
    ///
    /// ## Why it matters
    ///
    /// A node has one route for an address: pods, Services or machines with an address of both networks cannot be reached.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks:
    ///   lan:  { cidr: 10.0.0.0/8 }
    ///   pods: { cidr: 10.244.0.0/16, overlay: vxlan }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks:
    ///   lan:  { cidr: 192.168.0.0/24 }
    ///   pods: { cidr: 10.244.0.0/16, overlay: vxlan }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Cluster Networking"; kubeadm, `podSubnet` and `serviceSubnet`.
    pub(super) static RULE = OVERLAP, Addresses, Error, fix: None, Check::Raised, fixed: true;
}
