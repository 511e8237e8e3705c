//! Macros over the items of a list or the keys of a map.

use super::{Eval, Fault, Outcome};
use crate::policy::expr::{Scan, ScanKind};
use crate::policy::value::Item;
use crate::source::Span;

impl<'a> Eval<'a> {
    pub(super) fn scan(&mut self, scan: &'a Scan, place: Span) -> Outcome<Item<'a>> {
        let over = self.eval(&scan.over)?;
        let items = self.items(&over, scan.over.span)?;
        let mut loops = Loop { scan, count: 0, fault: None, made: Vec::new() };
        for item in items.iter() {
            self.spend(1, place)?;
            self.locals.push(item.clone());
            let stop = loops.step(self, item);
            self.locals.pop();
            if let Some(answer) = stop? {
                return Ok(answer);
            }
        }
        loops.end()
    }
}

/// A macro at work.
struct Loop<'a> {
    scan: &'a Scan,
    count: usize,
    /// The first error, which an item that decides makes up for.
    fault: Option<Fault>,
    made: Vec<Item<'a>>,
}

impl<'a> Loop<'a> {
    /// Works on one item, which is bound. Returns the result when it is decided.
    fn step(&mut self, eval: &mut Eval<'a>, item: Item<'a>) -> Outcome<Option<Item<'a>>> {
        let scan = self.scan;
        match scan.kind {
            ScanKind::All | ScanKind::Exists => {
                let deciding = scan.kind == ScanKind::Exists;
                match eval.truth(&scan.body) {
                    Ok(flag) if flag == deciding => return Ok(Some(Item::bool(deciding))),
                    Ok(_) => {}
                    Err(fault) if fault.0.fatal => return Err(fault),
                    Err(fault) => {
                        self.fault.get_or_insert(fault);
                    }
                }
            }
            ScanKind::ExistsOne => self.count += usize::from(eval.truth(&scan.body)?),
            ScanKind::Filter => {
                if eval.truth(&scan.body)? {
                    self.made.push(item);
                }
            }
            ScanKind::Map => {
                let taken = match &scan.filter {
                    Some(filter) => eval.truth(filter)?,
                    None => true,
                };
                if taken {
                    self.made.push(eval.eval(&scan.body)?);
                }
            }
        }
        Ok(None)
    }

    fn end(self) -> Outcome<Item<'a>> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        Ok(match self.scan.kind {
            ScanKind::All => Item::bool(true),
            ScanKind::Exists => Item::bool(false),
            ScanKind::ExistsOne => Item::bool(self.count == 1),
            ScanKind::Map | ScanKind::Filter => Item::list(self.made),
        })
    }
}
