//! The refusals over a limit: of the engine or of one caller.

use super::{Kind, Problem};
use crate::quota::Whose;

impl Problem {
    /// The engine is at its limit of requests.
    pub(crate) fn overloaded() -> Self {
        let detail = "as many requests as this engine takes are being worked on; nothing was \
                      done, so ask again in a second";
        Self::new(Kind::Overloaded, detail)
    }

    /// The engine is at its limit of event streams.
    pub(crate) fn too_many_streams(most: usize) -> Self {
        let detail = format!(
            "{most} event streams are open, as many as this engine takes; ask another one, or \
             raise --max-streams"
        );
        Self::new(Kind::TooManyStreams, detail)
    }

    /// One caller is at its limit of event streams.
    pub(crate) fn too_many_streams_of(whose: Whose) -> Self {
        let (caller, flag) = match whose {
            Whose::Token => ("token", "--max-streams-per-token"),
            Whose::Address | Whose::Engine => ("address", "--max-streams-per-address"),
        };
        let detail = format!(
            "this {caller} has as many event streams open as it may ({flag}; an agent's token an \
             eighth of that); close one first"
        );
        Self::new(Kind::TooManyStreamsOfCaller, detail)
    }

    /// One caller is at its limit of requests.
    pub(crate) fn too_many_requests_of(whose: Whose) -> Self {
        let (caller, flag) = match whose {
            Whose::Token => ("token", "--max-requests-per-token"),
            Whose::Address | Whose::Engine => ("address", "--max-requests-per-address"),
        };
        let detail = format!(
            "as many requests of this {caller} as it may have at once are being worked on \
             ({flag}); nothing was done, so wait for their answers and ask again"
        );
        Self::new(Kind::TooManyRequestsOfCaller, detail)
    }

    /// One address is at its limit of connections, and all are in use.
    pub(crate) fn too_many_of_address(most: usize) -> Self {
        let detail = format!(
            "{most} connections from this address are open and in use, as many as it may have; \
             nothing was done, so ask again in a second, or raise --max-connections-per-address"
        );
        Self::new(Kind::TooManyConnectionsOfCaller, detail)
    }

    /// The bodies being received are too large together.
    pub(crate) fn too_many_bodies() -> Self {
        let detail = "the bodies of requests that arrive at this moment are too large together; \
                      nothing was done, so ask again in a second";
        Self::new(Kind::Overloaded, detail)
    }

    /// The engine is at its limit of connections.
    pub(crate) fn too_many_connections(most: usize) -> Self {
        let detail = format!(
            "{most} connections are open, as many as this engine takes; nothing was done, so ask \
             again in a second, or raise --max-connections"
        );
        Self::new(Kind::TooManyConnections, detail)
    }
}
