-- A till's database. What stands before `Projections` is kept; the tables after it follow from `entry` and can be made anew. Those that the
-- server has too are described in `duka_ledger::table`; a test holds their columns, keys and checks against that.

create table setting (
  key text primary key,
  value text not null
) without rowid, strict;

-- Who this till is. `answer` is what the server said at enrolment; `home` is whose journal this file holds, also after a restore.
-- `acknowledged` is the newest that the server signed that it holds (CBOR, `duka_sync::Acknowledged`); `succeeds` the device that this was before
-- it was found to be a copy.
create table enrolment (
  only_one integer primary key check (only_one = 1),
  device blob not null check (length(device) = 16),
  public_key blob not null check (length(public_key) = 32),
  name text not null,
  server text,
  answer text,
  home text,
  acknowledged blob,
  succeeds blob check (length(succeeds) = 16)
) strict;

-- `state` is what the rules remember of the log (CBOR); `lamport` is its logical time, to find the largest. `acknowledged`: up to here the
-- server holds it, with so many receipts among them; `receipts` of all. `former`: written here under an earlier device id, before a restore (I12).
-- `folded`: the version of the fold by which the tables follow the log; 0: it is to be folded again. `cut`: back to there it is to be cut first.
create table log (
  n integer primary key,
  device blob not null check (length(device) = 16),
  scope integer not null check (scope in (0, 1)),
  scope_id blob not null check (length(scope_id) = 16),
  seq integer not null,
  hash blob not null check (length(hash) = 32),
  at integer not null,
  lamport integer not null,
  state blob not null,
  receipts integer not null default 0,
  acknowledged integer not null default 0,
  acknowledged_receipts integer not null default 0,
  forked integer not null default 0,
  former integer not null default 0,
  folded integer not null,
  cut integer,
  unique (device, scope_id)
) strict;

-- place = log.n * 2^40 + seq. state: 0 projected, 1 waiting, 2 flagged; reason says for what, or why.
create table entry (
  place integer primary key,
  kind integer not null,
  state integer not null,
  reason text,
  bytes blob not null
) strict;
create index entry_not_projected on entry (state, place) where state <> 0;

-- Where a log's writer signed it: at the end of every piece that was taken in, and now and then in a log of this till's own.
create table signed_head (
  place integer primary key,
  signature blob not null check (length(signature) = 64)
) strict;

-- The other branch of a forked log (I3), and what was cut off a log. With row ids, as `salvaged`, so that its rows can be read without SQLite.
create table fork (
  log integer not null references log (n),
  seq integer not null,
  hash blob not null,
  bytes blob not null,
  unique (log, seq, hash)
) strict;

-- Entries saved from a damaged database that cannot stand in their log yet: entries before them, or their writer's certificate, are missing and are
-- expected from the server. `receipt`: a sale or refund of this till's own.
create table salvaged (
  log integer not null references log (n),
  seq integer not null,
  hash blob not null,
  receipt integer not null,
  bytes blob not null,
  unique (log, seq, hash)
) strict;

-- state: 0 queued, 1 printing, 2 printed, 3 unconfirmed, 4 failed.
create table print_job (
  n integer primary key autoincrement,
  job blob not null,
  state integer not null,
  attempts integer not null default 0,
  at integer not null,
  detail text not null default '',
  document text not null
) strict;
create index print_job_open on print_job (state, n) where state <> 2;

-- The basket of now, so that it is there again after a crash: line 0 holds its receipt's id, the others a line each.
create table basket_line (
  line integer primary key,
  content blob not null
) strict;

-- state: 0 checking, 1 applying, 2 ended (the report says how).
create table import_job (
  n integer primary key autoincrement,
  state integer not null,
  columns text not null,
  chunks integer not null,
  next_chunk integer not null default 0,
  total integer not null,
  report text not null
) strict;
create table import_chunk (
  job integer not null references import_job (n) on delete cascade,
  chunk integer not null,
  rows blob not null,
  primary key (job, chunk)
) strict;

-- Projections -------------------------------------------------------------------------------------------------------------------------

create table device (
  device blob not null primary key check (length(device) = 16),
  key blob not null check (length(key) = 32),
  role integer not null,
  shop blob check (length(shop) = 16),
  register blob check (length(register) = 16),
  name text not null,
  series text not null,
  currency text not null check (length(currency) = 3),
  succeeds blob check (length(succeeds) = 16)
) without rowid, strict;

create table device_standing (
  device blob not null check (length(device) = 16),
  lamport integer not null,
  standing integer not null,
  company_seq integer not null,
  shop_seq integer not null,
  reason text not null,
  primary key (device, lamport)
) without rowid, strict;

create table record_change (
  device blob not null check (length(device) = 16),
  record blob not null check (length(record) = 16),
  number integer not null,
  seq integer not null,
  lamport integer not null,
  at integer not null,
  operator blob check (length(operator) = 16),
  primary key (device, record, number)
) without rowid, strict;
create index record_change_of on record_change (record);

