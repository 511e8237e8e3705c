//! Differences between objects: pieces of another object, and new bytes.

/// Why a difference cannot be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// The result is larger than the limit.
    TooLarge,
    /// It does not fit what it is applied to.
    Broken,
}

/// Applies a difference to the object that it was made from.
pub(super) fn apply(base: &[u8], delta: &[u8], limit: u64) -> Result<Vec<u8>, Bad> {
    let mut reader = Reader { bytes: delta };
    let from = reader.size().ok_or(Bad::Broken)?;
    let to = reader.size().ok_or(Bad::Broken)?;
    if to > limit {
        return Err(Bad::TooLarge);
    }
    if from != base.len() as u64 {
        return Err(Bad::Broken);
    }
    let mut result = Vec::new();
    while !reader.bytes.is_empty() && result.len() as u64 <= to {
        reader.piece(base, &mut result).ok_or(Bad::Broken)?;
    }
    if result.len() as u64 == to { Ok(result) } else { Err(Bad::Broken) }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn size(&mut self) -> Option<u64> {
        let (mut size, mut shift) = (0_u64, 0_u32);
        loop {
            let byte = self.byte()?;
            size |= u64::from(byte & 127).checked_shl(shift)?;
            shift += 7;
            if byte & 128 == 0 {
                return Some(size);
            }
        }
    }

    /// Adds one piece: bit 7 of its first byte says where from, the others which bytes of offset and size follow.
    fn piece(&mut self, base: &[u8], result: &mut Vec<u8>) -> Option<()> {
        let code = self.byte()?;
        if code & 128 == 0 {
            let (new, rest) = self.bytes.split_at_checked(usize::from(code)).filter(|_| code > 0)?;
            result.extend_from_slice(new);
            self.bytes = rest;
            return Some(());
        }
        let (mut start, mut size) = (0_usize, 0_usize);
        for bit in 0..4 {
            if code & (1 << bit) != 0 {
                start |= usize::from(self.byte()?) << (8 * bit);
            }
        }
        for bit in 0..3 {
            if code & (16 << bit) != 0 {
                size |= usize::from(self.byte()?) << (8 * bit);
            }
        }
        let size = if size == 0 { 0x1_0000 } else { size };
        result.extend_from_slice(base.get(start..start.checked_add(size)?)?);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Bad, apply};

    #[test]
    fn pieces_are_copied_and_inserted() {
        // "hello world" → "world, hello": 5 bytes from 6, ", " inserted, 5 bytes from 0.
        let delta = [11, 12, 0x91, 6, 5, 2, b',', b' ', 0x90, 5];
        assert_eq!(apply(b"hello world", &delta, 100).as_deref(), Ok(&b"world, hello"[..]));
        assert_eq!(apply(b"hello world", &delta, 11), Err(Bad::TooLarge));
        assert_eq!(apply(b"hello", &delta, 100), Err(Bad::Broken));
        assert_eq!(apply(b"hello world", &[11, 12, 0x91, 60, 5], 100), Err(Bad::Broken));
        assert_eq!(apply(b"hello world", &[11, 12, 0], 100), Err(Bad::Broken));
        assert_eq!(apply(b"", &[0xff; 12], 100), Err(Bad::Broken));
    }
}
