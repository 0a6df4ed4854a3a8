//! How to reach an engine: its address, the token, and the trusted CAs. Read once, at the start;
//! the token is never printed.

use std::fs;
use std::path::Path;

use reqwest::header::HeaderValue;
use reqwest::{Certificate, Url};

use crate::http::{bearer, root, token_in};
use crate::trust;

/// Why an engine cannot be reached this way: a sentence, with the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(String);

impl Unusable {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// How to reach an engine.
#[derive(Clone, Debug)]
pub struct Access {
    pub(super) url: Url,
    /// The value of the header; marked as sensitive, so that debug output hides it.
    pub(super) token: Option<HeaderValue>,
    pub(super) authorities: Vec<Certificate>,
    warnings: Vec<String>,
}

impl Access {
    /// Parses the address of an engine, `https://host` or `http://127.0.0.1:8000`.
    pub fn to(url: &str) -> Result<Self, Unusable> {
        let rule = "use https://host[:port], or http:// for an engine on this machine";
        let wrong = |what: &str| Unusable::new(format!("the address of the API {what}: {rule}"));
        let url: Url = url.parse().map_err(|_| wrong("is not a URL"))?;
        if !["http", "https"].contains(&url.scheme()) || !url.has_host() {
            return Err(wrong("is not an HTTP address"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Unusable::new(
                "the address of the API contains a user or password: engines use tokens instead, so \
                 put a token in a file and set --token-file",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("has a query or fragment"));
        }
        Ok(Self {
            url,
            token: None,
            authorities: vec![],
            warnings: vec![],
        })
    }

    /// Adds the token from the first line of a file.
    pub fn with_token_file(mut self, path: &Path) -> Result<Self, Unusable> {
        let name = path.display();
        let text = fs::read_to_string(path).map_err(|why| {
            Unusable::new(format!(
                "the token file {name} cannot be read ({why}): set the file that holds your token"
            ))
        })?;
        let token = token_in(&text).map(|token| token.to_owned().into());
        let header = token.and_then(|token| bearer(&token)).ok_or_else(|| {
            Unusable::new(format!(
                "the first line of the token file {name} is not a token: put the output of \
                 `switchboard-engine token create` there"
            ))
        })?;
        self.token = Some(header);
        self.warnings
            .extend(trust::warnings("the token file", path));
        if self.url.scheme() == "http" && !self.is_near() {
            let address = self.address();
            let warning = format!("the token is sent to {address} unencrypted: use https://");
            self.warnings.push(warning);
        }
        Ok(self)
    }

    /// Trusts the CA certificates of a PEM file, beside those of the system.
    pub fn with_authority(mut self, path: &Path) -> Result<Self, Unusable> {
        let name = path.display();
        let unusable = |why: String| {
            Unusable::new(format!(
                "the CA file {name} cannot be used ({why}): use a PEM file with certificates"
            ))
        };
        let pem = fs::read(path).map_err(|why| unusable(why.to_string()))?;
        let found = Certificate::from_pem_bundle(&pem).map_err(|why| unusable(root(&why)))?;
        if found.is_empty() {
            return Err(unusable("there is no certificate in it".to_owned()));
        }
        // Whoever can write this file decides which servers get the token.
        if let Err(untrusted) = trust::check(path) {
            self.warnings
                .push(format!("the CA file {name} {untrusted}"));
        }
        self.authorities = found;
        Ok(self)
    }

    /// Returns the address, for display.
    pub fn address(&self) -> String {
        self.url.as_str().trim_end_matches('/').to_owned()
    }

    /// Returns a warning for each security problem.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Returns whether the engine is on this machine, so that no network is involved.
    fn is_near(&self) -> bool {
        let host = self.url.host_str().unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse();
        host == "localhost" || address.is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    use super::*;

    fn file(folder: &tempfile::TempDir, text: &str, mode: u32) -> PathBuf {
        let path = folder.path().join(format!("{mode:o}"));
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn an_address_is_one_of_http_without_secrets() {
        for good in [
            "https://acd.example",
            "http://127.0.0.1:8000/",
            "https://h/acd",
        ] {
            let shown = Access::to(good).unwrap().address();
            assert_eq!(shown, good.trim_end_matches('/'));
        }
        for (bad, said) in [
            ("", "not a URL"),
            ("acd.example:8000", "not an HTTP address"),
            ("redis://host", "not an HTTP address"),
            ("https://ada:s3cret@host", "--token-file"),
            ("https://host/?a=b", "a query or fragment"),
        ] {
            let why = Access::to(bad).unwrap_err().to_string();
            assert!(
                why.contains(said) && !why.contains("s3cret"),
                "{bad}: {why}"
            );
        }
    }

    #[test]
    fn a_token_is_the_first_line_of_its_file_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, " s3cret \nmore", 0o600);
        let access = Access::to("http://localhost:1").unwrap();
        let access = access.with_token_file(&path).unwrap();
        assert_eq!(access.token.as_ref().unwrap(), "Bearer s3cret");
        assert!(!format!("{access:?}").contains("s3cret"), "{access:?}");
        assert!(access.warnings().is_empty(), "{:?}", access.warnings());
    }

    #[test]
    fn what_is_not_safe_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, "s3cret", 0o644);
        let access = Access::to("http://acd.example").unwrap();
        let access = access.with_token_file(&path).unwrap();
        let said = access.warnings().join("\n");
        assert!(
            said.contains("chmod 600") && said.contains("https://"),
            "{said}"
        );
    }

    #[test]
    fn a_file_without_a_token_or_certificate_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let access = Access::to("https://acd.example").unwrap();
        for text in ["", "\ns3cret", "two words", "a\u{7}b"] {
            let path = file(&folder, text, 0o600);
            let why = access.clone().with_token_file(&path).unwrap_err();
            assert!(
                why.to_string().contains("is not a token"),
                "{text:?}: {why}"
            );
            let why = access.clone().with_authority(&path).unwrap_err();
            assert!(why.to_string().contains("PEM file"), "{text:?}: {why}");
        }
        let nowhere = folder.path().join("nowhere");
        assert!(access.clone().with_token_file(&nowhere).is_err());
        assert!(access.with_authority(&nowhere).is_err());
    }
}
