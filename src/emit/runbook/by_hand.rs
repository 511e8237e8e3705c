//! What people do for a component at some time, in the words of the library: `byHand` of its facts, rendered.

use super::Writer;
use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::model::{Component, ComponentId};
use crate::source::OriginId;

impl Writer<'_> {
    /// Returns what the facts of a component have for a time, such as `afterInit`.
    pub(super) fn by_hand_of(&mut self, id: ComponentId, when: &str, out: &mut Vec<Diagnostic>) -> Option<Doc> {
        let component = self.source.platform.components.get(id.0)?;
        let template = component.variant.computed.by_hand.as_ref()?;
        let context = self.source.contexts.of(id, self.origins);
        let about = crate::emit::component::about(self.source, component);
        template.render(&context, about, self.origins, out).doc()?.at(&[when]).cloned()
    }

    /// Says what is done as soon as a component answers.
    pub(super) fn when_ready(&mut self, id: ComponentId, component: &Component, out: &mut Vec<Diagnostic>) {
        if !component.is_installed() || component.on_machines {
            return;
        }
        let Some(steps) = self.by_hand_of(id, "whenReady", out) else { return };
        if let Some((title, origin)) = word(&steps, "title") {
            self.page.heading(4, title, origin);
        }
        self.told(&steps, "says");
        if let Some(commands) = steps.at(&["commands"]) {
            self.page.commands(lines(commands));
        }
    }

    /// Returns the components that the facts tell how to bring back, with what they tell.
    pub(super) fn recoverable(&mut self, out: &mut Vec<Diagnostic>) -> Vec<(ComponentId, Doc)> {
        let components = self.source.platform.components.iter().enumerate();
        let installed: Vec<ComponentId> =
            components.filter(|(_, one)| one.is_installed()).map(|(at, _)| ComponentId(at)).collect();
        installed.into_iter().filter_map(|id| Some((id, self.by_hand_of(id, "restore", out)?))).collect()
    }

    /// Says how components come back: once for all of one entry of the library, with a row for each.
    pub(super) fn recover(&mut self, all: &[(ComponentId, Doc)]) {
        let platform = self.source.platform;
        let library = |id: ComponentId| platform.components.get(id.0).map(|one| &*one.library);
        for (at, (id, first)) in all.iter().enumerate() {
            if all.iter().take(at).any(|(before, _)| library(*before) == library(*id)) {
                continue;
            }
            self.told(first, "says");
            let alike = all.iter().filter(|(other, _)| library(*other) == library(*id));
            let rows: Vec<_> = alike
                .filter_map(|(_, one)| {
                    let row = one.at(&["row"])?.as_map()?;
                    let cells = row.iter().map(|(_, cell)| cell.as_str().unwrap_or_default().to_owned()).collect();
                    Some((cells, one.at(&["row"])?.origin))
                })
                .collect();
            let head = first.at(&["row"]).and_then(Doc::as_map);
            let head: Vec<&str> = head.into_iter().flat_map(|row| row.iter().map(|(name, _)| &*name.text)).collect();
            self.page.table(&head, &rows);
            self.told(first, "steps");
        }
    }

    fn told(&mut self, steps: &Doc, field: &str) {
        if let Some((text, origin)) = word(steps, field) {
            self.page.text(text, origin);
        }
    }
}

fn word<'a>(steps: &'a Doc, field: &str) -> Option<(&'a str, OriginId)> {
    let doc = steps.at(&[field])?;
    Some((doc.as_str()?, doc.origin))
}

/// Returns the commands of a list, each with its place.
pub(super) fn lines(listed: &Doc) -> Vec<(String, OriginId)> {
    let Value::List(listed) = &listed.value else { return Vec::new() };
    listed.iter().filter_map(|line| Some((line.as_str()?.to_owned(), line.origin))).collect()
}
