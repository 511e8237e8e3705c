//! Where one of several words may start in a text: nearly no text has a place, and every text of every output is asked.

/// The first `N` bytes of words, as sets: bit `i` of an entry says that a word of group `i` can have this byte there.
/// Words that start with the same byte are one group.
pub(super) struct Starts<const N: usize> {
    sets: [[u32; 256]; N],
    /// The pairs of bytes that words begin with, and those one byte later, a bit each: a text that has none of them at its even
    /// places has no word.
    pairs: [u64; PAIRS / 64],
}

impl<const N: usize> Starts<N> {
    /// Takes the words; at most 32 bytes start them, and those that are shorter than `N` are found before any bytes.
    pub(super) fn new<'a>(words: impl IntoIterator<Item = &'a str>, ignore_case: bool) -> Self {
        let mut sets = [[0; 256]; N];
        let mut pairs = [0; PAIRS / 64];
        let mut groups = Vec::new();
        for word in words {
            let first = word.bytes().next();
            let group = groups.iter().position(|other| *other == first).unwrap_or_else(|| {
                groups.push(first);
                groups.len() - 1
            });
            let bit = 1_u32.checked_shl(u32::try_from(group).unwrap_or(u32::MAX)).unwrap_or(u32::MAX);
            let (first, second, third) = (first.as_ref(), word.as_bytes().get(1), word.as_bytes().get(2));
            add_pairs(&mut pairs, [first, second], ignore_case);
            add_pairs(&mut pairs, if second.is_some() { [second, third] } else { [None, first] }, ignore_case);
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
        Self { sets, pairs }
    }

    /// Returns the places where a word of at least `N` bytes may start; at all others none does.
    pub(super) fn places<'a>(&'a self, text: &'a [u8]) -> Places<'a, N> {
        let last = (text.len() % 2 == 1).then(|| text.len().saturating_sub(1));
        Places { starts: self, text, twos: text.as_chunks::<2>().0.iter(), last, pair: 0, at: 0, until: 0 }
    }

    fn starts(&self, text: &[u8], at: usize) -> bool {
        text.get(at..).and_then(<[u8]>::first_chunk::<N>).is_some_and(|window| self.fits(window))
    }

    fn fits(&self, window: &[u8; N]) -> bool {
        let groups = |(set, byte): (&[u32; 256], &u8)| set.get(usize::from(*byte)).copied().unwrap_or(0);
        self.sets.iter().zip(window).map(groups).fold(u32::MAX, |left, right| left & right) != 0
    }
}

/// The places of a text where a word may start.
pub(super) struct Places<'a, const N: usize> {
    starts: &'a Starts<N>,
    text: &'a [u8],
    /// The pairs at even places that were not looked at.
    twos: std::slice::Iter<'a, [u8; 2]>,
    /// The last byte, if it is in no pair and was not looked at.
    last: Option<usize>,
    /// The number of the next pair.
    pair: usize,
    /// The places to look at before that.
    at: usize,
    until: usize,
}

impl<const N: usize> Iterator for Places<'_, N> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        loop {
            while self.at < self.until {
                self.at += 1;
                if self.starts.starts(self.text, self.at - 1) {
                    return Some(self.at - 1);
                }
            }
            let starts = self.starts;
            let place = match self.twos.position(|pair| starts.may(*pair)) {
                Some(passed) => {
                    self.pair += passed + 1;
                    2 * (self.pair - 1)
                }
                None => self.last.take()?,
            };
            self.at = self.at.max(place.saturating_sub(1));
            self.until = place + 2;
        }
    }
}

impl<const N: usize> Starts<N> {
    fn may(&self, pair: [u8; 2]) -> bool {
        let number = usize::from(u16::from_le_bytes(pair));
        self.pairs.get(number / 64).is_some_and(|bits| bits >> (number % 64) & 1 != 0)
    }
}

/// How many pairs of bytes there are.
const PAIRS: usize = 1 << 16;

/// Adds the pairs of two bytes; one that is missing may be any.
fn add_pairs(pairs: &mut [u64], [first, second]: [Option<&u8>; 2], ignore_case: bool) {
    let all = |byte: Option<&u8>| match byte {
        Some(byte) if ignore_case => vec![byte.to_ascii_lowercase(), byte.to_ascii_uppercase()],
        Some(byte) => vec![*byte],
        None => (0..=u8::MAX).collect(),
    };
    for first in all(first) {
        for second in all(second) {
            let number = usize::from(u16::from_le_bytes([first, second]));
            if let Some(bits) = pairs.get_mut(number / 64) {
                *bits |= 1 << (number % 64);
            }
        }
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
        assert_eq!(places("!abcc!abc"), [0, 1, 5, 6]);
        assert_eq!((places("key"), places("xkey"), places("xxkey")), (vec![0], vec![1], vec![2]));
        assert_eq!(places("ab"), [0; 0]);
        let starts = Starts::<2>::new(["pw", "key"], true);
        assert_eq!(starts.places(b"PW x kEY pk").collect::<Vec<_>>(), [0, 5]);
    }
}
