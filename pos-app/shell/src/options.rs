//! How the program is started.

use duka_link::Trust;
use std::path::PathBuf;

/// The till: sells with or without its server.
#[derive(Clone, Debug, clap::Parser)]
#[command(name = "duka-till", version)]
pub struct Options {
    /// The folder with the till's database, keys, logs and window state; made when it does not exist. Each folder is a till of its own.
    /// Without it: this user's folder for application data.
    #[arg(long, value_name = "DIR", env = "DUKA_TILL_DATA")]
    pub data: Option<PathBuf>,

    /// The window's inner size, instead of the size it had last.
    #[arg(long, value_name = "WIDTHxHEIGHT", env = "DUKA_TILL_WINDOW_SIZE", value_parser = window_size)]
    pub window_size: Option<(u32, u32)>,

    /// A host that the till may speak to in plain HTTP, on a network that nobody else can reach; several are parted by commas. Without it: only
    /// this computer itself. Write it as it stands in the server's address, without the port.
    #[arg(long, value_name = "HOST", env = "DUKA_TILL_PLAIN_HTTP", value_delimiter = ',')]
    pub plain_http: Vec<String>,

    /// A file with the certificates (PEM) of the authority that certifies the server, in place of those that this computer trusts.
    #[arg(long, value_name = "FILE", env = "DUKA_TILL_SERVER_CA")]
    pub server_ca: Option<PathBuf>,
}

impl Options {
    /// Whom the till trusts to be its server.
    pub fn trust(&self) -> Trust {
        Trust { plain_http: self.plain_http.clone(), authority: self.server_ca.clone() }
    }
}

fn window_size(text: &str) -> Result<(u32, u32), String> {
    text.split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
        .ok_or_else(|| "write it as 1024x768".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn plain_http_and_an_authority_are_trusted_only_when_they_are_named() {
        assert_eq!(Options::parse_from(["duka-till"]).trust(), Trust::default());
        let named = Options::parse_from(["duka-till", "--plain-http", "shop.local,10.0.0.7", "--server-ca", "ca.pem"]).trust();
        assert_eq!(named, Trust { plain_http: vec!["shop.local".into(), "10.0.0.7".into()], authority: Some("ca.pem".into()) });
    }

    #[test]
    fn the_window_size_is_two_numbers() {
        let options = Options::parse_from(["duka-till", "--window-size", "1024x768", "--data", "d"]);
        assert_eq!((options.window_size, options.data), (Some((1024, 768)), Some("d".into())));
        for wrong in ["", "1024", "1024x", "x768", "wide", "-1x2"] {
            assert!(Options::try_parse_from(["duka-till", &format!("--window-size={wrong}")]).is_err(), "{wrong}");
        }
    }
}
