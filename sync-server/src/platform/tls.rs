//! TLS at the door: certificate and key from files that are read again with each connection, so that a renewed certificate needs no restart.

use axum::serve::Listener;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// A client that has not finished its handshake by then is cut off.
const PATIENCE: Duration = Duration::from_secs(10);
/// Handshakes at the same time (I11); who comes then waits to be accepted.
const MOST_HANDSHAKES: usize = 256;

/// Where certificate and key are kept, both PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's certificate, then those that lead to its authority.
    pub certificate: PathBuf,
    /// The private key of the first.
    pub key: PathBuf,
}

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("the file {} for TLS cannot be read: {fault}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        fault: io::Error,
    },
    /// There is no certificate or key in them, or they do not belong together.
    #[error("{} and {} are no certificate and key for TLS: {fault}", files.certificate.display(), files.key.display())]
    Unfit {
        /// The files.
        files: TlsFiles,
        /// Why.
        fault: String,
    },
}

/// Certificate and key as they were read last.
pub struct TlsIdentity {
    files: TlsFiles,
    read: Mutex<Read>,
}

struct Read {
    /// What stands in the files, whether it was of use or not: it is told once.
    pem: Pem,
    config: Arc<ServerConfig>,
}

#[derive(PartialEq, Eq)]
struct Pem {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl TlsIdentity {
    /// Reads the files.
    pub async fn open(files: &TlsFiles) -> Result<Self, TlsError> {
        let pem = Pem::read(files).await?;
        let config = pem.config(files)?;
        Ok(Self { files: files.clone(), read: Mutex::new(Read { pem, config }) })
    }

    /// As the files are now; while they do not fit, as they were before.
    async fn now(&self) -> Arc<ServerConfig> {
        let pem = Pem::read(&self.files).await;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        match pem {
            Ok(pem) if pem == read.pem => {}
            Ok(pem) => {
                match pem.config(&self.files) {
                    Ok(config) => {
                        tracing::info!(certificate = %self.files.certificate.display(), "a new certificate is in use");
                        read.config = config;
                    }
                    // One file of the two may be written already.
                    Err(fault) => tracing::warn!(%fault, "the former certificate stays in use"),
                }
                read.pem = pem;
            }
            Err(fault) => tracing::warn!(%fault, "the former certificate stays in use"),
        }
        Arc::clone(&read.config)
    }
}

impl Pem {
    async fn read(files: &TlsFiles) -> Result<Self, TlsError> {
        let content = async |path: &Path| tokio::fs::read(path).await.map_err(|fault| TlsError::File { path: path.to_owned(), fault });
        Ok(Self { certificate: content(&files.certificate).await?, key: content(&files.key).await? })
    }

    fn config(&self, files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
        let unfit = |fault: &dyn std::fmt::Display| TlsError::Unfit { files: files.clone(), fault: fault.to_string() };
        let certificates: Vec<_> =
            CertificateDer::pem_slice_iter(&self.certificate).collect::<Result<_, _>>().map_err(|fault| unfit(&fault))?;
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|fault| unfit(&fault))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
            .map_err(|fault| unfit(&fault))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// Accepts connections that have shaken hands.
pub struct TlsListener {
    tcp: TcpListener,
    identity: Arc<TlsIdentity>,
    handshakes: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
}

impl TlsListener {
    /// On a port that is listened on already.
    pub fn new(tcp: TcpListener, identity: TlsIdentity) -> Self {
        Self { tcp, identity: Arc::new(identity), handshakes: JoinSet::new() }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    /// Who is slow to shake hands holds up nobody who is not.
    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                Some(done) = self.handshakes.join_next() => {
                    if let Ok(Some(connected)) = done {
                        return connected;
                    }
                }
                (stream, from) = Listener::accept(&mut self.tcp), if self.handshakes.len() < MOST_HANDSHAKES => {
                    self.handshakes.spawn(shake_hands(Arc::clone(&self.identity), stream, from));
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

async fn shake_hands(identity: Arc<TlsIdentity>, stream: TcpStream, from: SocketAddr) -> Option<(TlsStream<TcpStream>, SocketAddr)> {
    let acceptor = TlsAcceptor::from(identity.now().await);
    match timeout(PATIENCE, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some((stream, from)),
        Ok(Err(fault)) => {
            tracing::debug!(%from, %fault, "no TLS came about");
            None
        }
        Err(_) => {
            tracing::debug!(%from, "a handshake was never finished and is cut off");
            None
        }
    }
}
