//! `services COMMAND…`: runs a command with a PostgreSQL server of its own beside it.
//!
//! The server is started on a free port of the loopback in a temporary folder; its address stands
//! in `WARMPATH_TEST_POSTGRES` for the command, and it is stopped when the command has ended. The exit
//! code is the command's.

use std::process::{Command, ExitCode};

use warmpath_testkit::postgres::TestPostgres;

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    let Some(program) = words.next() else {
        eprintln!("services COMMAND…");
        return ExitCode::FAILURE;
    };
    let server = match TestPostgres::start() {
        Ok(server) => server,
        Err(error) => {
            eprintln!("PostgreSQL for the tests: {error}");
            eprintln!("leave those tests out by choice: cargo xtask test --without postgres");
            return ExitCode::FAILURE;
        }
    };
    let status =
        Command::new(program).args(words).env("WARMPATH_TEST_POSTGRES", server.url()).status();
    // Stops the server whatever the command did.
    drop(server);
    match status {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            ExitCode::from(code.unwrap_or(1))
        }
        Err(error) => {
            eprintln!("the command could not be started: {error}");
            ExitCode::FAILURE
        }
    }
}
