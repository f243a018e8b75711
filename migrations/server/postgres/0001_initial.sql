-- Ids are uuids, times µs UTC, amounts minor units. Every table is keyed by its company first (I9).
-- The same tables as in ../sqlite under the same number; only types and collations differ.

CREATE TABLE company (
    company       UUID    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    currency      TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    server_device UUID    NOT NULL,
    server_key    BYTEA    NOT NULL,
    server_secret BYTEA    NOT NULL
);

CREATE TABLE shop (
    company    UUID   NOT NULL REFERENCES company (company),
    shop       UUID   NOT NULL,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (company, shop)
);

CREATE TABLE register (
    company    UUID   NOT NULL,
    register   UUID   NOT NULL,
    shop       UUID   NOT NULL,
    name       TEXT   NOT NULL,
    operator   UUID   NOT NULL,
    devices    BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (company, register),
    FOREIGN KEY (company, shop) REFERENCES shop (company, shop)
);
-- A register's name begins its receipt numbers, so no two of a company share one.
CREATE UNIQUE INDEX register_name ON register (company, lower(name));

CREATE TABLE enrolment_code (
    company    UUID   NOT NULL,
    code_hash  BYTEA   NOT NULL UNIQUE,
    register   UUID   NOT NULL,
    until      BIGINT NOT NULL,
    device     UUID,
    device_key BYTEA,
    PRIMARY KEY (company, code_hash),
    FOREIGN KEY (company, register) REFERENCES register (company, register)
);

CREATE TABLE device (
    company     UUID   NOT NULL,
    device      UUID   NOT NULL UNIQUE,
    shop        UUID,
    register    UUID,
    name        TEXT   NOT NULL,
    series      TEXT   NOT NULL,
    public_key  BYTEA   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('server', 'active', 'quarantined')),
    enrolled_at BIGINT NOT NULL,
    PRIMARY KEY (company, device)
);
CREATE UNIQUE INDEX device_series ON device (company, lower(series)) WHERE state <> 'server';

-- One row per log, with its last entry (I3) and the last numbers of its device (I7).
CREATE TABLE log (
    log            BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company        UUID    NOT NULL,
    device         UUID    NOT NULL,
    scope          UUID    NOT NULL,
    seq            BIGINT  NOT NULL DEFAULT 0,
    hash           BYTEA    NOT NULL,
    lamport        BIGINT  NOT NULL DEFAULT 0,
    receipt_number BIGINT  NOT NULL DEFAULT 0,
    z_number       BIGINT  NOT NULL DEFAULT 0,
    UNIQUE (company, device, scope)
);

CREATE TABLE entry (
    company   UUID    NOT NULL,
    log       BIGINT  NOT NULL,
    seq       BIGINT  NOT NULL,
    hash      BYTEA    NOT NULL,
    kind      BIGINT  NOT NULL,
    projected BOOLEAN NOT NULL,
    bytes     BYTEA    NOT NULL,
    PRIMARY KEY (company, log, seq)
);
CREATE INDEX entry_unprojected ON entry (company, log, seq) WHERE NOT projected;

CREATE TABLE signed_head (
    company   UUID   NOT NULL,
    log       BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    signature BYTEA   NOT NULL,
    PRIMARY KEY (company, log, seq)
);

-- The branch that came second; the first one is in entry (I3).
CREATE TABLE fork (
    company UUID   NOT NULL,
    log     BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    batch   BYTEA   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (company, log, seq)
);

-- What was refused, with its reason (I10): the device that brought it, and whose log it is of.
CREATE TABLE quarantine (
    company UUID   NOT NULL,
    id      UUID   NOT NULL,
    device  UUID   NOT NULL,
    writer  UUID   NOT NULL,
    scope   UUID   NOT NULL,
    seq     BIGINT NOT NULL,
    reason  TEXT   NOT NULL,
    bytes   BYTEA   NOT NULL,
    times   BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, device, writer, scope, seq, reason)
);

CREATE TABLE receipt (
    company        UUID    NOT NULL,
    receipt        UUID    NOT NULL,
    shop           UUID    NOT NULL,
    refund         BOOLEAN NOT NULL,
    register       UUID    NOT NULL,
    shift          UUID    NOT NULL,
    series         TEXT    NOT NULL,
    number         BIGINT  NOT NULL,
    at             BIGINT  NOT NULL,
    offset_minutes BIGINT  NOT NULL,
    operator       UUID,
    currency       TEXT    NOT NULL,
    gross          BIGINT  NOT NULL,
    tax            BIGINT  NOT NULL,
    tendered       BIGINT  NOT NULL,
    PRIMARY KEY (company, receipt),
    UNIQUE (company, series, number)
);
CREATE INDEX receipt_by_time ON receipt (company, shop, at, receipt);

CREATE TABLE receipt_line (
    company    UUID   NOT NULL,
    shop       UUID   NOT NULL,
    receipt    UUID   NOT NULL,
    line       BIGINT NOT NULL,
    product    UUID   NOT NULL,
    quantity   BIGINT NOT NULL,
    unit       TEXT   NOT NULL,
    unit_price BIGINT NOT NULL,
    discount   BIGINT NOT NULL,
    gross      BIGINT NOT NULL,
    tax        BIGINT NOT NULL,
    rate       BIGINT NOT NULL,
    of_receipt UUID,
    of_line    BIGINT,
    PRIMARY KEY (company, shop, receipt, line)
);

-- Opening and closing may arrive in either order (I4).
CREATE TABLE shift (
    company       UUID   NOT NULL,
    shop          UUID   NOT NULL,
    shift         UUID   NOT NULL,
    register      UUID   NOT NULL,
    opened_at     BIGINT,
    float         BIGINT NOT NULL,
    closed_at     BIGINT,
    z_number      BIGINT,
    expected_cash BIGINT,
    counted_cash  BIGINT,
    PRIMARY KEY (company, shop, shift)
);

CREATE TABLE account (
    company  UUID   NOT NULL,
    shop     UUID   NOT NULL,
    account  TEXT   NOT NULL,
    currency TEXT   NOT NULL,
    balance  BIGINT NOT NULL,
    PRIMARY KEY (company, shop, account, currency)
);

CREATE TABLE stock (
    company     UUID   NOT NULL,
    shop        UUID   NOT NULL,
    product     UUID   NOT NULL,
    thousandths BIGINT NOT NULL,
    PRIMARY KEY (company, shop, product)
);

CREATE TABLE product (
    company   UUID    NOT NULL,
    product   UUID    NOT NULL,
    name      TEXT    NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    code      TEXT    NOT NULL,
    price     BIGINT  NOT NULL,
    currency  TEXT    NOT NULL,
    rate      BIGINT  NOT NULL,
    unit      TEXT    NOT NULL,
    active    BOOLEAN NOT NULL,
    PRIMARY KEY (company, product)
);
CREATE INDEX product_by_name ON product (company, sort_name, product);
-- Not unique: two tills may give one code to two products while apart.
CREATE INDEX product_by_code ON product (company, code);

CREATE TABLE product_barcode (
    company UUID NOT NULL,
    product UUID NOT NULL,
    barcode TEXT NOT NULL,
    PRIMARY KEY (company, product, barcode)
);
CREATE INDEX product_barcode_by_code ON product_barcode (company, barcode);

-- The products' documents; loaded only to edit and to merge.
CREATE TABLE product_document (
    company  UUID NOT NULL,
    product  UUID NOT NULL,
    document BYTEA NOT NULL,
    PRIMARY KEY (company, product)
);
