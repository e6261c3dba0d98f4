//! Event tables, and the score of whatever they hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use warmpath_network::{read_events, score};

fuzz_target!(|bytes: &[u8]| {
    let mut input = bytes;
    if let Ok((log, _)) = read_events(&mut input, &mut |_| true) {
        for tie in score(&log, 1_798_761_600).scores {
            for p in [tie.in_24_hours, tie.in_7_days, tie.keeps_90_days] {
                assert!((0.0..=1.0).contains(&p));
            }
        }
    }
});
