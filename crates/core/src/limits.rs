//! Every bound in one place.
//!
//! A bound that a user can meet has a name here, so that the page of limits, the refusal and the
//! code cannot disagree. [`all`] is that page.

/// Declares each bound once, as a constant and as a row of the list.
macro_rules! limits {
    ($($name:ident: $type:ty = $value:expr, $unit:literal, $what:literal;)*) => {
        $(
            #[doc = concat!($what, " Unit: ", $unit, ".")]
            pub const $name: $type = $value;
        )*

        /// Every bound as (name, value, unit, what it bounds), in order of its name.
        #[must_use]
        pub fn all() -> Vec<(&'static str, u64, &'static str, &'static str)> {
            let mut all = vec![$((stringify!($name), u64::try_from($name).unwrap_or(u64::MAX), $unit, $what)),*];
            all.sort_unstable();
            all
        }
    };
}

limits! {
    BODY_BYTES_MAX: usize = 1 << 20, "bytes", "Size of a request body, after decompression.";
    HEAD_BYTES_MAX: usize = 64 << 10, "bytes", "Size of the head of a request: its first line and all headers.";
    HEAD_SECONDS_MAX: usize = 10, "seconds", "Time in which the head of a request has to arrive.";
    CONNECTIONS_MAX: usize = 4_096, "connections", "Connections of one server at the same time.";
    IMPORT_BYTES_MAX: usize = 10 << 20, "bytes", "Size of an imported file, after decompression.";
    IMPORT_ROWS_MAX: usize = 100_000, "rows", "Rows of one imported table.";
    IMPORT_COLUMNS_MAX: usize = 200, "columns", "Columns of one imported table.";
    IMPORT_CELL_BYTES_MAX: usize = 32 << 10, "bytes", "Size of one cell of an imported table.";
    NETWORK_BYTES_MAX: usize = 64 << 20, "bytes", "Size of the mailboxes, calendars and lists of one import into the network.";
    NETWORK_UNPACKED_BYTES_MAX: usize = 512 << 20, "bytes", "Size of all archives of one import into the network, unpacked.";
    NETWORK_ARCHIVE_FILES_MAX: usize = 20_000, "files", "Files in all archives of one import into the network.";
    PLAN_TARGETS_MAX: usize = 200, "people", "People one plan of asks is made for.";
    NETWORK_FILES_MAX: usize = 500, "files", "Files of one import into the network.";
    MAIL_BYTES_MAX: usize = 5 << 20, "bytes", "Size of an incoming mail with its attachments.";
    MAIL_PARTS_MAX: usize = 100, "parts", "Parts of an incoming mail, nested ones included.";
    MAIL_DEPTH_MAX: usize = 10, "levels", "Depth to which the parts of a mail are nested.";
    CARD_BYTES_MAX: usize = 1 << 20, "bytes", "Size of one contact card.";
    CARD_CONTACT_POINTS_MAX: usize = 20, "entries", "Addresses and numbers of one contact card.";
    CARDS_MAX: usize = 1_000, "cards", "Contact cards in one file.";
    JSON_DEPTH_MAX: usize = 32, "levels", "Depth to which a JSON body is nested.";
    PAGE_ROWS_MAX: usize = 200, "rows", "Rows of one page of a list.";
    PAGE_ROWS_DEFAULT: usize = 50, "rows", "Rows of one page of a list when none are asked for.";
    SEARCH_CHARACTERS_MAX: usize = 200, "characters", "Length of a search text.";
    EXPORT_ROWS_MAX: usize = 1_000_000, "rows", "Rows of one export.";
    NAME_CHARACTERS_MAX: usize = 200, "characters", "Length of a person's or company's name.";
    TITLE_CHARACTERS_MAX: usize = 200, "characters", "Length of a job title or a heading.";
    EMAIL_BYTES_MAX: usize = 254, "bytes", "Length of a mail address (RFC 5321 section 4.5.3.1.3, less the brackets).";
    PHONE_CHARACTERS_MAX: usize = 60, "characters", "Length of a telephone number as written.";
    URL_BYTES_MAX: usize = 2_048, "bytes", "Length of a web address.";
    CONTEXT_CHARACTERS_MAX: usize = 5_000, "characters", "Length of the context of a referral.";
    NOTE_CHARACTERS_MAX: usize = 5_000, "characters", "Length of a note or an answer.";
    MESSAGE_CHARACTERS_MAX: usize = 20_000, "characters", "Length of a message to be sent.";
    REASON_CHARACTERS_MAX: usize = 1_000, "characters", "Length of the reason for a decision.";
    TAGS_MAX: usize = 20, "tags", "Tags of one referral.";
    TAG_CHARACTERS_MAX: usize = 50, "characters", "Length of one tag.";
    CONTACT_POINTS_MAX: usize = 20, "entries", "Addresses and numbers of one person.";
    CHAIN_HOPS_MAX: usize = 6, "hops", "Hops of a chain of who referred whom.";
    WARM_PATH_HOPS_MAX: usize = 4, "hops", "Hops of a warm path that is searched for.";
    PATHS_MAX: usize = 20, "paths", "Warm paths in one answer.";
    PATHWAY_BYTES_MAX: usize = 256 << 10, "bytes", "Size of one pathway document.";
    PATHWAY_RULES_MAX: usize = 500, "rules", "Rules of one pathway.";
    PROFILE_CRITERIA_MAX: usize = 50, "criteria", "Criteria of one profile.";
    POOL_MEMBERS_MAX: usize = 500, "members", "Members of one pool of owners.";
    HOLIDAYS_MAX: usize = 1_000, "days", "Holidays of one working calendar.";
    ABSENCES_MAX: usize = 1_000, "absences", "Absences of one member on file.";
    WEBHOOKS_MAX: usize = 50, "addresses", "Addresses that a workspace sends events to.";
    WEBHOOK_ATTEMPTS_MAX: usize = 12, "attempts", "Attempts to deliver one event.";
    JOB_ATTEMPTS_MAX: usize = 20, "attempts", "Attempts at one job before it is set aside.";
    JOBS_QUEUED_MAX: usize = 1_000_000, "jobs", "Jobs waiting in one workspace.";
    IDEMPOTENCY_KEY_BYTES_MAX: usize = 255, "bytes", "Length of an idempotency key.";
    IDEMPOTENCY_HOURS: usize = 24, "hours", "Time for which an idempotency key is remembered.";
    API_KEYS_MAX: usize = 100, "keys", "Live interface keys of one workspace.";
    SESSIONS_MAX: usize = 20, "sessions", "Live sessions of one member.";
    SIGN_IN_LINK_MINUTES: usize = 15, "minutes", "Life of a one-time sign-in link.";
    OPT_IN_LINK_DAYS: usize = 30, "days", "Life of a one-time opt-in link.";
    API_REQUESTS_PER_MINUTE: usize = 6_000, "requests", "Requests of one interface key in a minute.";
    SIGN_IN_PER_MAILBOX_HOUR: usize = 30, "requests", "Sign-in links asked for one mailbox in an hour, from everywhere.";
    SIGN_IN_PER_MAILBOX_AND_ADDRESS_HOUR: usize = 6, "requests", "Sign-in links asked for one mailbox from one network address in an hour.";
    SIGN_IN_PER_ADDRESS_HOUR: usize = 60, "requests", "Sign-in links asked from one network address in an hour.";
    LINK_PAGE_PER_MINUTE: usize = 60, "requests", "Requests to the page behind one link in a minute.";
    PARTNER_SUBMISSIONS_PER_DAY: usize = 200, "referrals", "Referrals of one partner organisation in a day.";
    PERSONAL_SUBMISSIONS_PER_DAY: usize = 20, "referrals", "Referrals by one personal link in a day.";
    MAILBOX_CODE_MINUTES: usize = 10, "minutes", "Life of a one-time mailbox code.";
    MAILBOX_CODE_TRIES_MAX: usize = 5, "tries", "Tries at one mailbox code.";
    MAILBOX_CODES_PER_HOUR: usize = 5, "codes", "Mailbox codes of one personal link in an hour.";
    DENIALS_NOTED_PER_MINUTE: usize = 60, "entries", "Denied attempts of one caller that the ledger keeps in a minute.";
    LIVE_STREAMS_MAX: usize = 10, "streams", "Open live-update streams of one member.";
    CONNECTOR_OPEN_ASKS_MAX: usize = 2, "asks", "Open asks of one connector, unless set.";
    CLOCKS_MAX: usize = 16, "clocks", "Clocks that run on one referral at the same time.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bound_is_named_once_and_explained() {
        let all = all();
        assert!(all.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (name, value, unit, what) in all {
            assert!(value > 0 && !unit.is_empty(), "{name}");
            assert!(what.ends_with('.') && what.len() > 10, "{name}");
        }
    }

    #[test]
    fn the_bounds_agree_with_the_types_that_keep_them() {
        let longest = "n".repeat(NAME_CHARACTERS_MAX);
        assert!(crate::contact::PersonName::parse(&longest).is_ok());
        assert!(crate::contact::PersonName::parse(&(longest + "n")).is_err());
        assert_eq!(PAGE_ROWS_MAX.max(PAGE_ROWS_DEFAULT), PAGE_ROWS_MAX);
    }
}
