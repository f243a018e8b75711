//! What a demo needs: a server, a company, products, tills, and a printer for each till.

use crate::{company::TestCompany, server_process::ServerProcess};
use anyhow::{Context, Result};
use duka_api::till::PrinterSettings;
use duka_core::Currency;
use duka_devices::{PaperWidth, simulator::PrinterSimulator};
use duka_link::{Session, Trust, Wire};
use duka_pos::{Engine, FileKeyStore, Settings, Till};
use duka_sync::Event;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A few hundred real products.
const CATALOGUE: &[u8] = include_bytes!("../../data/catalogue.csv");

/// Told by the folders that are a demo's to remove.
pub(super) const MARK: &str = "made-by-cargo-xtask-demo";

/// A till's place: its folder and its printer.
pub(super) struct Place {
    pub folder: PathBuf,
    pub printer: PrinterSimulator,
}

/// All of it.
pub(super) struct Stage {
    pub server: ServerProcess,
    pub tills: Vec<Place>,
    folder: PathBuf,
}

impl Stage {
    /// Starts the server and sets up, in `folder`, what is not there yet.
    pub(super) fn set(folder: &Path, tills: u16) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let folder = fs::canonicalize(folder)?;
        if fs::read_dir(&folder)?.next().is_none() {
            fs::write(folder.join(MARK), "")?;
        }
        let server = ServerProcess::start(&super::program("DUKA_SERVER")?, &folder.join("server"))?;
        let company = company(&server, &folder)?;
        let tills = (1..=tills).map(|number| place(&server, &company, &folder, number)).collect::<Result<_>>()?;
        Ok(Self { server, tills, folder })
    }

    /// Where the printed receipts go.
    pub(super) fn receipts(&self) -> PathBuf {
        self.folder.join("receipts")
    }

    /// Where pictures of the window go.
    pub(super) fn pictures(&self) -> Result<PathBuf> {
        let pictures = self.folder.join("pictures");
        fs::create_dir_all(&pictures)?;
        Ok(pictures)
    }

    /// Writes what the printers printed, as text and as picture; gives how many receipts.
    pub(super) fn save_receipts(&self) -> Result<usize> {
        fs::create_dir_all(self.receipts())?;
        let mut saved = 0;
        for (till, place) in self.tills.iter().enumerate() {
            for (number, receipt) in place.printer.receipts().iter().enumerate() {
                let path = self.receipts().join(format!("till-{}-{:02}", till + 1, number + 1));
                fs::write(path.with_extension("txt"), receipt.text())?;
                fs::write(path.with_extension("png"), receipt.png()?)?;
                saved += 1;
            }
        }
        Ok(saved)
    }
}

/// The company of this folder: found again, or founded with a shop and its products.
fn company(server: &ServerProcess, folder: &Path) -> Result<TestCompany> {
    let (kept, admin) = (folder.join("company.json"), server.admin()?);
    if let Ok(ids) = fs::read(&kept) {
        let (company, shop) = serde_json::from_slice(&ids).with_context(|| format!("{} is damaged; start with --fresh", kept.display()))?;
        return Ok(TestCompany { admin, company, shop });
    }
    let company = TestCompany::found(admin, "Duka Demo", "Market Street", Currency::try_new("GBP")?)?;
    company.import(CATALOGUE.to_vec())?;
    fs::write(kept, serde_json::to_vec(&(company.company, company.shop))?)?;
    Ok(company)
}

/// A till's folder with an enrolled database, and a printer that it knows.
fn place(server: &ServerProcess, company: &TestCompany, folder: &Path, number: u16) -> Result<Place> {
    let place = Place { folder: folder.join(format!("till-{number}")), printer: PrinterSimulator::start(PaperWidth::Mm80)? };
    let keys = Arc::new(FileKeyStore::new(place.folder.join("keys")));
    fs::create_dir_all(&place.folder)?;
    let engine = Engine::start(Till::open(&place.folder.join("till.sqlite"), Settings::system(keys))?)?;
    if engine.read(|reader| Ok::<_, duka_api::Problem>(reader.device()))?.is_none() {
        let code = company.register(&format!("A{number}"))?;
        duka_link::enrol(&engine, &server.address(), &Trust::default(), &code.code, &format!("Till {number}"))?;
    }
    Session::new(engine.clone(), Wire::try_new(&server.address(), &Trust::default())?).drive(Event::Asked, &mut |_| ());
    let settings = PrinterSettings { address: place.printer.address(), paper_mm: 80 };
    engine.run(move |till| till.printer_set(&settings))?;
    Ok(place)
}
