//! The rule of [`AMBIGUOUS_ENDPOINT`].

use crate::lint::rule::{Check, rule};
use crate::model::AMBIGUOUS_ENDPOINT;

rule! {
    /// Two addresses are the endpoint of the Kubernetes API.
    ///
    /// ## What it does
    ///
    /// Looks at addresses of purpose `control-plane-vip`: there is one for each IP version.
    ///
    /// ## Why it matters
    ///
    /// kubeadm and everyone who calls the API take one endpoint; certificates and `/etc/hosts` name it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// addresses:
    ///   k8s-api:   { ip: 192.168.0.10, purpose: control-plane-vip, owner: kube-vip }
    ///   k8s-api-2: { ip: 192.168.0.12, purpose: control-plane-vip, owner: kube-vip }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// addresses:
    ///   k8s-api: { ip: 192.168.0.10, purpose: control-plane-vip, owner: kube-vip }
    /// ```
    ///
    /// ## Source
    ///
    /// kubeadm, `controlPlaneEndpoint`.
    pub(super) static RULE = AMBIGUOUS_ENDPOINT, Addresses, Error, fix: None, Check::Raised, fixed: true;
}
