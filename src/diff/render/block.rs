//! Puts blocks together until there is no more room.

/// Joins blocks, the most important first, as long as all of them and the end fit into `most` characters. Returns how many
/// were left out: a block is taken whole or not at all, so that fences and details stay balanced.
pub(super) fn join(blocks: &[String], most: usize, end: impl Fn(usize) -> String) -> String {
    // The end is longest when something is left out.
    let room = most.saturating_sub(length(&end(blocks.len())));
    let mut out = String::new();
    let mut used = 0;
    let mut left_out = 0;
    for block in blocks {
        let size = length(block);
        // What comes later is not more important than what did not fit.
        if left_out == 0 && used + size <= room {
            out.push_str(block);
            used += size;
        } else {
            left_out += 1;
        }
    }
    out.push_str(&end(left_out));
    out
}

pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn blocks_are_taken_whole_and_in_order() {
        let blocks: Vec<String> = ["aaaa\n", "bbbbbbbb\n", "c\n"].map(str::to_owned).to_vec();
        let end = |left: usize| format!("{left}\n");
        assert_eq!(join(&blocks, 100, end), "aaaa\nbbbbbbbb\nc\n0\n");
        assert_eq!(join(&blocks, 10, end), "aaaa\n2\n");
        assert_eq!(join(&blocks, 18, end), "aaaa\nbbbbbbbb\nc\n0\n");
        assert_eq!(join(&blocks, 17, end), "aaaa\nbbbbbbbb\n1\n");
    }
}
