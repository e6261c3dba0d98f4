//! Mailbox files.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use warmpath_network::import::read_mbox;

fuzz_target!(|bytes: &[u8]| {
    shared::run(|import| {
        let mut input = bytes;
        let _ = read_mbox(&mut input, import, &mut |_| true);
    });
});
