//! Where one of several words may start in a text: nearly no text has a place, and every text of every output is asked.

/// The first `N` bytes of words, as sets: bit `i` of an entry says that a word of group `i` can have this byte there.
/// Words that start with the same byte are one group.
pub(super) struct Starts<const N: usize> {
    sets: [[u32; 256]; N],
}

impl<const N: usize> Starts<N> {
    /// Takes the words; at most 32 bytes start them, and those that are shorter than `N` are found before any bytes.
    pub(super) fn new<'a>(words: impl IntoIterator<Item = &'a str>, ignore_case: bool) -> Self {
        let mut sets = [[0; 256]; N];
        let mut groups = Vec::new();
        for word in words {
            let first = word.bytes().next();
            let group = groups.iter().position(|other| *other == first).unwrap_or_else(|| {
                groups.push(first);
                groups.len() - 1
            });
            let bit = 1_u32.checked_shl(u32::try_from(group).unwrap_or(u32::MAX)).unwrap_or(u32::MAX);
            for (at, set) in sets.iter_mut().enumerate() {
                let Some(own) = word.as_bytes().get(at) else {
                    for groups in set {
                        *groups |= bit;
                    }
                    continue;
                };
                let [small, large] = [own.to_ascii_lowercase(), own.to_ascii_uppercase()];
                for byte in if ignore_case { [small, large] } else { [*own, *own] } {
                    if let Some(groups) = set.get_mut(usize::from(byte)) {
                        *groups |= bit;
                    }
                }
            }
        }
        Self { sets }
    }

    /// Returns the places where a word of at least `N` bytes may start; at all others none does.
    pub(super) fn places<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        text.array_windows::<N>().enumerate().filter(|(_, window)| self.fits(window)).map(|(at, _)| at)
    }

    fn fits(&self, window: &[u8; N]) -> bool {
        let groups = |(set, byte): (&[u32; 256], &u8)| set.get(usize::from(*byte)).copied().unwrap_or(0);
        self.sets.iter().zip(window).map(groups).fold(u32::MAX, |left, right| left & right) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::Starts;

    #[test]
    fn places() {
        let starts = Starts::<3>::new(["abc", "abx", "key", "!"], false);
        let places = |text: &str| starts.places(text.as_bytes()).collect::<Vec<_>>();
        assert_eq!(places("abc abx aby bcx key ABC"), [0, 4, 16]);
        assert_eq!(places("a!12"), [1]);
        assert_eq!(places("ab"), [0; 0]);
        let starts = Starts::<2>::new(["pw", "key"], true);
        assert_eq!(starts.places(b"PW x kEY pk").collect::<Vec<_>>(), [0, 5]);
    }
}
