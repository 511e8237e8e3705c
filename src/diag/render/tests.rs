//! What each format looks like, and that no input breaks one.

use super::*;
use crate::source::Span;

const VIP: Kind = Kind::new("vip-in-pool", "DV0301");

const SPEC: &str = "\
addresses:
  k8s-api:  { ip: 192.168.0.10, purpose: control-plane-vip, owner: kube-vip }
  lb:       { range: 192.168.0.10-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
";

fn at(sources: &SourceMap, file: crate::source::FileId, text: &str) -> Span {
    let start = sources.file(file).text().find(text).unwrap();
    Span::new(file, u32::try_from(start).unwrap(), u32::try_from(start + text.len()).unwrap())
}

fn vip() -> (Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::new();
    let file = sources.add("platform.yaml", SPEC);
    let pool = at(&sources, file, "192.168.0.10-192.168.0.220");
    let diagnostic = Diagnostic::error(VIP, pool, "control-plane VIP 192.168.0.10 lies inside load-balancer pool `lb`")
        .label("… and MetalLB may hand it to any Service")
        .related(at(&sources, file, "192.168.0.10"), "kube-vip answers ARP for this address …")
        .why("two speakers for one address make the API server unreachable from some hosts, at random")
        .help("start the pool above the nodes (.11–.14), for example 192.168.0.200-192.168.0.220")
        .fix(false, "start the pool above the nodes", pool, "192.168.0.200-192.168.0.220");
    (vec![diagnostic], sources)
}

#[test]
fn look() {
    let (d, s) = vip();
    for f in Format::ALL {
        println!("{}", render(&d, &s, &RenderOptions::default(), f));
    }
    println!("{}", render(&d, &s, &RenderOptions { color: true, width: 80, ..RenderOptions::default() }, Format::Full));
}
