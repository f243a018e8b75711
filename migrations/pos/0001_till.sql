-- A till's database. `setting` … `fork` are kept; the tables after `Projections` are folds over `entry` and can be rebuilt.

create table setting (
  key text primary key,
  value text not null
) without rowid, strict;

-- Who this till is. `answer` is what the server said at enrolment; `home` is whose journal this file holds, also after a restore.
create table enrolment (
  only_one integer primary key check (only_one = 1),
  device blob not null check (length(device) = 16),
  public_key blob not null check (length(public_key) = 32),
  name text not null,
  server text,
  answer text,
  home text
) strict;

create table log (
  n integer primary key,
  device blob not null check (length(device) = 16),
  scope integer not null check (scope in (0, 1)),
  scope_id blob not null check (length(scope_id) = 16),
  seq integer not null,
  hash blob not null check (length(hash) = 32),
  lamport integer not null,
  at integer not null,
  acknowledged integer not null default 0,
  signed_seq integer not null default 0,
  signature blob,
  forked integer not null default 0,
  -- written here under an earlier device id, before a restore (I12)
  former integer not null default 0,
  unique (device, scope_id)
) strict;

-- place = log.n * 2^40 + seq. state: 0 projected, 1 of a kind that is not known yet, 2 cannot be projected.
create table entry (
  place integer primary key,
  lamport integer not null,
  kind integer not null,
  state integer not null,
  bytes blob not null
) strict;
create index entry_waiting on entry (state) where state <> 0;

-- The other branch of a forked log (I3).
create table fork (
  log integer not null references log (n),
  seq integer not null,
  hash blob not null,
  bytes blob not null,
  primary key (log, seq, hash)
) without rowid, strict;

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
  device blob primary key,
  public_key blob not null,
  shop blob,
  register blob,
  name text not null,
  series text not null
) without rowid, strict;

create table record (
  n integer primary key,
  record blob not null unique,
  document blob not null
) strict;

-- barcodes: separated by spaces, in order; none contains a space.
create table product (
  n integer primary key references record (n),
  product blob not null,
  name text not null,
  code text not null,
  price integer not null,
  currency text not null,
  rate integer not null,
  unit integer not null,
  active integer not null,
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
  place integer primary key,
  receipt blob not null unique,
  refund integer not null,
  register blob not null,
  shift blob not null,
  series text not null,
  number integer not null,
  lamport integer not null,
  at integer not null,
  offset_minutes integer not null,
  operator blob,
  currency text not null,
  gross integer not null,
  tax integer not null,
  tendered integer not null,
  reason text not null
) strict;
create unique index receipt_number on receipt (series, number);
create index receipt_shift on receipt (shift);
create index receipt_order on receipt (lamport, place);

create table receipt_line (
  receipt integer not null,
  line integer not null,
  product blob not null,
  quantity integer not null,
  unit integer not null,
  unit_price integer not null,
  discount integer not null,
  gross integer not null,
  tax integer not null,
  rate integer not null,
  of_receipt blob,
  of_line integer,
  code text not null,
  name text not null,
  note text,
  primary key (receipt, line)
) without rowid, strict;
create index receipt_line_refunds on receipt_line (of_receipt, of_line) where of_receipt is not null;

create table shift (
  shift blob primary key,
  device blob not null,
  register blob not null,
  operator_name text not null,
  currency text not null,
  opened_at integer not null,
  float integer not null,
  aborted integer not null default 0,
  reprints integer not null default 0,
  closed_at integer,
  z_number integer,
  expected_cash integer,
  counted_cash integer,
  perpetual_gross integer
) without rowid, strict;
create index shift_of_device on shift (device, z_number);

create table stock (
  product blob primary key,
  thousandths integer not null
) without rowid, strict;

create table account (
  account text not null,
  currency text not null,
  balance integer not null,
  primary key (account, currency)
) without rowid, strict;
