//! The same suite over both stores, and over Redis also with changes that wait for a replica.

mod embedded {
    shared::conformance!(crate::support::over_embedded);
}

mod redis {
    shared::conformance!(crate::support::over_redis);
}

mod replicated {
    shared::conformance!(crate::support::over_replicated_redis);
}
