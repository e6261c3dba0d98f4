//! Single messages.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use warmpath_network::import::read_message;

fuzz_target!(|bytes: &[u8]| {
    shared::run(|import| {
        let mut input = bytes;
        let _ = read_message(&mut input, import);
    });
});
