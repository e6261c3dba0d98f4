//! What the outside sees of us and what we believe of it. One file for each module of the crate.
//! No test leaves the loopback interface.

#[cfg(test)]
mod dns;
#[cfg(test)]
mod enrich;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod holidays;
#[cfg(test)]
mod invite;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod support;
#[cfg(test)]
mod webhook;
