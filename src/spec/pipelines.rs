//! Pipelines as written: what builds images, and what sees to it that they are deployed.

use std::sync::Arc;

use super::scalars::{BranchPattern, Commit, Folder, SimpleName, Url, Word};
use crate::yaml::decode::OneOrMany;
use crate::yaml::{Field, Names};
use crate::{choice, record};

record! {
    /// The pipelines of the repository.
    pub struct Pipelines as "the pipelines" {
        /// Where pipelines get dvgen from, at one commit.
        dvgen: Program = "dvgen",
        /// The commits of actions, where they are to be others than those that dvgen knows: `actions/checkout: COMMIT`.
        actions: Names<Commit> = "actions",
        /// The workflows, by the name of their file.
        workflows: Names<Workflow> = "workflows",
    }
}

record! {
    /// A program that is built from its source.
    pub struct Program as "a program" {
        /// Its repository.
        repository: Url = "repository" required,
        /// The commit that is built.
        commit: Commit = "commit" required,
    }
}

choice! {
    /// What a workflow does.
    pub enum Does as "what a workflow does" {
        /// It builds images, pushes them, and proposes to deploy them.
        Build = "build",
        /// It judges what is to be deployed, and sees to it that it is.
        Deploy = "deploy",
        /// It builds the outputs on the branches of a bot that raises versions, commits them there, and judges them.
        Outputs = "outputs",
    }
}

choice! {
    /// Who writes to the cluster.
    pub enum Writer as "a writer to the cluster" {
        /// Argo CD; the workflow waits for it, and only reads.
        Argocd = "argocd",
        /// The workflow itself, with kubectl.
        Kubectl = "kubectl",
    }
}

choice! {
    /// How much care a change needs, as `dvgen diff` says it.
    pub enum RiskWord as "a risk" {
        /// It can be merged without a person.
        Routine = "routine",
        /// A person should look.
        Caution = "caution",
        /// It can interrupt or lose something.
        Danger = "danger",
    }
}

record! {
    /// A workflow of GitHub: one that dvgen writes, or one of your own that is judged.
    pub struct Workflow as "a workflow" {
        /// The file of a workflow of your own, relative to the spec; dvgen reads it and leaves it alone.
        file: Arc<str> = "file",
        /// What a workflow of dvgen does.
        does: Does = "does",
        /// The branches that it runs for; the one that Argo CD follows unless written, and `renovate/**` for `outputs`. A
        /// deployment that runs for others moves the one that Argo CD follows, once it is approved.
        branches: OneOrMany<BranchPattern> = "branches",
        /// Of which environment a deployment is; of the base unless written.
        environment: Arc<str> = "environment",
        /// For `outputs`: from which risk of a change on its check fails; none unless written.
        risk: RiskWord = "risk",
        /// The images that are built.
        images: Vec<Field<Arc<str>>> = "images",
        /// The file of the spec that the digests of built images are written to, relative to the spec.
        pins: Folder = "pins",
        /// Who writes to the cluster; Argo CD unless written.
        by: Writer = "by",
        /// As whom it acts in the cloud, without a key.
        identity: CloudIdentity = "identity",
        /// The environment of GitHub whose rules a deployment waits for.
        approval: SimpleName = "approval",
        /// The machine that it runs on; `ubuntu-24.04` unless written.
        runner: SimpleName = "runner",
    }
}

record! {
    /// An account of a cloud that a workflow acts as, by Workload Identity Federation.
    pub struct CloudIdentity as "an identity in a cloud" {
        /// The provider that knows the repository.
        provider: Word = "provider" required,
        /// The service account.
        account: Word = "account" required,
    }
}
