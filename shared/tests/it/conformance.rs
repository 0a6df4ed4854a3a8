//! The same suite over both stores.

mod embedded {
    shared::conformance!(crate::support::over_embedded);
}

mod redis {
    shared::conformance!(crate::support::over_redis);
}
