//! `duka-till`: the till's program.
// On Windows a window program opens no console.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use clap::Parser;
use duka_till::{Options, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("duka-till: {fault}");
            ExitCode::FAILURE
        }
    }
}
