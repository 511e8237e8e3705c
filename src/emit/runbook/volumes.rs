//! How a volume comes back from the share that it lies on.

use super::Writer;
use crate::emit::page::code;
use crate::model::StorageClass;
use crate::source::OriginId;

impl Writer<'_> {
    /// Returns where the first share is that volumes lie on.
    pub(super) fn first_share(&self) -> Option<OriginId> {
        let classes = self.source.platform.topology.storage_classes.iter();
        classes.filter_map(|class| class.share.as_ref()).map(|share| share.origin).next()
    }

    /// Says where the files of volumes on shares are, and how an old one is taken again.
    pub(super) fn lost_volumes(&mut self) {
        let platform = self.source.platform;
        let shared = platform.topology.storage_classes.iter().filter_map(|class| Some((class, class.share.as_ref()?)));
        let shared: Vec<(&StorageClass, &crate::model::Text)> = shared.collect();
        for (class, share) in shared {
            let server = class.server.as_ref().map(|server| code(&server.value)).unwrap_or_default();
            let text = format!(
                "**A volume of class {} is lost, or has to go back**: each is a directory of {} on {server}. dvgen makes\nno backup of it: what brings it back is a snapshot or a copy that the server makes. Stop what uses the claim, bring the directory back on\nthe server under the same name, and start again. Argo CD puts back what is scaled by hand: scale its application controller to 0\nbefore, and up again afterwards. Which directory it is:",
                code(&class.name.value),
                code(&share.value),
            );
            self.page.text(&text, class.name.origin);
            let line = format!(
                "kubectl get pv -o jsonpath='{{range .items[?(@.spec.storageClassName==\"{}\")]}}{{.spec.claimRef.namespace}}/{{.spec.claimRef.name}} {{.spec.csi.volumeHandle}}{{\"\\n\"}}{{end}}'",
                class.name.value
            );
            self.page.commands([(line, class.name.origin)]);
        }
    }
}
