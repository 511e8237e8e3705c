//! Packs: many objects in one file, most of them as differences from others (gitformat-pack).

mod delta;

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::bufread::ZlibDecoder;

use super::object::{Kind, Read};
use super::{Id, Repository};

/// Longest chain of differences that is followed; git makes chains of 50, at most of 4095.
const MAX_CHAIN: usize = 4096;
/// The largest index that is read, in bytes: for some forty million objects.
const MAX_INDEX: u64 = 1 << 30;

/// A pack and its index.
#[derive(Debug)]
pub(super) struct Pack {
    path: PathBuf,
    index: Vec<u8>,
    width: usize,
    count: usize,
}

/// What an entry begins with.
enum Entry {
    Whole(Kind),
    /// The difference from the entry at an offset.
    Offset(u64),
    /// The difference from an object.
    Reference(Id),
}

impl Pack {
    /// Opens all packs of a directory of objects, in the order of their names.
    pub(super) fn all(store: &Path, width: usize) -> impl Iterator<Item = Self> + use<> {
        #[expect(clippy::disallowed_methods, reason = "this is the door")]
        let found = std::fs::read_dir(store.join("pack")).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = found.map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "idx"));
        paths.sort();
        paths.into_iter().filter_map(move |path| Self::open(&path, width))
    }

    fn open(path: &Path, width: usize) -> Option<Self> {
        let mut index = Vec::new();
        File::open(path).ok()?.take(MAX_INDEX).read_to_end(&mut index).ok()?;
        // Version 2: a magic number, the version, then 256 counts.
        if index.get(..8)? != b"\xfftOc\0\0\0\x02" {
            return None;
        }
        let mut pack = Self { path: path.with_extension("pack"), index, width, count: 0 };
        pack.count = pack.fanout(255)?;
        Some(pack)
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.path == other.path
    }

    fn number(&self, at: usize) -> Option<u32> {
        Some(u32::from_be_bytes(self.index.get(at..at + 4)?.try_into().ok()?))
    }

    /// Returns the number of objects whose first byte is at most `byte`.
    fn fanout(&self, byte: u8) -> Option<usize> {
        usize::try_from(self.number(8 + 4 * usize::from(byte))?).ok()
    }

    fn name(&self, at: usize) -> Option<&[u8]> {
        let start = 8 + 1024 + at * self.width;
        self.index.get(start..start + self.width)
    }

    /// Returns the place of the first object whose id is not below `prefix`.
    fn lower(&self, prefix: &[u8]) -> Option<usize> {
        let first = *prefix.first()?;
        let mut low = first.checked_sub(1).map_or(Some(0), |byte| self.fanout(byte))?;
        let mut high = self.fanout(first)?;
        while low < high {
            let middle = low + (high - low) / 2;
            if self.name(middle)? < prefix { low = middle + 1 } else { high = middle }
        }
        Some(low)
    }

    /// Returns the offset of an object.
    pub(super) fn find(&self, id: &Id) -> Option<u64> {
        let at = self.lower(id.bytes())?;
        (at < self.count && self.name(at)? == id.bytes()).then(|| self.offset(at))?
    }

    fn offset(&self, at: usize) -> Option<u64> {
        let offsets = 8 + 1024 + self.count * (self.width + 4);
        let short = self.number(offsets + at * 4)?;
        if short & (1 << 31) == 0 {
            return Some(u64::from(short));
        }
        let long = offsets + self.count * 4 + 8 * usize::try_from(short & !(1 << 31)).ok()?;
        Some(u64::from_be_bytes(self.index.get(long..long + 8)?.try_into().ok()?))
    }

    /// Calls `add` with the ids that start with `prefix`, whole bytes of one.
    pub(super) fn starting(&self, prefix: &[u8], mut add: impl FnMut(Id)) {
        let mut at = self.lower(prefix).unwrap_or(self.count);
        while let Some(name) = self.name(at).filter(|name| at < self.count && name.starts_with(prefix)) {
            Id::new(name).into_iter().for_each(&mut add);
            at += 1;
        }
    }

    /// Reads the object at an offset, of at most `limit` bytes.
    pub(super) fn read(&self, repository: &Repository, offset: u64, limit: u64) -> Read {
        self.resolve(repository, offset, limit).unwrap_or(Read::Broken)
    }

    fn resolve(&self, repository: &Repository, mut offset: u64, limit: u64) -> Option<Read> {
        let mut file = BufReader::new(File::open(&self.path).ok()?);
        let mut deltas: Vec<Vec<u8>> = Vec::new();
        let (kind, mut bytes) = loop {
            file.seek(SeekFrom::Start(offset)).ok()?;
            let (entry, size) = head(&mut file, offset, self.width)?;
            if size > limit {
                return Some(Read::TooLarge);
            }
            let mut bytes = Vec::new();
            ZlibDecoder::new(&mut file).take(size + 1).read_to_end(&mut bytes).ok()?;
            if bytes.len() as u64 != size || deltas.len() > MAX_CHAIN {
                return None;
            }
            match entry {
                Entry::Whole(kind) => break (kind, bytes),
                Entry::Offset(base) => offset = base,
                Entry::Reference(id) => match self.find(&id) {
                    Some(base) => offset = base,
                    None => match repository.object(id, limit) {
                        Read::Found(kind, base) => {
                            deltas.push(bytes);
                            break (kind, base);
                        }
                        other => return Some(other),
                    },
                },
            }
            deltas.push(bytes);
        };
        while let Some(delta) = deltas.pop() {
            match delta::apply(&bytes, &delta, limit) {
                Ok(result) => bytes = result,
                Err(delta::Bad::TooLarge) => return Some(Read::TooLarge),
                Err(delta::Bad::Broken) => return None,
            }
        }
        Some(Read::Found(kind, bytes))
    }
}

/// Reads what stands before the packed data: the kind, the size, and for a difference what it is from.
fn head(file: &mut impl BufRead, offset: u64, width: usize) -> Option<(Entry, u64)> {
    let first = byte(file)?;
    let mut size = u64::from(first & 15);
    let (mut more, mut shift) = (first & 128 != 0, 4);
    while more {
        let next = byte(file)?;
        size |= u64::from(next & 127).checked_shl(shift)?;
        shift += 7;
        more = next & 128 != 0;
    }
    let entry = match (first >> 4) & 7 {
        1 => Entry::Whole(Kind::Commit),
        2 => Entry::Whole(Kind::Tree),
        3 => Entry::Whole(Kind::Blob),
        4 => Entry::Whole(Kind::Tag),
        6 => {
            let mut next = byte(file)?;
            let mut back = u64::from(next & 127);
            while next & 128 != 0 {
                next = byte(file)?;
                back = (back.checked_add(1)?.checked_mul(128)?) | u64::from(next & 127);
            }
            Entry::Offset(offset.checked_sub(back).filter(|_| back > 0)?)
        }
        7 => {
            let mut id = vec![0; width];
            file.read_exact(&mut id).ok()?;
            Entry::Reference(Id::new(&id)?)
        }
        _ => return None,
    };
    Some((entry, size))
}

fn byte(file: &mut impl BufRead) -> Option<u8> {
    let mut one = [0];
    file.read_exact(&mut one).ok()?;
    one.first().copied()
}
