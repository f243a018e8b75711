//! What must hold after a run, one function an invariant.

use super::{
    held::{self, HeldReceipt, Journal, TillBooks},
    promises::Promise,
    world::World,
};
use anyhow::{Context, Result, anyhow};
use duka_core::{DeviceId, ReceiptId, Timestamp};
use duka_ledger::{
    Body, DeviceCertified, Entry, Fact, Hash, Head, LogId, SealedEntry, SignedHead,
    rule::{Judged, Refold, Writer},
    table::{Row, Value},
};
use std::collections::{BTreeMap, BTreeSet};

/// Columns that only say what a clock said.
const LABELS: [&str; 4] = ["at", "offset_minutes", "opened_at", "closed_at"];

type Certificates = BTreeMap<DeviceId, DeviceCertified>;

impl World {
    /// Looks at everything; gives a digest over all tables.
    pub fn check(&mut self) -> Result<String> {
        let mut journals = Vec::new();
        for company in 0..self.companies.len() {
            let journal = held::server_journal(&mut self.office, self.companies[company].id)?;
            let certificates = certificates(&journal, self.companies[company].server);
            self.i8_labels_decide_nothing(&journal, &certificates);
            self.i12_everybody_writes_as_himself(company, &journal)?;
            journals.push((journal, certificates));
        }
        self.i3_forks_are_seen_and_kept()?;
        self.i10_nothing_is_thrown_away(&journals)?;
        for (company, (journal, certificates)) in journals.iter().enumerate() {
            self.i3_chains_hold(&format!("the server, company {company}"), journal, certificates);
        }
        for place in 0..self.places.len() {
            let books = TillBooks::open(&self.places[place].database())?;
            let company = self.places[place].company;
            self.i1_confirmed_is_kept(place)?;
            self.i2_exactly_once(place, &books)?;
            let journal = books.journal()?;
            self.i3_chains_hold(&format!("till {place}"), &journal, &journals[company].1);
            self.i9_nothing_of_others(place, &journal);
            for (currency, sum) in books.sums()?.into_iter().filter(|(_, sum)| *sum != 0) {
                self.violate("I5", format!("all accounts of till {place} come to {sum} {currency}"));
            }
        }
        self.i5_the_servers_books_balance()?;
        self.i7_numbers_have_no_gap()?;
        self.i4_all_hold_the_same()
    }

    /// I1: every sale that was confirmed at a till is there, with its total and number, whenever its program has started again.
    pub fn i1_confirmed_is_kept(&mut self, place: usize) -> Result<()> {
        let held = TillBooks::open(&self.places[place].database())?.receipts()?;
        let mut lost = Vec::new();
        for (receipt, promise) in self.promises.of_disk(self.disk(place)) {
            if !self.promises.is_kept(receipt, promise, &held) {
                let instead = held.iter().find(|held| held.receipt == *receipt);
                lost.push(format!("till {place} confirmed {receipt} as {promise:?} and holds {instead:?}"));
            }
        }
        lost.into_iter().for_each(|lost| self.violate("I1", lost));
        Ok(())
    }

    /// I2: what was confirmed in a shop is at each of its tills and at the server once, and nothing is that nobody asked for.
    fn i2_exactly_once(&mut self, place: usize, books: &TillBooks) -> Result<()> {
        let shop = self.shop_of(place);
        let (company, id) = (self.companies[shop.0].id, self.companies[shop.0].shops[shop.1]);
        let at_server = held::server_receipts(&mut self.office, company, id)?;
        let own: BTreeSet<ReceiptId> = self.hostile.iter().flat_map(|hostile| hostile.receipts.iter().copied()).collect();
        for (who, receipts) in [(format!("till {place}"), books.receipts()?), ("the server".to_owned(), at_server)] {
            let mut seen = BTreeSet::new();
            for HeldReceipt { receipt, device, number, .. } in &receipts {
                let hostile = self.hostile.as_ref().is_some_and(|hostile| hostile.device == *device);
                if !seen.insert(*receipt) && !hostile {
                    self.violate("I2", format!("{who} holds {receipt} twice, again as number {number} of {device}"));
                }
            }
            let receipts: Vec<HeldReceipt> = receipts.into_iter().filter(|held| !own.contains(&held.receipt)).collect();
            for receipt in self.promises.unasked(shop, &receipts) {
                self.violate("I2", format!("{who} holds {receipt}, which nobody asked for"));
            }
            let lacks = |(receipt, promise): &(&ReceiptId, &Promise)| !self.promises.is_kept(receipt, promise, &receipts);
            let missing: Vec<ReceiptId> = self.promises.of_shop(shop).filter(lacks).map(|(id, _)| *id).collect();
            if let Some(first) = missing.first() {
                self.violate("I2", format!("{who} lacks {} confirmed receipts, {first} for one", missing.len()));
            }
        }
        Ok(())
    }

