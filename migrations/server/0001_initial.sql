-- One text for both engines; what a word in braces means to each stands in sync-server/src/platform/db/migration.rs.
-- Times are µs UTC, amounts minor units, quantities thousandths. Every table is keyed by its company first (I9).

CREATE TABLE company (
    company       {id}       NOT NULL PRIMARY KEY,
    name          {text}     NOT NULL,
    currency      {currency} NOT NULL,
    created_at    {int}      NOT NULL,
    server_device {id}       NOT NULL,
    server_key    {key}      NOT NULL,
    server_secret {bytes}    NOT NULL
) {table};

CREATE TABLE shop (
    company    {id}   NOT NULL REFERENCES company (company),
    shop       {id}   NOT NULL,
    name       {text} NOT NULL,
    created_at {int}  NOT NULL,
    PRIMARY KEY (company, shop)
) {table};

CREATE TABLE register (
    company    {id}   NOT NULL,
    register   {id}   NOT NULL,
    shop       {id}   NOT NULL,
    name       {text} NOT NULL,
    operator   {id}   NOT NULL,
    devices    {int}  NOT NULL DEFAULT 0,
    created_at {int}  NOT NULL,
    PRIMARY KEY (company, register),
    FOREIGN KEY (company, shop) REFERENCES shop (company, shop)
) {table};
-- A register's name begins its receipt numbers, so no two of a company share one.
CREATE UNIQUE INDEX register_name ON register (company, lower(name));

CREATE TABLE enrolment_code (
    company    {id}   NOT NULL,
    code_hash  {hash} NOT NULL UNIQUE,
    register   {id}   NOT NULL,
    until      {int}  NOT NULL,
    device     {id},
    device_key {key},
    PRIMARY KEY (company, code_hash),
    FOREIGN KEY (company, register) REFERENCES register (company, register)
) {table};

CREATE TABLE device (
    company     {id}   NOT NULL,
    device      {id}   NOT NULL UNIQUE,
    shop        {id},
    register    {id},
    name        {text} NOT NULL,
    series      {text} NOT NULL,
    public_key  {key}  NOT NULL,
    state       {text} NOT NULL CHECK (state IN ('server', 'active', 'quarantined')),
    enrolled_at {int}  NOT NULL,
    PRIMARY KEY (company, device)
) {table};
CREATE UNIQUE INDEX device_series ON device (company, lower(series)) WHERE state <> 'server';

-- One row per log, with its last entry (I3) and the last numbers of its device (I7).
CREATE TABLE log (
    log            {counter},
    company        {id}   NOT NULL,
    device         {id}   NOT NULL,
    scope          {id}   NOT NULL,
    seq            {int}  NOT NULL DEFAULT 0,
    hash           {hash} NOT NULL,
    lamport        {int}  NOT NULL DEFAULT 0,
    receipt_number {int}  NOT NULL DEFAULT 0,
    z_number       {int}  NOT NULL DEFAULT 0,
    UNIQUE (company, device, scope)
) {table};

CREATE TABLE entry (
    company   {id}    NOT NULL,
    log       {int}   NOT NULL,
    seq       {int}   NOT NULL,
    hash      {hash}  NOT NULL,
    kind      {int}   NOT NULL,
    projected {bool}  NOT NULL,
    bytes     {bytes} NOT NULL,
    PRIMARY KEY (company, log, seq)
) {table};
CREATE INDEX entry_unprojected ON entry (company, log, seq) WHERE NOT projected;

CREATE TABLE signed_head (
    company   {id}        NOT NULL,
    log       {int}       NOT NULL,
    seq       {int}       NOT NULL,
    signature {signature} NOT NULL,
    PRIMARY KEY (company, log, seq)
) {keyed};

-- The branch that came second; the first one is in entry (I3).
CREATE TABLE fork (
    company {id}    NOT NULL,
    log     {int}   NOT NULL,
    seq     {int}   NOT NULL,
    batch   {bytes} NOT NULL,
    at      {int}   NOT NULL,
    PRIMARY KEY (company, log, seq)
) {table};