-- Documents. `fault` says why one cannot be read, if so.
create table record (
  n integer primary key,
  record blob not null unique check (length(record) = 16),
  document blob not null,
  fault text
) strict;

-- barcodes: separated by spaces, in order; none contains a space.
create table product (
  n integer primary key references record (n),
  product blob not null check (length(product) = 16),
  name text not null,
  code text not null,
  price integer not null,
  currency text not null check (length(currency) = 3),
  rate integer not null,
  unit integer not null,
  active integer not null check (active in (0, 1)),
  barcodes text not null
) strict;
create index product_name on product (name collate nocase, n);
create index product_code on product (code) where code <> '';

-- Two tills may give one code to two products while apart, so the code alone is not unique.
create table barcode (
  code text not null,
  product integer not null references product (n),
  primary key (code, product)
) without rowid, strict;

-- Holds words as `product::search` folds them; `ascii` splits at nothing but the spaces between them.
create virtual table product_search using fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii', prefix = '1 2 3 4'
);

create table receipt (
  device blob not null check (length(device) = 16),
  number integer not null,
  receipt blob not null check (length(receipt) = 16),
  refund integer not null check (refund in (0, 1)),
  register blob not null check (length(register) = 16),
  shift blob not null check (length(shift) = 16),
  series text not null,
  seq integer not null,
  lamport integer not null,
  at integer not null,
  offset_minutes integer not null,
  operator blob check (length(operator) = 16),
  currency text not null check (length(currency) = 3),
  gross integer not null,
  tax integer not null,
  reason text not null,
  printed_series text,
  printed_number integer,
  primary key (device, number)
) without rowid, strict;
create index receipt_printed on receipt (printed_number) where printed_number is not null;
create index receipt_id on receipt (receipt);
create index receipt_order on receipt (lamport, device, number);

create table receipt_line (
  device blob not null check (length(device) = 16),
  number integer not null,
  line integer not null,
  product blob not null check (length(product) = 16),
  code text not null,
  name text not null,
  quantity integer not null,
  unit integer not null,
  unit_price integer not null,
  discount integer not null,
  gross integer not null,
  tax integer not null,
  rate integer not null,
  note text,
  of_receipt blob check (length(of_receipt) = 16),
  of_line integer,
  primary key (device, number, line)
) without rowid, strict;
create index receipt_line_refunds on receipt_line (of_receipt, of_line) where of_receipt is not null;

create table payment (
  device blob not null check (length(device) = 16),
  number integer not null,
  position integer not null,
  tender integer not null,
  amount integer not null,
  tendered integer not null,
  primary key (device, number, position)
) without rowid, strict;

create table aborted_sale (
  device blob not null check (length(device) = 16),
  seq integer not null,
  receipt blob not null check (length(receipt) = 16),
  register blob not null check (length(register) = 16),
  shift blob not null check (length(shift) = 16),
  at integer not null,
  operator blob check (length(operator) = 16),
  currency text not null check (length(currency) = 3),
  lines integer not null,
  gross integer not null,
  primary key (device, seq)
) without rowid, strict;

create table reprint (
  device blob not null check (length(device) = 16),
  seq integer not null,
  receipt blob not null check (length(receipt) = 16),
  register blob not null check (length(register) = 16),
  shift blob check (length(shift) = 16),
  at integer not null,
  operator blob check (length(operator) = 16),
  primary key (device, seq)
) without rowid, strict;

create table shift (
  device blob not null check (length(device) = 16),
  number integer not null,
  shift blob not null check (length(shift) = 16),
  register blob not null check (length(register) = 16),
  operator_name text not null,
  currency text not null check (length(currency) = 3),
  opened_at integer not null,
  offset_minutes integer not null,
  float integer not null,
  continues blob check (length(continues) = 16),
  primary key (device, number)
) without rowid, strict;
create index shift_id on shift (shift);

create table z_report (
  device blob not null check (length(device) = 16),
  number integer not null,
  shift blob not null check (length(shift) = 16),
  register blob not null check (length(register) = 16),
  currency text not null check (length(currency) = 3),
  closed_at integer not null,
  offset_minutes integer not null,
  sales integer not null,
  sales_gross integer not null,
  refunds integer not null,
  refunds_gross integer not null,
  aborted integer not null,
  reprints integer not null,
  expected_cash integer not null,
  counted_cash integer not null,
  perpetual_gross integer not null,
  primary key (device, number)
) without rowid, strict;

create table stock (
  product blob not null check (length(product) = 16),
  unit integer not null,
  thousandths integer not null,
  primary key (product, unit)
) without rowid, strict;

create table account (
  account text not null,
  currency text not null check (length(currency) = 3),
  balance integer not null,
  primary key (account, currency)
) without rowid, strict;