    /// I3: every entry names the one before it, and every kept signature is its writer's over all up to there.
    fn i3_chains_hold(&mut self, who: &str, journal: &Journal, certificates: &Certificates) {
        for (log, entries) in &journal.logs {
            let mut before = (0, Hash::NONE);
            for sealed in entries {
                let entry = sealed.entry();
                if entry.log != *log || entry.seq != before.0 + 1 || entry.prev != before.1 {
                    self.violate("I3", format!("the chain of {log} breaks at {} at {who}", entry.seq));
                    break;
                }
                before = (entry.seq, sealed.hash());
            }
        }
        for (log, seq, signature) in &journal.signed {
            let head = held::hash_at(journal, log, *seq).map(|hash| Head { log: *log, seq: *seq, hash });
            let key = certificates.get(&log.device).map(|certificate| certificate.key);
            let good = head.zip(key).is_some_and(|(head, key)| SignedHead { head, signature: *signature }.verify(&key).is_ok());
            if !good {
                self.violate("I3", format!("a kept signature of {log} at {seq} is not its writer's at {who}"));
            }
        }
    }

    /// I3: a fork is seen and both its branches are kept, and no honest device has one.
    fn i3_forks_are_seen_and_kept(&mut self) -> Result<()> {
        for company in 0..self.companies.len() {
            let forks = held::server_refused(&mut self.office, self.companies[company].id)?.forked;
            let hostile = self.hostile.as_ref().map(|hostile| (hostile.device, hostile.forked));
            for device in forks.iter().map(|device| DeviceId::from_uuid(*device)) {
                if !self.witness.doubts(&device) {
                    self.violate("I12", format!("the log of {device} is forked, and there was never a copy of it"));
                }
            }
            if let (0, Some((device, true))) = (company, hostile)
                && !forks.contains(&device.uuid())
            {
                self.violate("I3", format!("{device} brought two branches of its log, and the server kept one"));
            }
        }
        Ok(())
    }

    /// I4: tills of a shop and the server hold the same tables, and those are what the facts say.
    fn i4_all_hold_the_same(&mut self) -> Result<String> {
        let mut whole = blake3::Hasher::new();
        for company in 0..self.companies.len() {
            let id = self.companies[company].id;
            for shop in 0..self.companies[company].shops.len() {
                let shop_id = self.companies[company].shops[shop];
                let server: BTreeMap<String, String> = self
                    .office
                    .must(async |state| {
                        let mut tx = state.db.snapshot().await?;
                        duka_server::journal::digests_in_tx(&mut tx, id, shop_id).await
                    })?
                    .into_iter()
                    .map(|(table, digest)| (table.to_owned(), digest.text()))
                    .collect();
                for (table, digest) in &server {
                    whole.update(table.as_bytes()).update(digest.as_bytes());
                }
                for place in (0..self.places.len()).filter(|place| self.shop_of(*place) == (company, shop)).collect::<Vec<_>>() {
                    self.i4_till_holds(place, &server)?;
                }
            }
            let rebuilt = self.office.must(async |state| duka_server::sync::rebuild(state, id).await)?;
            if !rebuilt.equal {
                let mended: Vec<_> = rebuilt.mended.iter().map(|table| &table.table).collect();
                self.violate("I4", format!("the server's tables are not what its facts say: {mended:?}"));
            }
        }
        Ok(whole.finalize().to_hex().to_string())
    }

    fn i4_till_holds(&mut self, place: usize, server: &BTreeMap<String, String>) -> Result<()> {
        let at = &mut self.places[place];
        let digests = at.work(|till| till.reader().digests()).context("a till is up at the end")??;
        let rebuilt = at.work(duka_pos::Till::rebuild).context("a till is up at the end")??;
        for digest in &digests {
            if server.get(&digest.table) != Some(&digest.digest) {
                self.violate("I4", format!("till {place} and the server differ in the table {}", digest.table));
            }
        }
        if !rebuilt.is_same() {
            self.violate("I4", format!("the tables of till {place} are not what its facts say"));
        }
        Ok(())
    }

    /// I5: all accounts of a shop come to zero, in each currency.
    fn i5_the_servers_books_balance(&mut self) -> Result<()> {
        for company in 0..self.companies.len() {
            for (shop, currency, sum) in held::server_sums(&mut self.office, self.companies[company].id)? {
                if sum != 0 {
                    self.violate("I5", format!("all accounts of {shop} come to {sum} {currency} at the server"));
                }
            }
        }
        Ok(())
    }

    /// I7: the receipts of a device that count are numbered from 1 without a gap or a repeat. (A hostile device may leave gaps of its own.)
    fn i7_numbers_have_no_gap(&mut self) -> Result<()> {
        for company in 0..self.companies.len() {
            for shop in self.companies[company].shops.clone() {
                let mut series = BTreeMap::<DeviceId, Vec<i64>>::new();
                for held in held::server_receipts(&mut self.office, self.companies[company].id, shop)? {
                    series.entry(held.device).or_default().push(held.number);
                }
                for (device, numbers) in series {
                    let hostile = self.hostile.as_ref().is_some_and(|hostile| hostile.device == device);
                    let right =
                        if hostile { numbers.is_sorted_by(|a, b| a < b) } else { numbers.iter().copied().eq((1..).take(numbers.len())) };
                    if !right {
                        self.violate("I7", format!("the receipts of {device} are numbered {numbers:?}"));
                    }
                }
            }
        }
        Ok(())
    }

