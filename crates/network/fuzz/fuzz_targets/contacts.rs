//! Contact lists.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use warmpath_network::import::read_contacts_csv;

fuzz_target!(|bytes: &[u8]| {
    shared::run(|import| {
        let mut input = bytes;
        let _ = read_contacts_csv(&mut input, import, &mut |_| true);
    });
});
