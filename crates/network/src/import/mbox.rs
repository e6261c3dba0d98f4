//! A mailbox file: messages one after the other, each behind a `From ` line. Tens of gigabytes are
//! an ordinary case (a whole account, exported), so bodies stream by unread.

use std::io::BufRead;

use super::Import;
use super::mail::{HEADER_BYTES_MAX, Line, read_line, take_header};
use crate::tables::{ReadError, Watch};

/// Enough of a body line to see whether it begins the next message.
const BODY_LINE_BYTES: usize = 256;

/// Reads a mailbox file.
///
/// # Errors
/// When the input fails, or when `watch` says stop.
pub fn read_mbox(
    input: &mut dyn BufRead,
    import: &mut Import,
    watch: Watch,
) -> Result<(), ReadError> {
    let mut header = Vec::new();
    let mut line = Vec::new();
    let (mut part, mut after_blank, mut any) = (Part::Between, true, false);
    loop {
        line.clear();
        let limit = if part == Part::Header { HEADER_BYTES_MAX } else { BODY_LINE_BYTES };
        let (end, _) = read_line(input, &mut line, limit)?;
        if end == Line::End {
            break;
        }
        if after_blank && part != Part::Header && is_separator(&line) {
            if !watch(0) {
                return Err(ReadError::Interrupted);
            }
            (part, any) = (Part::Header, true);
            header.clear();
            continue;
        }
        after_blank = line.is_empty();
        if part == Part::Header {
            if line.is_empty() {
                take_header(&header, import);
                part = Part::Body;
            } else if end == Line::TooLong || header.len() + line.len() > HEADER_BYTES_MAX {
                import.seen += 1;
                import.skip("header too large");
                part = Part::Body;
            } else {
                header.extend_from_slice(&line);
                header.push(b'\n');
            }
        }
    }
    if part == Part::Header {
        take_header(&header, import);
    }
    if !any {
        import.seen += 1;
        import.skip("no message: not a mailbox file");
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Between,
    Header,
    Body,
}

/// `From `, a sender, and something with a time in it: a sentence that begins with the word does
/// not separate messages.
fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let rest = String::from_utf8_lossy(rest);
    let mut words = rest.split_whitespace().skip(1).peekable();
    words.peek().is_some()
        && words.any(|word| {
            let parts: Vec<&str> = word.split(':').collect();
            let digits = |part: &&str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            (2..=3).contains(&parts.len()) && parts.iter().all(digits)
        })
}

#[cfg(test)]
mod tests {
    use super::super::testing::run;
    use super::*;

    const BOX: &str = "From 1654@xxx Mon Jan 06 04:49:45 +0000 2025\r\n\
        X-GM-THRID: 1654\r\nX-Gmail-Labels: Inbox,Important\r\n\
        From: Pat Lee <pat@x.example>\r\nTo: me@acme.example\r\n\
        Date: Mon, 06 Jan 2025 04:49:45 +0000\r\nMessage-ID: <1@x.example>\r\n\
        Subject: never read\r\n\r\nHello\r\n\r\nFrom here on it is only text.\r\n>From me 10:00\r\n\
        From me@acme.example Tue Jan  7 10:00:00 2025\n\
        not a separator: no blank line before it\n\n\
        From me@acme.example Tue Jan  7 10:00:00 2025\n\
        From: me@acme.example\nTo: Group: pat@x.example, kim@y.example;\nCc: pat@x.example\n\
        Date: Tue, 7 Jan 2025 12:00:00 +0200\nMessage-ID: <2@acme.example>\n\nbody\n\n\
        From me@acme.example Tue Jan  7 10:00:00 2025\nFrom: me@acme.example\nTo: pat@x.example\n\
        Date: Tue, 7 Jan 2025 12:00:00 +0200\nMessage-ID: <2@acme.example>\n\nagain\n\n\
        From list@x.example Tue Jan  7 10:00:00 2025\nFrom: a@x.example\nTo: me@acme.example\n\
        List-Id: <l.x.example>\nDate: Tue, 7 Jan 2025 12:00:00 +0200\n\n\
        From x@x.example Tue Jan  7 10:00:00 2025\nSubject: cut off in its header";

    #[test]
    fn messages_are_told_apart_and_bodies_left_alone() {
        let (kept, skips) =
            run(|import| read_mbox(&mut BOX.as_bytes(), import, &mut |_| true).expect("readable"));
        let want = [
            ("pat@x.example", "me@acme.example"),
            ("me@acme.example", "kim@y.example"),
            ("me@acme.example", "pat@x.example"),
        ];
        assert_eq!(kept.pairs(), want);
        assert_eq!(kept.observations[1].at, 1_736_244_000);
        assert_eq!(kept.observations[1].recipients, 2);
        for reason in ["seen before", "mailing list", "no single sender"] {
            assert_eq!(skips.count(reason), 1, "{reason}: {skips}");
        }
        assert_eq!(skips.total(), 3, "{skips}");
    }

    #[test]
    fn anything_at_all_is_survived() {
        for bytes in [&b""[..], b"\0\xff\xfe", b"From \n\n\n", b"From a 10:00\n\xff\xff: \xff\n\n"]
        {
            let (kept, skips) =
                run(|import| read_mbox(&mut &*bytes, import, &mut |_| true).expect("readable"));
            assert_eq!((kept.observations.len(), skips.total()), (0, 1), "{bytes:?}");
        }
    }

    #[test]
    fn an_endless_header_line_is_left_out() {
        let long = format!("From a 10:00\nTo: {}\n\n\nFrom b 10:00\n", "x".repeat(1 << 20));
        let (_, skips) =
            run(|i| read_mbox(&mut long.as_bytes(), i, &mut |_| true).expect("readable"));
        assert_eq!(skips.count("header too large"), 1, "{skips}");
    }
}
