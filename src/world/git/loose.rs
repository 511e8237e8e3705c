//! Objects in files of their own.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use flate2::bufread::ZlibDecoder;

use super::Id;
use super::object::{Kind, Read};

/// `KIND SIZE\0` is shorter.
const MAX_HEAD: u64 = 64;

/// Reads an object of at most `limit` bytes.
pub(super) fn read(store: &Path, id: &Id, limit: u64) -> Read {
    let name = id.to_string();
    let Some((folder, file)) = name.split_at_checked(2) else { return Read::Missing };
    let Ok(file) = File::open(store.join(folder).join(file)) else { return Read::Missing };
    let mut reader = BufReader::new(ZlibDecoder::new(BufReader::new(file)));
    let mut head = Vec::new();
    if reader.by_ref().take(MAX_HEAD).read_until(0, &mut head).is_err() || head.pop() != Some(0) {
        return Read::Broken;
    }
    let mut words = head.split(|byte| *byte == b' ');
    let kind = words.next().and_then(Kind::from_word);
    let size = words.next().and_then(|size| std::str::from_utf8(size).ok()?.parse::<u64>().ok());
    let (Some(kind), Some(size)) = (kind, size) else { return Read::Broken };
    if size > limit {
        return Read::TooLarge;
    }
    let mut bytes = Vec::new();
    match reader.take(size + 1).read_to_end(&mut bytes) {
        Ok(read) if read as u64 == size => Read::Found(kind, bytes),
        _ => Read::Broken,
    }
}