-- What was refused, with its reason (I10): the device that brought it, and whose log it is of.
CREATE TABLE quarantine (
    company {id}    NOT NULL,
    id      {id}    NOT NULL,
    device  {id}    NOT NULL,
    writer  {id}    NOT NULL,
    scope   {id}    NOT NULL,
    seq     {int}   NOT NULL,
    reason  {text}  NOT NULL,
    bytes   {bytes} NOT NULL,
    times   {int}   NOT NULL,
    at      {int}   NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, device, writer, scope, seq, reason)
) {table};

CREATE TABLE receipt (
    company        {id}       NOT NULL,
    receipt        {id}       NOT NULL,
    shop           {id}       NOT NULL,
    refund         {bool}     NOT NULL,
    register       {id}       NOT NULL,
    shift          {id}       NOT NULL,
    series         {text}     NOT NULL,
    number         {int}      NOT NULL,
    at             {int}      NOT NULL,
    offset_minutes {int}      NOT NULL,
    operator       {id},
    currency       {currency} NOT NULL,
    gross          {int}      NOT NULL,
    tax            {int}      NOT NULL,
    tendered       {int}      NOT NULL,
    PRIMARY KEY (company, receipt),
    UNIQUE (company, series, number)
) {keyed};
CREATE INDEX receipt_by_time ON receipt (company, shop, at, receipt);

CREATE TABLE receipt_line (
    company    {id}   NOT NULL,
    shop       {id}   NOT NULL,
    receipt    {id}   NOT NULL,
    line       {int}  NOT NULL,
    product    {id}   NOT NULL,
    quantity   {int}  NOT NULL,
    unit       {unit} NOT NULL,
    unit_price {int}  NOT NULL,
    discount   {int}  NOT NULL,
    gross      {int}  NOT NULL,
    tax        {int}  NOT NULL,
    rate       {int}  NOT NULL,
    of_receipt {id},
    of_line    {int},
    PRIMARY KEY (company, shop, receipt, line)
) {keyed};

-- Opening and closing may arrive in either order (I4).
CREATE TABLE shift (
    company       {id}  NOT NULL,
    shop          {id}  NOT NULL,
    shift         {id}  NOT NULL,
    register      {id}  NOT NULL,
    opened_at     {int},
    float         {int} NOT NULL,
    closed_at     {int},
    z_number      {int},
    expected_cash {int},
    counted_cash  {int},
    PRIMARY KEY (company, shop, shift)
) {keyed};

CREATE TABLE account (
    company      {id}       NOT NULL,
    shop         {id}       NOT NULL,
    account      {text}     NOT NULL,
    currency     {currency} NOT NULL,
    balance_high {int}      NOT NULL,
    balance_low  {low}      NOT NULL,
    PRIMARY KEY (company, shop, account, currency)
) {keyed};

CREATE TABLE stock (
    company          {id}  NOT NULL,
    shop             {id}  NOT NULL,
    product          {id}  NOT NULL,
    thousandths_high {int} NOT NULL,
    thousandths_low  {low} NOT NULL,
    PRIMARY KEY (company, shop, product)
) {keyed};

CREATE TABLE product (
    company   {id}       NOT NULL,
    product   {id}       NOT NULL,
    name      {text}     NOT NULL,
    sort_name {ordered}  NOT NULL,
    code      {text}     NOT NULL,
    price     {int}      NOT NULL,
    currency  {currency} NOT NULL,
    rate      {int}      NOT NULL,
    unit      {unit}     NOT NULL,
    active    {bool}     NOT NULL,
    PRIMARY KEY (company, product)
) {keyed};
CREATE INDEX product_by_name ON product (company, sort_name, product);
-- Not unique: two tills may give one code to two products while apart.
CREATE INDEX product_by_code ON product (company, code);

CREATE TABLE product_barcode (
    company {id}   NOT NULL,
    product {id}   NOT NULL,
    barcode {text} NOT NULL,
    PRIMARY KEY (company, product, barcode)
) {keyed};
CREATE INDEX product_barcode_by_code ON product_barcode (company, barcode);

-- The products' documents; loaded only to edit and to merge.
CREATE TABLE product_document (
    company  {id}    NOT NULL,
    product  {id}    NOT NULL,
    document {bytes} NOT NULL,
    PRIMARY KEY (company, product)
) {table};
