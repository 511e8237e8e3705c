//! What the machine types of a cloud have.

/// The machine types of Google Cloud.
const TABLE: &str = include_str!("machine_types.txt");

/// A machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Machine {
    /// Its processors, in thousandths.
    pub cores: u64,
    /// Its memory, in bytes.
    pub memory: u64,
}

/// Returns what a machine type has, if that is known.
pub(super) fn find(name: &str) -> Option<Machine> {
    custom(name).or_else(|| {
        let (series, count) = name.rsplit_once('-')?;
        lines().find_map(|(known, rest)| {
            let mut words = rest.split_whitespace();
            let first = words.next()?;
            if first == "=" {
                let same = known == name;
                let (cores, memory) = (words.next()?.parse().ok()?, words.next()?);
                return if same { machine(cores, memory) } else { None };
            }
            let listed = known == series && words.any(|word| word == count);
            let cores: u64 = count.parse().ok()?;
            let each = machine(1, first).filter(|_| listed)?;
            Some(Machine { cores: cores * 1000, memory: each.memory * cores })
        })
    })
}

/// Returns the names that begin as this one does, where the table has its family and not the type: `e2-standrad-4` is none.
pub(super) fn alike(name: &str) -> Vec<String> {
    let family = |text: &str| text.split('-').next().map(str::to_owned);
    if find(name).is_some() || name.contains("-custom-") {
        return Vec::new();
    }
    let of_family = lines().filter(|(known, _)| family(known) == family(name));
    let names = of_family.flat_map(|(known, rest)| {
        let mut words = rest.split_whitespace();
        let all = words.next() != Some("=");
        let sizes = words.filter(move |_| all).map(move |size| format!("{known}-{size}"));
        sizes.chain((!all).then(|| known.to_owned())).collect::<Vec<_>>()
    });
    names.collect()
}

/// Returns what a type of one's own has: `e2-custom-4-8192` says its processors and MiB.
fn custom(name: &str) -> Option<Machine> {
    let (_, numbers) = name.split_once("custom-")?;
    let mut numbers = numbers.split('-');
    let (cores, memory): (u64, u64) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    Some(Machine { cores: cores.checked_mul(1000)?, memory: memory.checked_mul(1 << 20)? })
}

fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

/// The table has hundredths of a GiB at most.
fn machine(cores: u64, gib: &str) -> Option<Machine> {
    let (whole, part) = gib.split_once('.').unwrap_or((gib, ""));
    let hundredths: u64 = format!("{whole}{part:0<2}").parse().ok()?;
    Some(Machine { cores: cores * 1000, memory: hundredths * (1 << 30) / 100 })
}

#[cfg(test)]
mod tests {
    use super::{Machine, alike, find};

    const GIB: u64 = 1 << 30;

    #[test]
    fn types_have_what_the_table_says() {
        assert_eq!(find("e2-standard-4"), Some(Machine { cores: 4000, memory: 16 * GIB }));
        assert_eq!(find("n1-standard-2").map(|machine| machine.memory * 2), Some(15 * GIB));
        assert_eq!(find("e2-medium"), Some(Machine { cores: 2000, memory: 4 * GIB }));
        assert_eq!(find("n2-highmem-128").map(|machine| machine.memory), Some(864 * GIB));
        assert_eq!(find("n2-custom-6-3072"), Some(Machine { cores: 6000, memory: 3 * GIB }));
        for none in ["e2-standrad-4", "e2-standard-64", "m3-ultramem-32", "", "e2"] {
            assert_eq!(find(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_nearly_a_type_has_others_beside_it() {
        assert!(alike("e2-standrad-4").contains(&"e2-standard-4".to_owned()));
        assert!(alike("e2-huge").contains(&"e2-medium".to_owned()));
        assert!(alike("m3-ultramem-32").is_empty() && alike("e2-standard-4").is_empty());
    }
}
