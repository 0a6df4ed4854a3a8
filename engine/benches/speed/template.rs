//! A command as it was seen on the wire, to be sent again about another subject.

use color_eyre::eyre::{Result, bail, eyre};

/// The bytes of a command, and where in them its subject stands.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    bytes: Vec<u8>,
    places: Vec<usize>,
    length: usize,
}

impl Template {
    /// Takes a command that is about this subject.
    pub(crate) fn of(bytes: &[u8], subject: &str) -> Result<Self> {
        let length = subject.len();
        let places: Vec<usize> = bytes
            .windows(length)
            .enumerate()
            .filter_map(|(place, here)| (here == subject.as_bytes()).then_some(place))
            .collect();
        if places.is_empty() {
            bail!("{} is not about {subject}", String::from_utf8_lossy(bytes));
        }
        let bytes = bytes.to_vec();
        Ok(Self {
            bytes,
            places,
            length,
        })
    }

    /// Writes the command about another subject, whose name is as long.
    pub(crate) fn write(&self, subject: &str, to: &mut Vec<u8>) {
        assert_eq!(
            subject.len(),
            self.length,
            "the lengths stand in the command"
        );
        let from = to.len();
        to.extend_from_slice(&self.bytes);
        for place in &self.places {
            let place = from + place;
            to[place..place + self.length].copy_from_slice(subject.as_bytes());
        }
    }

    /// Gives the command's words, with another subject.
    pub(crate) fn words(&self, subject: &str) -> Result<Vec<String>> {
        let mut bytes = vec![];
        self.write(subject, &mut bytes);
        let mut commands = commands(&bytes)?;
        commands.pop().ok_or_else(|| eyre!("it is no command"))
    }
}

/// Reads commands as clients send them: arrays of strings, each with its length before it.
pub(crate) fn commands(bytes: &[u8]) -> Result<Vec<Vec<String>>> {
    let mut rest = bytes;
    let mut commands = vec![];
    while !rest.is_empty() {
        let words = number(&mut rest, b'*')?;
        let mut command = vec![];
        for _ in 0..words {
            let length = number(&mut rest, b'$')?;
            let word = rest.get(..length).ok_or_else(cut)?;
            command.push(String::from_utf8_lossy(word).into_owned());
            rest = rest.get(length + 2..).ok_or_else(cut)?;
        }
        commands.push(command);
    }
    Ok(commands)
}

fn number(rest: &mut &[u8], mark: u8) -> Result<usize> {
    let end = rest
        .windows(2)
        .position(|end| end == b"\r\n")
        .ok_or_else(cut)?;
    let (line, after) = (&rest[..end], &rest[end + 2..]);
    *rest = after;
    let [first, digits @ ..] = line else {
        return Err(cut());
    };
    if *first != mark {
        return Err(cut());
    }
    Ok(std::str::from_utf8(digits)?.parse()?)
}

fn cut() -> color_eyre::Report {
    eyre!("what was recorded is not whole commands")
}
