//! `variables.tf`: the declarations of what `terraform.tfvars` sets.

use std::sync::Arc;

use super::print::block::{Block, Expr, Item};
use crate::doc::Doc;
use crate::source::OriginId;

/// A Terraform variable.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: Arc<str>,
    /// Its type, in Terraform's words.
    pub(super) kind: &'static str,
    pub(super) description: &'static str,
    /// Its value in `terraform.tfvars`; a sensitive variable has none.
    pub(super) value: Option<Doc>,
    pub(super) sensitive: bool,
    pub(super) origin: OriginId,
}

/// Returns one block a variable.
pub(super) fn items(variables: &[Variable]) -> Vec<Item> {
    let mut items = Vec::new();
    for variable in variables {
        let here = variable.origin;
        if !items.is_empty() {
            items.push(Item::Blank(here));
        }
        let mut block = Block::new("variable", here)
            .label(&*variable.name)
            .set("description", Expr::str(variable.description, here))
            .set("type", Expr::raw(variable.kind, here));
        if variable.sensitive {
            block = block.set("sensitive", Doc::bool(true, here));
        }
        items.push(Item::Block(block));
    }
    items
}
