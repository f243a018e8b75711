//! One source of settings: the flags with the environment, or the file.

use super::ConfigError;
use std::path::{Path, PathBuf};

/// What one source sets. Every setting may stand in the file under its own name.
#[derive(Clone, Debug, Default, clap::Args, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Address and port to listen on; port 0 takes a free one, which is printed [default: 127.0.0.1:8700]
    #[arg(long, env = "DUKA_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// The server's certificate (PEM, followed by those that lead to its authority); with tls_key the server speaks TLS. A renewed one is used
    /// from the next connection on [default: plain HTTP, for this machine or behind a proxy that speaks TLS]
    #[arg(long, env = "DUKA_TLS_CERTIFICATE", value_name = "FILE")]
    pub tls_certificate: Option<PathBuf>,
    /// The private key of the certificate (PEM)
    #[arg(long, env = "DUKA_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Directory for the SQLite database and for secrets that were not set [default: duka-data]
    #[arg(long, env = "DUKA_DATA_DIR", value_name = "DIRECTORY")]
    pub data_dir: Option<PathBuf>,
    /// The database: sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE [default: duka.sqlite in the data directory]
    #[arg(long, env = "DUKA_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Connections to PostgreSQL, or readers of SQLite, at the same time; beside them up to 8 for what goes over whole journals [default: 10]
    #[arg(long, env = "DUKA_DATABASE_CONNECTIONS", value_name = "NUMBER")]
    pub database_connections: Option<u32>,
    /// Token that admits to the admin API, at least 16 characters [default: made and kept in the data directory as admin-token]
    #[arg(long, env = "DUKA_ADMIN_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub admin_token: Option<String>,
    /// 64 hexadecimal digits that seal the companies' keys in the database; without it the server does not start, and if it is lost tills must be
    /// enrolled anew [default: made and kept in the data directory as secret-key]
    #[arg(long, env = "DUKA_SECRET_KEY", value_name = "HEX", hide_env_values = true)]
    pub secret_key: Option<String>,
    /// Form of the logs on standard error: one JSON object a line, or text [default: text]
    #[arg(long, env = "DUKA_LOG_FORMAT", value_name = "FORMAT", value_enum)]
    pub log_format: Option<LogFormat>,
    /// Which logs: a level, or levels by module as in info,duka_server=debug [default: info]
    #[arg(long, env = "DUKA_LOG_FILTER", value_name = "FILTER")]
    pub log_filter: Option<String>,
    /// Seconds after which a request is given up [default: 60]
    #[arg(long, env = "DUKA_REQUEST_TIMEOUT", value_name = "SECONDS")]
    pub request_timeout: Option<u64>,
}

/// The form of the logs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

impl LogFormat {
    /// As it is written in a setting.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

impl Layer {
    pub(super) const LISTEN: &'static str = "127.0.0.1:8700";
    pub(super) const DATA_DIR: &'static str = "duka-data";
    pub(super) const CONNECTIONS: u32 = 10;
    pub(super) const LOG_FILTER: &'static str = "info";
    pub(super) const REQUEST_TIMEOUT: u64 = 60;

    /// Reads a TOML file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|fault| ConfigError::File { path: name.clone(), fault: fault.to_string() })?;
        Self::parse(&text, &name)
    }

    /// Reads TOML; `name` is for the error.
    pub fn parse(text: &str, name: &str) -> Result<Self, ConfigError> {
        // The parser's own text quotes the line, which may hold a secret: only its message is told.
        toml::from_str(text).map_err(|fault| ConfigError::File { path: name.to_owned(), fault: fault.message().to_owned() })
    }

    /// What `self` leaves open, `other` sets.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            listen: self.listen.or(other.listen),
            tls_certificate: self.tls_certificate.or(other.tls_certificate),
            tls_key: self.tls_key.or(other.tls_key),
            data_dir: self.data_dir.or(other.data_dir),
            database: self.database.or(other.database),
            database_connections: self.database_connections.or(other.database_connections),
            admin_token: self.admin_token.or(other.admin_token),
            secret_key: self.secret_key.or(other.secret_key),
            log_format: self.log_format.or(other.log_format),
            log_filter: self.log_filter.or(other.log_filter),
            request_timeout: self.request_timeout.or(other.request_timeout),
        }
    }
}
