//! Which addresses a till speaks to, and whose certificates it believes.

use reqwest::{Certificate, ClientBuilder, Url, redirect};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
};

const LOCALHOST: &str = "localhost";

/// Why a till does not speak to an address.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Not the address of a server.
    #[error("'{0}' is not the address of a server: write it like https://duka.example")]
    NoAddress(String),
    /// Plain HTTP to another computer: everybody on the way could read and change what is said. Nothing was sent.
    #[error(
        "the server '{0}' would be spoken to in plain HTTP, which anybody on the way can read: write https:// before its address, or, on a \
         network that nobody else can reach, start the till with --plain-http {0}"
    )]
    PlainHttp(String),
    /// The authority that a setting names cannot be used.
    #[error("the certificates in {} cannot be used: {fault}", path.display())]
    Authority {
        /// The file.
        path: PathBuf,
        /// Why.
        fault: String,
    },
}

/// What a setting allows beyond what is safe everywhere: TLS to a server whose certificate this computer trusts, and plain HTTP to this
/// computer itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// Hosts that may be spoken to in plain HTTP: a name or an address as it stands in the server's address, without its port.
    pub plain_http: Vec<String>,
    /// The certificates (PEM) of the authority that certifies the server, in place of those that this computer trusts. It is read at each
    /// connection that is built, so that a file that cannot be read stops no sale.
    pub authority: Option<PathBuf>,
}

/// Where a server is, and that the till may speak to it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerAddress {
    url: Url,
}

impl ServerAddress {
    /// Reads an address such as `https://duka.example`; without a scheme it is meant so.
    pub(crate) fn try_new(text: &str, trust: &Trust) -> Result<Self, TrustError> {
        let text = text.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let wrong = || TrustError::NoAddress(text.to_owned());
        let url = Url::parse(&whole).map_err(|_| wrong())?;
        let host = url.host_str().ok_or_else(wrong)?;
        let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        match url.scheme() {
            _ if !bare => Err(wrong()),
            "https" => Ok(Self { url }),
            "http" if is_this_computer(&url) || trust.names(host) => Ok(Self { url }),
            "http" => Err(TrustError::PlainHttp(host.to_owned())),
            _ => Err(wrong()),
        }
    }

    /// As it is kept and shown: with its scheme, without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// A client of HTTP that speaks to this address as it may, and to no other.
    pub(crate) fn client(&self, trust: &Trust) -> Result<ClientBuilder, TrustError> {
        // Wherever an answer points, the next request does not follow: it might lead out of TLS, or to somebody else.
        let builder = ClientBuilder::new().redirect(redirect::Policy::none());
        if self.url.scheme() == "http" {
            // No certificate is asked for, so a computer without any must do. Through a proxy it would leave this computer after all, and a
            // name server may say anything of `localhost`.
            let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].map(|address| SocketAddr::new(address, 0));
            return Ok(builder.tls_certs_only([]).no_proxy().resolve_to_addrs(LOCALHOST, &here));
        }
        let builder = builder.https_only(true);
        match &trust.authority {
            Some(path) => Ok(builder.tls_certs_only(certificates(path)?)),
            None => Ok(builder),
        }
    }
}

impl Trust {
    fn names(&self, host: &str) -> bool {
        let bare = |name: &str| name.trim().trim_matches(['[', ']']).to_ascii_lowercase();
        self.plain_http.iter().any(|named| bare(named) == bare(host))
    }
}

fn is_this_computer(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == LOCALHOST || address.is_ok_and(|address| address.is_loopback())
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, TrustError> {
    let unusable = |fault: &dyn std::fmt::Display| TrustError::Authority { path: path.to_owned(), fault: fault.to_string() };
    let pem = std::fs::read(path).map_err(|fault| unusable(&fault))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|fault| unusable(&fault))?;
    if found.is_empty() { Err(unusable(&"there is no certificate in it")) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust(hosts: &[&str]) -> Trust {
        Trust { plain_http: hosts.iter().map(|host| (*host).to_owned()).collect(), authority: None }
    }

    #[test]
    fn plain_http_goes_to_this_computer_and_to_hosts_that_a_setting_names() {
        let none = trust(&[]);
        for good in [
            "http://127.0.0.1:8700",
            "http://127.8.9.1",
            "http://[::1]:80/",
            "http://LOCALHOST:1",
            "https://duka.example",
            "https://10.0.0.7",
        ] {
            assert!(ServerAddress::try_new(good, &none).is_ok(), "{good}");
        }
        for bad in
            ["http://duka.example", "http://10.0.0.7:8700", "http://localhost.example", "http://127.0.0.1.example", "http://0.0.0.0:1"]
        {
            assert!(matches!(ServerAddress::try_new(bad, &none), Err(TrustError::PlainHttp(_))), "{bad}");
        }
        let named = trust(&["Shop.local", "10.0.0.7", "[fd00::7]"]);
        for good in ["http://shop.LOCAL:8700", "http://10.0.0.7", "http://[fd00::7]:8700"] {
            assert!(ServerAddress::try_new(good, &named).is_ok(), "{good}");
        }
        assert!(ServerAddress::try_new("http://10.0.0.70", &named).is_err());
    }

    #[test]
    fn an_address_without_a_scheme_is_one_of_tls() {
        let shown = |text: &str| ServerAddress::try_new(text, &trust(&[])).unwrap().as_str().to_owned();
        assert_eq!(shown(" duka.example "), "https://duka.example");
        assert_eq!(shown("duka.example:8443/tills/"), "https://duka.example:8443/tills");
        assert_eq!(shown("localhost:8700"), "https://localhost:8700");
        for wrong in ["", "https://", "ftp://duka.example", "https://me@duka.example", "https://duka.example/?a=b", "a b"] {
            assert!(matches!(ServerAddress::try_new(wrong, &trust(&[])), Err(TrustError::NoAddress(_))), "{wrong}");
        }
    }

    #[test]
    fn an_authority_that_cannot_be_read_is_told_with_its_file() {
        let folder = std::env::temp_dir().join("no such folder of duka");
        let trust = Trust { plain_http: Vec::new(), authority: Some(folder.join("ca.pem")) };
        let address = ServerAddress::try_new("https://duka.example", &trust).unwrap();
        assert!(address.client(&trust).unwrap_err().to_string().contains("ca.pem"));
        // Plain HTTP to this computer asks for none.
        let here = ServerAddress::try_new("http://127.0.0.1:1", &trust).unwrap();
        assert!(here.client(&trust).is_ok());
    }
}
