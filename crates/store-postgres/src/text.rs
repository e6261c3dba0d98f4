//! `?1` becomes `$1`, outside of quotes and comments.

/// The text with the marks of PostgreSQL.
pub(crate) fn numbered(sql: &str) -> String {
    // Most texts quote nothing; this is asked with every statement.
    if !sql.contains(['\'', '"', '-']) {
        return sql.replace('?', "$");
    }
    let mut text = String::with_capacity(sql.len());
    let mut quote: Option<char> = None;
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        match quote {
            // A doubled quote closes and opens again, which comes to the same.
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if letter == '\'' || letter == '"' => quote = Some(letter),
            None if letter == '-' && letters.peek() == Some(&'-') => quote = Some('\n'),
            None if letter == '?' && letters.peek().is_some_and(char::is_ascii_digit) => {
                text.push('$');
                continue;
            }
            None => {}
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn marks_are_rewritten_and_quoted_text_is_not() {
        let check = |sql: &str, wanted: &str| assert_eq!(numbered(sql), wanted);
        check(
            "SELECT a FROM t WHERE b = ?1 AND c < ?12",
            "SELECT a FROM t WHERE b = $1 AND c < $12",
        );
        check("SELECT '?1', \"?2\", ?3", "SELECT '?1', \"?2\", $3");
        check("SELECT 'it''s ?1' || ?2", "SELECT 'it''s ?1' || $2");
        check("SELECT 1 -- ?1 isn't\n + ?2", "SELECT 1 -- ?1 isn't\n + $2");
        check("SELECT 'ü?1', ?2, a ? b", "SELECT 'ü?1', $2, a ? b");
    }
}
