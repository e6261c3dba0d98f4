//! Who can introduce us to Pat? `cargo run -p warmpath-network --example warm_paths`

use warmpath_network::{LiveTies, Probability, Team, TieList, Willingness, verdict};

#[expect(clippy::print_stdout, reason = "an example shows what it found")]
fn main() -> Result<(), &'static str> {
    let mut ties = TieList::default();
    for (from, to, p) in [
        ("me", "ann", 0.62),
        ("me", "bob", 0.45),
        ("ann", "pat", 0.30),
        ("bob", "cleo", 0.80),
        ("cleo", "pat", 0.70),
    ] {
        ties.add(from, to, Probability::from_f64(p).ok_or("a probability")?);
    }
    let (graph, _) = ties.build();
    let live = LiveTies::new(graph);
    let state = live.snapshot();
    let graph = state.graph();
    let find = |name| graph.people().find(name).ok_or("an unknown person");

    let mut willingness = Willingness::default();
    willingness.set(find("ann")?, Probability::from_f64(0.9).ok_or("a probability")?);
    let team = Team::new(&state, &[find("me")?], willingness);
    let paths = team.paths_to(graph, find("pat")?);
    println!("{}", verdict(graph, &paths).words());
    for path in &paths {
        let stops = [path.member].into_iter().chain(path.contacts.clone()).chain([path.target]);
        let names: Vec<_> = stops.map(|who| graph.people().name(who)).collect();
        println!("{:.4}  {}", path.value.to_f64(), names.join(" → "));
    }
    Ok(())
}
