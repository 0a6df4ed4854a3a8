//! Local callers only: without tokens, access to the loopback address is the permission. A browser
//! reaches that address too, for any page it shows, so its headers are checked.
//!
//! `Host` reveals a foreign name that was made to resolve to this machine (DNS rebinding), by which
//! a page could read answers as its own. `Origin` and `Sec-Fetch-Site` reveal a page of another
//! site that sends a request without reading the answer, for example a form of `text/plain`.
//! Programs other than browsers send neither of the two, and address the engine as `localhost`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::extract::{MatchedPath, Request};
use axum::http::HeaderMap;
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::uri::Authority;

use crate::problem::Problem;
use crate::route;

/// Routes for balancers, allowed under any name; they reveal nothing of the floor.
const FOR_ANY_HOST: [&str; 2] = [route::HEALTHZ, route::READYZ];

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The values of a browser's request that no other site has caused.
const SAME_SITE: [&str; 2] = ["same-origin", "none"];

/// Refuses requests from other sites or to foreign names.
pub(super) fn check(request: &Request) -> Result<(), Problem> {
    check_names(request).or_else(|refused| {
        let route = request.extensions().get::<MatchedPath>();
        let open = route.is_some_and(|route| FOR_ANY_HOST.contains(&route.as_str()));
        if open { Ok(()) } else { Err(refused) }
    })
}

fn check_names(request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    // An absolute target, as sent to proxies, takes precedence over the header.
    let target = request.uri().authority().map(Authority::as_str);
    for name in target.into_iter().chain(all(headers, &HOST)) {
        if !is_local(name) {
            return Err(Problem::foreign_host(name));
        }
    }
    let own = target.or_else(|| all(headers, &HOST).next());
    for origin in all(headers, &ORIGIN) {
        let page = origin.split_once("://").map(|(_, name)| name);
        if page.is_none()
            || !page
                .zip(own)
                .is_some_and(|(page, own)| page.eq_ignore_ascii_case(own))
        {
            return Err(Problem::foreign_origin(&format!("Origin: {origin}")));
        }
    }
    for site in all(headers, &SEC_FETCH_SITE) {
        if !SAME_SITE.contains(&site) {
            return Err(Problem::foreign_origin(&format!("Sec-Fetch-Site: {site}")));
        }
    }
    Ok(())
}

fn all<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter();
    values.map(|value| value.to_str().unwrap_or("?").trim())
}

/// Returns whether a name, with or without a port, can only mean this machine. An empty name counts
/// as local: some programs send it, but no browser.
fn is_local(name: &str) -> bool {
    let name = name.rsplit('@').next().unwrap_or_default();
    if let Some(bracketed) = name.strip_prefix('[') {
        let Some((address, port)) = bracketed.split_once(']') else {
            return false;
        };
        // Without the zone of the interface.
        let address = address.split('%').next().unwrap_or_default();
        let address = address
            .parse::<Ipv6Addr>()
            .map(|address| IpAddr::V6(address).to_canonical());
        return is_port(port) && address.is_ok_and(|address| address.is_loopback());
    }
    let colon = name.find(':').unwrap_or(name.len());
    let (host, port) = name.split_at(colon);
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let address = host
        .parse::<Ipv4Addr>()
        .is_ok_and(|address| address.is_loopback());
    is_port(port)
        && (address || name.is_empty() || host == "localhost" || host.ends_with(".localhost"))
}

fn is_port(text: &str) -> bool {
    let number = text.strip_prefix(':');
    text.is_empty() || number.is_some_and(|number| number.bytes().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for local in [
            "localhost",
            "localhost:8000",
            "LocalHost.:8000",
            "acd.localhost:1",
            "127.0.0.1",
            "127.8.9.1:65535",
            "[::1]",
            "[::1]:8000",
            "[0:0:0:0:0:0:0:1]:8000",
            "[::1%lo]:8000",
            "[::1%25lo]:8000",
            "[::ffff:127.0.0.1]:1",
            "user@localhost:8000",
            "",
        ] {
            assert!(is_local(local), "{local:?}");
        }
        for foreign in [
            "evil.example",
            "evil.example:8000",
            "localhost.evil.example",
            "evil-localhost",
            "notlocalhost",
            "127.0.0.1.evil.example",
            "localhost@evil.example",
            "0.0.0.0:8000",
            "192.168.1.5:8000",
            "128.0.0.1",
            "[fe80::1%eth0]:8000",
            "[::]:8000",
            "[::ffff:10.0.0.1]",
            "[::1",
            "::1",
            "[::1]evil.example",
            "localhost:80evil.example",
            "localhost,evil.example",
            ".",
            "?",
        ] {
            assert!(!is_local(foreign), "{foreign:?}");
        }
    }
}