    /// I8: had every clock shown something else, the same entries would count and add the same rows, but for the labels.
    fn i8_labels_decide_nothing(&mut self, journal: &Journal, certificates: &Certificates) {
        for (log, entries) in &journal.logs {
            let Some(certificate) = certificates.get(&log.device) else { continue };
            let as_written = judged(certificate, entries.iter().cloned());
            let chance = &self.chance;
            let relabelled = entries.iter().filter_map(|sealed| {
                let at = Timestamp::from_micros(i64::try_from(chance.below(1 << 52)).unwrap_or(0));
                SealedEntry::seal(Entry { at, offset_minutes: 0, ..sealed.entry().clone() }).ok()
            });
            let otherwise = judged(certificate, relabelled.collect::<Vec<_>>().into_iter());
            if let Some(at) = as_written.iter().zip(&otherwise).position(|(a, b)| a != b) {
                self.violate("I8", format!("what becomes of entry {} of {log} depends on what a clock said", at + 1));
            }
        }
    }

    /// I9: a till holds nothing of another shop or company.
    fn i9_nothing_of_others(&mut self, place: usize, journal: &Journal) {
        let scopes = self.scopes_of(place);
        let foreign = |log: &&LogId| !scopes.contains(&log.scope);
        if let Some(log) = journal.logs.keys().find(foreign) {
            self.violate("I9", format!("till {place} holds {log}"));
        }
    }

    /// I10: whatever was taken, or vouched for, is held as it was; whatever was refused is kept.
    fn i10_nothing_is_thrown_away(&mut self, journals: &[(Journal, Certificates)]) -> Result<()> {
        let mut lost = Vec::new();
        for ((log, seq), hash) in &self.witness.sent {
            if !journals.iter().any(|(journal, _)| held::hash_at(journal, log, *seq) == Some(*hash)) {
                lost.push(format!("entry {seq} of {log} is not held as it was sent"));
            }
        }
        let mut kept = BTreeSet::new();
        for company in &self.companies {
            kept.extend(held::server_refused(&mut self.office, company.id)?.pieces);
        }
        for (log, seq) in &self.witness.refused {
            let scope = duka_core::DeviceId::from_bytes(*log.scope.id_bytes()).uuid();
            let place = (log.device.uuid(), scope, i64::try_from(*seq).unwrap_or(i64::MAX));
            if !kept.contains(&place) {
                lost.push(format!("what was refused of {log} at {seq} is not kept"));
            }
        }
        lost.into_iter().for_each(|lost| self.violate("I10", lost));
        Ok(())
    }

    /// I12: every edit of an honest device is in its own name, so that no two devices number the same change.
    fn i12_everybody_writes_as_himself(&mut self, company: usize, journal: &Journal) -> Result<()> {
        let hostile = self.hostile.as_ref().map(|hostile| hostile.device);
        for sealed in journal.logs.values().flatten().filter(|sealed| Some(sealed.entry().log.device) != hostile) {
            let device = sealed.entry().log.device;
            if let Body::Known(Fact::RecordChanged(changed)) = sealed.body().map_err(|fault| anyhow!("{fault}"))?
                && let Err(fault) = duka_records::check(&changed.change, device, changed.number)
            {
                self.violate("I12", format!("company {company}: an edit of {device} is not in its name: {fault}"));
            }
        }
        Ok(())
    }
}

/// Whom the server certifies; what others certify is in vain.
fn certificates(journal: &Journal, server: DeviceId) -> Certificates {
    let own = journal.logs.iter().filter(|(log, _)| log.device == server).flat_map(|(_, entries)| entries);
    let certified = own.filter_map(|sealed| match sealed.body() {
        Ok(Body::Known(Fact::DeviceCertified(certified))) => Some((certified.device, certified)),
        _ => None,
    });
    certified.collect()
}

/// What becomes of the entries of a log, without the labels.
fn judged(certificate: &DeviceCertified, entries: impl Iterator<Item = SealedEntry>) -> Vec<Judged> {
    let writer = Writer { certificate: certificate.clone(), standing: None };
    let check = |changed: &duka_ledger::RecordChanged, author| duka_records::check(&changed.change, author, changed.number);
    let mut fold = Refold::new(Some(writer));
    entries
        .map(|sealed| {
            let mut judged = fold.judge(&sealed, &check);
            judged.rows.iter_mut().for_each(without_labels);
            judged
        })
        .collect()
}

fn without_labels(row: &mut Row) {
    for (column, value) in row.table.columns.iter().zip(&mut row.values) {
        if LABELS.contains(&column.name) {
            *value = Value::Integer(0);
        }
    }
}
