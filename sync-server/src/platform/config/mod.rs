//! What can be set, and where from: flags before environment before file before default.

mod layer;

pub use layer::{Layer, LogFormat};

use super::{db::Connection, secret::SecretKey, tls::TlsFiles};
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// How a server runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Certificate and key; without them plain HTTP is spoken.
    pub tls: Option<TlsFiles>,
    /// For the database (if it is SQLite) and generated secrets.
    pub data_dir: PathBuf,
    /// The database.
    pub database: Connection,
    /// Who may use the admin API; none: made in the data directory.
    pub admin_token: Option<String>,
    /// Seals the companies' keys; none: made in the data directory.
    pub secret_key: Option<SecretKey>,
    /// The form of the logs.
    pub log_format: LogFormat,
    /// Which logs, as in `info,duka_server=debug`.
    pub log_filter: String,
    /// A request that takes longer is answered with an error.
    pub request_timeout: Duration,
}

/// A setting that cannot be.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read: {fault}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        fault: String,
    },
    /// A value makes no sense.
    #[error("the setting '{setting}' cannot be {value}: {detail}")]
    Value {
        /// Its name.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What it should be.
        detail: String,
    },
}

impl Config {
    /// All defaults, with everything in one directory and on a free port of this machine.
    pub fn in_directory(data_dir: impl Into<PathBuf>) -> Self {
        let data_dir = data_dir.into();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: None,
            database: sqlite_in(&data_dir, Layer::CONNECTIONS),
            data_dir,
            admin_token: None,
            secret_key: None,
            log_format: LogFormat::Text,
            log_filter: Layer::LOG_FILTER.to_owned(),
            request_timeout: Duration::from_secs(Layer::REQUEST_TIMEOUT),
        }
    }

    /// Makes one configuration of layers; the first that sets a thing wins.
    pub fn resolve(layers: impl IntoIterator<Item = Layer>) -> Result<Self, ConfigError> {
        let set = layers.into_iter().fold(Layer::default(), Layer::or);
        let wrong = |setting, value: &str, detail: &str| ConfigError::Value { setting, value: value.to_owned(), detail: detail.to_owned() };

        let listen = set.listen.unwrap_or_else(|| Layer::LISTEN.to_owned());
        let listen: SocketAddr =
            listen.parse().map_err(|_| wrong("listen", &listen, "write an address and a port, like 127.0.0.1:8700 or [::]:8700"))?;
        let tls = match (set.tls_certificate, set.tls_key) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
            (None, None) => None,
            (Some(_), None) => return Err(wrong("tls_key", "left out", "name the file with the key of tls_certificate")),
            (None, Some(_)) => return Err(wrong("tls_certificate", "left out", "name the file with the certificate of tls_key")),
        };
        let data_dir = set.data_dir.unwrap_or_else(|| PathBuf::from(Layer::DATA_DIR));
        let connections = set.database_connections.unwrap_or(Layer::CONNECTIONS);
        if !(2..=1_000).contains(&connections) {
            return Err(wrong("database_connections", &connections.to_string(), "write a number from 2 to 1000"));
        }
        let database = match set.database.as_deref() {
            None | Some("") => sqlite_in(&data_dir, connections),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Connection::Postgres { url: url.to_owned(), connections }
            }
            Some(url) => match url.strip_prefix("sqlite:") {
                Some(path) if !path.is_empty() => {
                    Connection::Sqlite { path: PathBuf::from(path.strip_prefix("//").unwrap_or(path)), readers: connections }
                }
                // The text may hold a password: it is not repeated.
                _ => return Err(wrong("database", "so", "write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")),
            },
        };
        let admin_token = set.admin_token.filter(|token| !token.is_empty());
        if admin_token.as_ref().is_some_and(|token| token.len() < 16 || !token.bytes().all(|b| b.is_ascii_graphic())) {
            return Err(wrong("admin_token", "so", "take at least 16 printable characters"));
        }
        let secret_key = set
            .secret_key
            .filter(|key| !key.is_empty())
            .map(|key| SecretKey::try_from_hex(&key).map_err(|fault| wrong("secret_key", "so", &fault.to_string())))
            .transpose()?;
        let seconds = set.request_timeout.unwrap_or(Layer::REQUEST_TIMEOUT);
        if !(1..=3_600).contains(&seconds) {
            return Err(wrong("request_timeout", &seconds.to_string(), "write seconds, from 1 to 3600"));
        }
        let log_filter = set.log_filter.unwrap_or_else(|| Layer::LOG_FILTER.to_owned());
        if let Err(fault) = tracing_subscriber::EnvFilter::try_new(&log_filter) {
            return Err(wrong("log_filter", &log_filter, &fault.to_string()));
        }
        Ok(Self {
            listen,
            tls,
            data_dir,
            database,
            admin_token,
            secret_key,
            log_format: set.log_format.unwrap_or_default(),
            log_filter,
            request_timeout: Duration::from_secs(seconds),
        })
    }
}

