//! The server's own program, started, stopped and killed as an operator (or a power cut) does.

use crate::{company::Admin, process::Group};
use anyhow::{Context, Result};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
};

/// The server's program with a fixed address, running or stopped.
pub struct ServerProcess {
    program: PathBuf,
    data: PathBuf,
    listen: String,
    running: Option<Group>,
}

impl ServerProcess {
    /// Starts `program` with its data in `data`; the port is chosen once and kept there.
    pub fn start(program: &Path, data: &Path) -> Result<Self> {
        fs::create_dir_all(data)?;
        let kept = data.join("listen");
        let listen = match fs::read_to_string(&kept) {
            Ok(listen) => listen,
            Err(_) => {
                let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
                fs::write(&kept, &listen)?;
                listen
            }
        };
        let mut server = Self { program: program.to_owned(), data: data.to_owned(), listen, running: None };
        server.resume()?;
        Ok(server)
    }

    /// Starts it again, if it is stopped.
    pub fn resume(&mut self) -> Result<()> {
        if self.running.is_none() {
            let log = fs::File::options().create(true).append(true).open(self.data.join("server.log"))?;
            let mut command = Command::new(&self.program);
            command.args(["--listen", &self.listen, "--data-dir"]).arg(&self.data);
            let ready = |line: &str| line.starts_with("listening on ").then_some(());
            let (running, ()) = Group::spawn_logged_until(&mut command, log, ready)?;
            self.running = Some(running);
        }
        Ok(())
    }

    /// Ends it as an operator does.
    pub fn stop(&mut self) -> Result<()> {
        self.running.take().map_or(Ok(()), Group::end)
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) -> Result<()> {
        self.running.take().map_or(Ok(()), Group::kill)
    }

    /// Such as `http://127.0.0.1:41234`.
    pub fn address(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// Its admin's connection.
    pub fn admin(&self) -> Result<Admin> {
        let token = fs::read_to_string(self.data.join("admin-token")).context("the server keeps its admin token in its data folder")?;
        Ok(Admin::new(&self.address(), token.trim()))
    }
}
