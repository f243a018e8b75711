-- Ids are blobs of 16 bytes, times µs UTC, amounts minor units. Every table is keyed by its company first (I9).
-- What PostgreSQL says differently stands in ../postgres under the same number.

CREATE TABLE company (
    company       BLOB    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    currency      TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    server_device BLOB    NOT NULL,
    server_key    BLOB    NOT NULL,
    server_secret BLOB    NOT NULL
);

CREATE TABLE shop (
    company    BLOB   NOT NULL REFERENCES company (company),
    shop       BLOB   NOT NULL,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (company, shop)
);

CREATE TABLE register (
    company    BLOB   NOT NULL,
    register   BLOB   NOT NULL,
    shop       BLOB   NOT NULL,
    name       TEXT   NOT NULL,
    operator   BLOB   NOT NULL,
    devices    BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (company, register),
    FOREIGN KEY (company, shop) REFERENCES shop (company, shop)
);
-- A register's name begins its receipt numbers, so no two of a company share one.
CREATE UNIQUE INDEX register_name ON register (company, lower(name));

CREATE TABLE enrolment_code (
    company    BLOB   NOT NULL,
    code_hash  BLOB   NOT NULL UNIQUE,
    register   BLOB   NOT NULL,
    until      BIGINT NOT NULL,
    device     BLOB,
    device_key BLOB,
    PRIMARY KEY (company, code_hash),
    FOREIGN KEY (company, register) REFERENCES register (company, register)
);

CREATE TABLE device (
    company     BLOB   NOT NULL,
    device      BLOB   NOT NULL UNIQUE,
    shop        BLOB,
    register    BLOB,
    name        TEXT   NOT NULL,
    series      TEXT   NOT NULL,
    public_key  BLOB   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('server', 'active', 'quarantined')),
    enrolled_at BIGINT NOT NULL,
    PRIMARY KEY (company, device)
);
CREATE UNIQUE INDEX device_series ON device (company, lower(series)) WHERE state <> 'server';

-- One row per log, with its last entry (I3) and the last numbers of its device (I7).
CREATE TABLE log (
    log            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company        BLOB    NOT NULL,
    device         BLOB    NOT NULL,
    scope          BLOB    NOT NULL,
    seq            BIGINT  NOT NULL DEFAULT 0,
    hash           BLOB    NOT NULL,
    lamport        BIGINT  NOT NULL DEFAULT 0,
    receipt_number BIGINT  NOT NULL DEFAULT 0,
    z_number       BIGINT  NOT NULL DEFAULT 0,
    UNIQUE (company, device, scope)
);

CREATE TABLE entry (
    company   BLOB    NOT NULL,
    log       BIGINT  NOT NULL,
    seq       BIGINT  NOT NULL,
    hash      BLOB    NOT NULL,
    kind      BIGINT  NOT NULL,
    projected BOOLEAN NOT NULL,
    bytes     BLOB    NOT NULL,
    PRIMARY KEY (company, log, seq)
);
CREATE INDEX entry_unprojected ON entry (company, log, seq) WHERE NOT projected;

CREATE TABLE signed_head (
    company   BLOB   NOT NULL,
    log       BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    signature BLOB   NOT NULL,
    PRIMARY KEY (company, log, seq)
) WITHOUT ROWID;

-- The branch that came second; the first one is in entry (I3).
CREATE TABLE fork (
    company BLOB   NOT NULL,
    log     BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    batch   BLOB   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (company, log, seq)
);

-- What was refused, with its reason (I10): the device that brought it, and whose log it is of.
CREATE TABLE quarantine (
    company BLOB   NOT NULL,
    id      BLOB   NOT NULL,
    device  BLOB   NOT NULL,
    writer  BLOB   NOT NULL,
    scope   BLOB   NOT NULL,
    seq     BIGINT NOT NULL,
    reason  TEXT   NOT NULL,
    bytes   BLOB   NOT NULL,
    times   BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, device, writer, scope, seq, reason)
);

