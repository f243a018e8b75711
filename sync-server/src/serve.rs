//! From a configuration to a running server, and gracefully back.

use crate::{
    journal::{self, JournalError},
    platform::{
        clock::SystemClock,
        config::Config,
        db::{Db, DbError},
        entropy::SystemEntropy,
        folder::make_folder,
        http::{Limits, answer},
        secret::{self, SecretError, SecretKey},
        tls::{TlsError, TlsIdentity, TlsListener},
    },
    router::router,
    state::AppState,
    sync::Refolding,
};
use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The directory for data cannot be made.
    #[error("the data directory {path} cannot be made: {fault}")]
    DataDir {
        /// Which.
        path: String,
        /// Why.
        fault: std::io::Error,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {fault}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        fault: std::io::Error,
    },
    /// The certificate or its key.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The secrets.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// What is in it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// A server that runs in this process.
pub struct Running {
    address: SocketAddr,
    scheme: &'static str,
    state: AppState,
    admin_token: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
    refolding: Refolding,
}

impl Running {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://address:port`, or `https://` with TLS.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// What the admin API asks for.
    pub fn admin_token(&self) -> &str {
        &self.admin_token
    }

    /// Its parts, to drive it without HTTP.
    pub const fn state(&self) -> &AppState {
        &self.state
    }

    /// Takes no more requests, finishes those that run and the imports, and closes the database.
    pub async fn shutdown(self) {
        let _ = self.stop.send(());
        // Whoever waits for news is answered now.
        self.state.db.news().close();
        if let Err(fault) = self.task.await {
            tracing::error!(%fault, "the server ended early");
        }
        self.state.imports.join().await;
        self.state.rebuilds.stop().await;
        self.refolding.stop().await;
        self.state.db.close().await;
        tracing::info!("stopped");
    }
}

/// Opens the database and secrets of a configuration, without listening.
pub async fn open(config: &Config) -> Result<AppState, ServeError> {
    make_data_dir(&config.data_dir)?;
    let db = Db::open(&config.database).await?;
    let kept = config.data_dir.join("secret-key");
    let secret_key = match &config.secret_key {
        Some(key) => key.clone(),
        // A new key would open none of those that are there, and what it sealed would be lost when the right one is back.
        None if journal::is_sealed(&db).await? => SecretKey::try_from_hex(&secret::read(&kept)?)?,
        None => SecretKey::try_from_hex(&secret::read_or_make(&kept, &SystemEntropy)?)?,
    };
    let state = AppState::new(db, Arc::new(SystemClock), Arc::new(SystemEntropy), secret_key);
    journal::seal(&state).await?;
    Ok(state)
}

/// The admin token of a configuration: as set, or made and kept in the data directory.
pub fn admin_token(config: &Config) -> Result<String, ServeError> {
    match &config.admin_token {
        Some(token) => Ok(token.clone()),
        None => {
            make_data_dir(&config.data_dir)?;
            let path = config.data_dir.join("admin-token");
            let token = secret::read_or_make(&path, &SystemEntropy)?;
            tracing::info!(path = %path.display(), "the admin token is kept here");
            Ok(token)
        }
    }
}

fn make_data_dir(path: &Path) -> Result<(), ServeError> {
    make_folder(path).map_err(|fault| ServeError::DataDir { path: path.display().to_string(), fault })
}

/// Starts a server in this process.
pub async fn serve(config: Config) -> Result<Running, ServeError> {
    let state = open(&config).await?;
    let admin_token = admin_token(&config)?;
    let told = |fault| ServeError::Listen { address: config.listen, fault };
    let identity = match &config.tls {
        Some(files) => Some(TlsIdentity::open(files).await?),
        None => None,
    };
    let listener = TcpListener::bind(config.listen).await.map_err(told)?;
    let address = listener.local_addr().map_err(told)?;
    // Before anybody can ask for what it does.
    let refolding = Refolding::start(&state);
    let app = router(&state, &admin_token, config.request_timeout);
    let (stop, stopped) = oneshot::channel::<()>();
    // Also when whoever could stop it is gone.
    let stopped = async { drop(stopped.await) };
    let limits = Limits::new(config.request_timeout.saturating_add(Duration::from_secs(5)));
    let (scheme, task) = match identity {
        Some(identity) => ("https", tokio::spawn(answer(TlsListener::new(listener, identity), app, limits, stopped))),
        None => ("http", tokio::spawn(answer(listener, app, limits, stopped))),
    };
    tracing::info!(%address, scheme, engine = ?state.db.engine(), "listening");
    if scheme == "http" && !address.ip().is_loopback() {
        tracing::warn!(%address, "plain HTTP can be read on the way: set tls_certificate and tls_key, or let nobody in but a proxy that speaks TLS");
    }
    Ok(Running { address, scheme, state, admin_token, stop, task, refolding })
}
