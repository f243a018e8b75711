//! The program's settings: where they come from, and how a wrong one is told.

use std::{fs, path::Path, process::Command};

fn shown(environment: &[(&str, &str)], arguments: &[&str], directory: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_duka-server"))
        .env_clear()
        .envs(environment.iter().copied())
        .current_dir(directory)
        .args(arguments)
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
}

fn line<'t>(text: &'t str, setting: &str) -> &'t str {
    text.lines().find(|line| line.starts_with(setting)).unwrap_or_default()
}

#[test]
fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("duka.toml"), "listen = '127.0.0.1:3'\nrequest_timeout = 3\nlog_format = 'json'\n").unwrap();
    let environment = [("DUKA_LISTEN", "127.0.0.1:2"), ("DUKA_REQUEST_TIMEOUT", "2"), ("DUKA_CONFIG", "duka.toml")];
    let (ok, text) = shown(&environment, &["--show-config", "--listen", "127.0.0.1:1"], directory.path());
    assert!(ok, "{text}");
    assert_eq!(line(&text, "listen"), "listen = 127.0.0.1:1");
    assert_eq!(line(&text, "request_timeout"), "request_timeout = 2");
    assert_eq!(line(&text, "log_format"), "log_format = json");
    assert_eq!(line(&text, "data_dir"), "data_dir = duka-data");
}

#[test]
fn a_wrong_setting_stops_the_start_with_its_name() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("wrong.toml"), "lisen = 'x'\n").unwrap();
    for (arguments, told) in [
        (vec!["--listen", "here"], "listen"),
        (vec!["--database", "mysql://x"], "database"),
        (vec!["--config", "nowhere.toml"], "nowhere.toml"),
        (vec!["--config", "wrong.toml"], "lisen"),
        (vec!["--log-format", "xml"], "log-format"),
    ] {
        let (ok, text) = shown(&[], &arguments, directory.path());
        assert!(!ok && text.contains(told), "{arguments:?}: {text}");
    }
    assert!(!directory.path().join("duka-data").exists());
}

#[test]
fn help_explains_every_setting() {
    let (ok, text) = shown(&[("DUKA_SECRET_KEY", "hush"), ("DUKA_ADMIN_TOKEN", "hush")], &["--help"], Path::new("/"));
    assert!(ok && !text.contains("hush"));
    for setting in [
        "config",
        "listen",
        "tls-certificate",
        "tls-key",
        "data-dir",
        "database",
        "database-connections",
        "admin-token",
        "secret-key",
        "log-format",
        "log-filter",
        "request-timeout",
    ] {
        let name = format!("DUKA_{}", setting.to_uppercase().replace('-', "_"));
        assert!(text.contains(&format!("--{setting}")) && text.contains(&name), "{setting}: {text}");
    }
}