CREATE TABLE receipt (
    company        BLOB    NOT NULL,
    receipt        BLOB    NOT NULL,
    shop           BLOB    NOT NULL,
    refund         BOOLEAN NOT NULL,
    register       BLOB    NOT NULL,
    shift          BLOB    NOT NULL,
    series         TEXT    NOT NULL,
    number         BIGINT  NOT NULL,
    at             BIGINT  NOT NULL,
    offset_minutes BIGINT  NOT NULL,
    operator       BLOB,
    currency       TEXT    NOT NULL,
    gross          BIGINT  NOT NULL,
    tax            BIGINT  NOT NULL,
    tendered       BIGINT  NOT NULL,
    PRIMARY KEY (company, receipt),
    UNIQUE (company, series, number)
) WITHOUT ROWID;
CREATE INDEX receipt_by_time ON receipt (company, shop, at, receipt);

CREATE TABLE receipt_line (
    company    BLOB   NOT NULL,
    shop       BLOB   NOT NULL,
    receipt    BLOB   NOT NULL,
    line       BIGINT NOT NULL,
    product    BLOB   NOT NULL,
    quantity   BIGINT NOT NULL,
    unit       TEXT   NOT NULL,
    unit_price BIGINT NOT NULL,
    discount   BIGINT NOT NULL,
    gross      BIGINT NOT NULL,
    tax        BIGINT NOT NULL,
    rate       BIGINT NOT NULL,
    of_receipt BLOB,
    of_line    BIGINT,
    PRIMARY KEY (company, shop, receipt, line)
) WITHOUT ROWID;

-- Opening and closing may arrive in either order (I4).
CREATE TABLE shift (
    company       BLOB   NOT NULL,
    shop          BLOB   NOT NULL,
    shift         BLOB   NOT NULL,
    register      BLOB   NOT NULL,
    opened_at     BIGINT,
    float         BIGINT NOT NULL,
    closed_at     BIGINT,
    z_number      BIGINT,
    expected_cash BIGINT,
    counted_cash  BIGINT,
    PRIMARY KEY (company, shop, shift)
) WITHOUT ROWID;

CREATE TABLE account (
    company  BLOB   NOT NULL,
    shop     BLOB   NOT NULL,
    account  TEXT   NOT NULL,
    currency TEXT   NOT NULL,
    balance  BIGINT NOT NULL,
    PRIMARY KEY (company, shop, account, currency)
) WITHOUT ROWID;

CREATE TABLE stock (
    company     BLOB   NOT NULL,
    shop        BLOB   NOT NULL,
    product     BLOB   NOT NULL,
    thousandths BIGINT NOT NULL,
    PRIMARY KEY (company, shop, product)
) WITHOUT ROWID;

CREATE TABLE product (
    company   BLOB    NOT NULL,
    product   BLOB    NOT NULL,
    name      TEXT    NOT NULL,
    sort_name TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    price     BIGINT  NOT NULL,
    currency  TEXT    NOT NULL,
    rate      BIGINT  NOT NULL,
    unit      TEXT    NOT NULL,
    active    BOOLEAN NOT NULL,
    PRIMARY KEY (company, product)
) WITHOUT ROWID;
CREATE INDEX product_by_name ON product (company, sort_name, product);
-- Not unique: two tills may give one code to two products while apart.
CREATE INDEX product_by_code ON product (company, code);

CREATE TABLE product_barcode (
    company BLOB NOT NULL,
    product BLOB NOT NULL,
    barcode TEXT NOT NULL,
    PRIMARY KEY (company, product, barcode)
) WITHOUT ROWID;
CREATE INDEX product_barcode_by_code ON product_barcode (company, barcode);

-- The products' documents; loaded only to edit and to merge.
CREATE TABLE product_document (
    company  BLOB NOT NULL,
    product  BLOB NOT NULL,
    document BLOB NOT NULL,
    PRIMARY KEY (company, product)
);
