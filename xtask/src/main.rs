//! Repository chores.

#[cfg(test)]
mod contrast;

fn main() {}