impl std::fmt::Display for Config {
    /// One setting a line, secrets left out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let database = match &self.database {
            Connection::Sqlite { path, readers } => format!("sqlite:{} ({readers} readers)", path.display()),
            Connection::Postgres { url, connections } => {
                format!("postgres at {} ({connections} connections)", place_of(url))
            }
        };
        let origin = |set: bool| if set { "set" } else { "kept in data_dir" };
        writeln!(f, "listen = {}", self.listen)?;
        let file = |file: fn(&TlsFiles) -> &PathBuf| self.tls.as_ref().map_or_else(|| "none".into(), |tls| file(tls).display().to_string());
        writeln!(f, "tls_certificate = {}", file(|tls| &tls.certificate))?;
        writeln!(f, "tls_key = {}", file(|tls| &tls.key))?;
        writeln!(f, "data_dir = {}", self.data_dir.display())?;
        writeln!(f, "database = {database}")?;
        writeln!(f, "admin_token = {}", origin(self.admin_token.is_some()))?;
        writeln!(f, "secret_key = {}", origin(self.secret_key.is_some()))?;
        writeln!(f, "log_format = {}", self.log_format.name())?;
        writeln!(f, "log_filter = {}", self.log_filter)?;
        writeln!(f, "request_timeout = {}", self.request_timeout.as_secs())
    }
}

/// Host and database of a PostgreSQL URL, which may hold a password in more than one place.
fn place_of(url: &str) -> String {
    match url.parse::<sqlx::postgres::PgConnectOptions>() {
        Ok(options) => format!("{}/{}", options.get_host(), options.get_database().unwrap_or_default()),
        Err(_) => "an address that cannot be read".to_owned(),
    }
}

fn sqlite_in(data_dir: &std::path::Path, readers: u32) -> Connection {
    Connection::Sqlite { path: data_dir.join("duka.sqlite"), readers }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Layer {
        Layer::parse(text, "test").unwrap()
    }

    #[test]
    fn the_first_layer_that_sets_a_thing_wins() {
        let flags = Layer { listen: Some("127.0.0.1:1".into()), ..Layer::default() };
        let config = Config::resolve([flags, file("listen = '127.0.0.1:2'\nrequest_timeout = 7\n")]).unwrap();
        assert_eq!((config.listen.port(), config.request_timeout.as_secs()), (1, 7));
        assert!(matches!(config.database, Connection::Sqlite { .. }));
    }

    #[test]
    fn each_wrong_setting_is_told_by_name_without_its_secret() {
        for (text, name) in [
            ("listen = 'here'", "listen"),
            ("database = 'mysql://root:hush@x'", "database"),
            ("secret_key = 'hush'", "secret_key"),
            ("admin_token = 'hush'", "admin_token"),
            ("request_timeout = 0", "request_timeout"),
            ("database_connections = 0", "database_connections"),
            ("log_filter = '=='", "log_filter"),
            ("tls_certificate = 'c.pem'", "tls_key"),
            ("tls_key = 'k.pem'", "tls_certificate"),
        ] {
            let told = Config::resolve([file(text)]).unwrap_err().to_string();
            assert!(told.contains(name) && !told.contains("hush"), "{told}");
        }
        assert!(Layer::parse("lisen = 'x'", "duka.toml").unwrap_err().to_string().contains("lisen"));
    }

    #[test]
    fn what_is_shown_holds_no_secret() {
        for url in
            ["postgres://duka:hush@db/duka", "postgres://db/duka?user=duka&password=hush", "postgres:///duka?host=db&user=u&password=hush"]
        {
            let text = format!("database = '{url}'\nadmin_token = 'hush-hush-hush-hush'");
            let shown = Config::resolve([file(&text)]).unwrap().to_string();
            assert!(shown.contains("postgres at db/duka") && !shown.contains("hush"), "{shown}");
        }
    }
}
