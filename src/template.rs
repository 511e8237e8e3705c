//! Structure-aware templates.
mod data;
mod shape;
pub use data::{Data, DataMap, DataValue};
pub use shape::Shape;
/// A template.
#[derive(Clone, Debug)]
pub struct Template;
impl Template {
    /// Loads.
    pub fn load(_: &crate::yaml::Node, _: &Shape, _: &mut Vec<crate::diag::Diagnostic>) -> Option<Self> {
        Some(Self)
    }
    /// Renders.
    pub fn render(
        &self,
        _: &Data,
        _: &mut crate::source::Origins,
        _: &mut Vec<crate::diag::Diagnostic>,
    ) -> Option<crate::doc::Doc> {
        None
    }
}
/// Hints.
pub fn add_hints(_: &str, _: &mut [crate::diag::Diagnostic]) {}
