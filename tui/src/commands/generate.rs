//! Shell completions and manual pages, generated from the definition of the command line, so that
//! they always agree with `--help`.

use std::fs;
use std::io;
use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use super::failure::Failure;
use super::print;

/// Prints the completions for a shell.
pub fn completions(mut defined: Command, shell: Shell) -> Result<(), Failure> {
    let mut script = vec![];
    clap_complete::generate(shell, &mut defined, "switchboard", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// Prints the manual page, or writes one for each command into a folder, which is created if
/// needed.
pub fn manual(defined: Command, folder: Option<&Path>) -> Result<(), Failure> {
    let Some(folder) = folder else {
        let mut page = vec![];
        Man::new(defined)
            .render(&mut page)
            .map_err(|error| Failure::CannotBegin(error.to_string()))?;
        return print(&String::from_utf8_lossy(&page));
    };
    write_pages(defined, folder).map_err(|error| {
        let folder = folder.display();
        Failure::CannotBegin(format!("the pages cannot be written to {folder}: {error}"))
    })
}

fn write_pages(defined: Command, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    clap_mangen::generate_to(defined, folder)
}
