//! The table of layers: from where the code below a folder may import, and from where never.

use std::collections::BTreeMap;

use super::{Drawing, Line, Mark, Shape, Sketch, View};
use crate::model::Platform;

/// Draws the layers. Arrows go from who imports to what is imported.
pub fn layers(platform: &Platform) -> Drawing {
    let title = format!("Layers of {}, {}", platform.name.value, platform.environment.value);
    let mut sketch = Sketch::new(View::Layers, title, false);
    let mut frames = BTreeMap::<String, usize>::new();
    let mut folders: Vec<&str> = platform.layers.iter().map(|layer| &*layer.folder.value).collect();
    folders.extend(platform.layers.iter().flat_map(|layer| &layer.imports).map(|folder| &*folder.value));
    folders.extend(platform.layers.iter().flat_map(|layer| &layer.forbids).map(|folder| &*folder.value));
    for folder in folders {
        folder_of(&mut sketch, &mut frames, folder);
    }
    for layer in &platform.layers {
        let from = folder_of(&mut sketch, &mut frames, &layer.folder.value);
        for (all, line) in [(&layer.imports, Line::Solid), (&layer.forbids, Line::Never)] {
            for folder in all {
                let to = folder_of(&mut sketch, &mut frames, &folder.value);
                sketch.edge(from, to, None, line);
            }
        }
    }
    let mut drawing = sketch.drawing;
    drawing.legend = [(Line::Solid, "solid: may import from"), (Line::Never, "dotted, with a cross: never")]
        .map(|(line, text)| (Mark::Line(line), text.to_owned()))
        .into();
    drawing
}

/// Returns the node of a folder, in the frame of the first folder of its path.
fn folder_of(sketch: &mut Sketch, frames: &mut BTreeMap<String, usize>, folder: &str) -> usize {
    let id = format!("layer/{folder}");
    if let Some(at) = sketch.places.get(&id) {
        return *at;
    }
    let first = folder.split('/').next().unwrap_or(folder).to_owned();
    let frame = *frames.entry(first.clone()).or_insert_with(|| sketch.frame(first, None));
    sketch.node(id, || (vec![folder.to_owned()], Shape::Box, Some(frame)))
}
