//! Tie tables, and a search in whatever they hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use warmpath_network::{Published, Team, Willingness, read_ties};

fuzz_target!(|bytes: &[u8]| {
    let mut input = bytes;
    let Ok((ties, _)) = read_ties(&mut input, &mut |_| true) else { return };
    let state = Published::fixed(ties.build().0);
    let graph = state.graph();
    let Some(member) = graph.people().find("1") else { return };
    let team = Team::new(&state, &[member], Willingness::default());
    for name in ["2", "3", "a"] {
        if let Some(target) = graph.people().find(name) {
            let paths = team.paths_to(graph, target);
            assert!(paths.windows(2).all(|pair| pair[0].value >= pair[1].value));
        }
    }
});
