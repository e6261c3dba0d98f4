use super::*;

fn read(text: &str) -> Table {
    Table::read(text.as_bytes(), Kind::Contacts).unwrap()
}

fn code(bytes: &[u8], kind: Kind) -> String {
    Table::read(bytes, kind).unwrap_err().code
}

#[test]
fn delimiters_and_line_ends_are_found() {
    for text in ["email,name\na@b.example,Pat\n", "email;name\r\na@b.example;Pat\r\n"] {
        assert_eq!(read(text).rows[0].cells.get(1), Some("Pat"));
    }
    let table = read("email\tname\ra@b.example\tPat\r");
    assert_eq!((table.delimiter, table.rows[0].line), (b'\t', 2));
}

#[test]
fn a_header_is_found_below_notes() {
    let table =
        read("Notes:\n\"Made for you\"\n\nFirst Name,Last Name,Email\nAda,Berg,a@b.example\n");
    assert_eq!((table.header_line, table.rows[0].line), (4, 5));
}

#[test]
fn a_report_loses_its_footer_and_nothing_else() {
    let text = "Name,Email\nAda,a@b.example\n\n\"Contacts\"\n\"Copyright (c) 2000-2026\"\n";
    assert_eq!(read(text).rows.len(), 1);
    let kept = read("Name,Email\nAda,a@b.example\nBo\n");
    assert_eq!(kept.rows.len(), 2, "a short row is no footer");
}

#[test]
fn windows_1252_is_read_and_named() {
    let table = Table::read(b"email,name\na@b.example,Zo\xeb\n", Kind::Contacts).unwrap();
    assert_eq!((table.encoding, table.rows[0].cells.get(1)), ("windows-1252", Some("Zoë")));
}

#[test]
fn what_is_no_table_is_refused_with_a_code() {
    let c = Kind::Contacts;
    assert_eq!(code(b"", c), "file_empty");
    assert_eq!(code(b"email,name\n", c), "no_rows");
    assert_eq!(code(b"pat@p.example,Pat,P,met\n", c), "header_missing");
    assert_eq!(code(b"email,email,name\na,b,c\n", c), "header_repeated");
    assert_eq!(code(b"email,name\na@b.example,\"Pat\nb@b.example,Bo\n", c), "quote_unclosed");
    assert_eq!(code(b"PK\x03\x04abc", c), "not_text");
    assert_eq!(code(b"\xff\xfee\0m\0", c), "encoding_unknown");
    let wide = format!("email{}\n", ",c".repeat(200_000));
    assert_eq!(code(wide.as_bytes(), c), "columns_too_many");
    let long = "a@b.example,P\n".repeat(limits::IMPORT_ROWS_MAX + 1);
    assert_eq!(code(format!("email,name\n{long}").as_bytes(), c), "rows_too_many");
    let huge = vec![b'a'; limits::IMPORT_BYTES_MAX + 1];
    assert_eq!(code(&huge, c), "file_too_large");
}

#[test]
fn quotes_inside_cells_do_not_open_anything() {
    let table = read("email,name,company\na@b.example,\"Pat \"\"P\"\" Lee\",\"Co, Inc\"\n");
    assert_eq!(table.rows[0].cells.get(1), Some("Pat \"P\" Lee"));
    assert_eq!(read("email,name\na@b.example,5\" pipe\n").rows.len(), 1);
}
