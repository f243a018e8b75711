-- One text for both engines; what a word in braces means to each stands in sync-server/src/platform/db/migration.rs.
-- Times are µs UTC, amounts minor units, quantities thousandths. Every table is keyed by its company first (I9).

CREATE TABLE company (
    company    {id}       NOT NULL PRIMARY KEY,
    name       {text}     NOT NULL,
    currency   {currency} NOT NULL,
    created_at {int}      NOT NULL
) {table};

CREATE TABLE shop (
    company    {id}   NOT NULL REFERENCES company (company),
    shop       {id}   NOT NULL,
    name       {text} NOT NULL,
    language   {text} NOT NULL,
    number_form {text} NOT NULL,
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

-- What this server alone knows of a device; the rest follows from its certificate. When it was enrolled is not known of one whose certificate
-- came back from a till after this server was restored to an older backup. The counter is that of its last exchange.
CREATE TABLE enrolment (
    company     {id}   NOT NULL,
    device      {id}   NOT NULL UNIQUE,
    enrolled_at {int},
    quarantined {bool} NOT NULL DEFAULT FALSE,
    counter     {int}  NOT NULL DEFAULT 0,
    PRIMARY KEY (company, device)
) {table};

-- This server as a device of a company; its key is sealed. After it was restored to an older backup: how far a till that filled up its log has
-- shown that this goes, and when.
CREATE TABLE server (
    company  {id}       NOT NULL PRIMARY KEY,
    device   {id}       NOT NULL,
    currency {currency} NOT NULL,
    secret   {bytes}    NOT NULL,
    shown    {int}      NOT NULL DEFAULT 0,
    shown_at {int}      NOT NULL DEFAULT 0
) {table};

-- One row: a word sealed with the secret key that the servers' keys are sealed with, whichever company's, to know at the start that it is that key.
CREATE TABLE seal (
    seal {int}   NOT NULL PRIMARY KEY CHECK (seal = 1),
    word {bytes} NOT NULL
) {table};

-- One row per log: its last entry (I3), where it stands by the rules, the version of the fold that the tables follow it by (0: it is to be
-- folded again), and how far its device said it had written.
CREATE TABLE log (
    log     {counter},
    company {id}    NOT NULL,
    device  {id}    NOT NULL,
    scope   {id}    NOT NULL,
    seq     {int}   NOT NULL DEFAULT 0,
    hash    {hash}  NOT NULL,
    lamport {int}   NOT NULL DEFAULT 0,
    state   {bytes} NOT NULL,
    folded  {int}   NOT NULL,
    claimed {int}   NOT NULL DEFAULT 0,
    UNIQUE (company, device, scope)
) {table};

-- State 0: the tables follow it; 1: it waits for a version that understands it; 2: it breaks a rule, and the reason says which.
CREATE TABLE entry (
    company {id}    NOT NULL,
    log     {int}   NOT NULL,
    seq     {int}   NOT NULL,
    hash    {hash}  NOT NULL,
    kind    {int}   NOT NULL,
    state   {int}   NOT NULL CHECK (state IN (0, 1, 2)),
    reason  {text}  NOT NULL,
    bytes   {bytes} NOT NULL,
    PRIMARY KEY (company, log, seq)
) {table};
CREATE INDEX entry_not_projected ON entry (company, log, state, seq) WHERE state <> 0;

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

-- The tables that follow from facts, as duka-ledger describes them; a test holds the two alike.

CREATE TABLE device (
    company  {id}       NOT NULL,
    device   {id}       NOT NULL,
    key      {bytes}    NOT NULL,
    role     {int}      NOT NULL,
    shop     {id},
    register {id},
    name     {text}     NOT NULL,
    series   {text}     NOT NULL,
    currency {currency} NOT NULL,
    succeeds {id},
    PRIMARY KEY (company, device)
) {keyed};
CREATE UNIQUE INDEX device_anywhere ON device (device);

CREATE TABLE device_standing (
    company     {id}   NOT NULL,
    device      {id}   NOT NULL,
    lamport     {int}  NOT NULL,
    standing    {int}  NOT NULL,
    company_seq {int}  NOT NULL,
    shop_seq    {int}  NOT NULL,
    reason      {text} NOT NULL,
    PRIMARY KEY (company, device, lamport)
) {keyed};

CREATE TABLE shift (
    company        {id}       NOT NULL,
    shop           {id}       NOT NULL,
    device         {id}       NOT NULL,
    number         {int}      NOT NULL,
    shift          {id}       NOT NULL,
    register       {id}       NOT NULL,
    operator_name  {text}     NOT NULL,
    currency       {currency} NOT NULL,
    opened_at      {int}      NOT NULL,
    offset_minutes {int}      NOT NULL,
    float          {int}      NOT NULL,
    continues      {id},
    PRIMARY KEY (company, shop, device, number)
) {keyed};

CREATE TABLE z_report (
    company         {id}       NOT NULL,
    shop            {id}       NOT NULL,
    device          {id}       NOT NULL,
    number          {int}      NOT NULL,
    shift           {id}       NOT NULL,
    register        {id}       NOT NULL,
    currency        {currency} NOT NULL,
    closed_at       {int}      NOT NULL,
    offset_minutes  {int}      NOT NULL,
    sales           {int}      NOT NULL,
    sales_gross     {int}      NOT NULL,
    refunds         {int}      NOT NULL,
    refunds_gross   {int}      NOT NULL,
    aborted         {int}      NOT NULL,
    reprints        {int}      NOT NULL,
    expected_cash   {int}      NOT NULL,
    counted_cash    {int}      NOT NULL,
    perpetual_gross {int}      NOT NULL,
    PRIMARY KEY (company, shop, device, number)
) {keyed};

CREATE TABLE receipt (
    company        {id}       NOT NULL,
    shop           {id}       NOT NULL,
    device         {id}       NOT NULL,
    number         {int}      NOT NULL,
    receipt        {id}       NOT NULL,
    refund         {bool}     NOT NULL,
    register       {id}       NOT NULL,
    shift          {id}       NOT NULL,
    series         {text}     NOT NULL,
    seq            {int}      NOT NULL,
    lamport        {int}      NOT NULL,
    at             {int}      NOT NULL,
    offset_minutes {int}      NOT NULL,
    operator       {id},
    currency       {currency} NOT NULL,
    gross          {int}      NOT NULL,
    tax            {int}      NOT NULL,
    reason         {text}     NOT NULL,
    printed_series {text},
    printed_number {int},
    PRIMARY KEY (company, shop, device, number)
) {keyed};
CREATE INDEX receipt_by_id ON receipt (company, shop, receipt);
CREATE INDEX receipt_by_time ON receipt (company, shop, at, device, number);

CREATE TABLE receipt_line (
    company    {id}   NOT NULL,
    shop       {id}   NOT NULL,
    device     {id}   NOT NULL,
    number     {int}  NOT NULL,
    line       {int}  NOT NULL,
    product    {id}   NOT NULL,
    code       {text} NOT NULL,
    name       {text} NOT NULL,
    quantity   {int}  NOT NULL,
    unit       {int}  NOT NULL,
    unit_price {int}  NOT NULL,
    discount   {int}  NOT NULL,
    gross      {int}  NOT NULL,
    tax        {int}  NOT NULL,
    rate       {int}  NOT NULL,
    note       {text},
    of_receipt {id},
    of_line    {int},
    PRIMARY KEY (company, shop, device, number, line)
) {keyed};
-- What was given back of a line.
CREATE INDEX receipt_line_refunds ON receipt_line (company, of_receipt, of_line) WHERE of_receipt IS NOT NULL;

CREATE TABLE payment (
    company  {id}  NOT NULL,
    shop     {id}  NOT NULL,
    device   {id}  NOT NULL,
    number   {int} NOT NULL,
    position {int} NOT NULL,
    tender   {int} NOT NULL,
    amount   {int} NOT NULL,
    tendered {int} NOT NULL,
    PRIMARY KEY (company, shop, device, number, position)
) {keyed};

CREATE TABLE aborted_sale (
    company  {id}       NOT NULL,
    shop     {id}       NOT NULL,
    device   {id}       NOT NULL,
    seq      {int}      NOT NULL,
    receipt  {id}       NOT NULL,
    register {id}       NOT NULL,
    shift    {id}       NOT NULL,
    at       {int}      NOT NULL,
    operator {id},
    currency {currency} NOT NULL,
    lines    {int}      NOT NULL,
    gross    {int}      NOT NULL,
    PRIMARY KEY (company, shop, device, seq)
) {keyed};

CREATE TABLE reprint (
    company  {id}  NOT NULL,
    shop     {id}  NOT NULL,
    device   {id}  NOT NULL,
    seq      {int} NOT NULL,
    receipt  {id}  NOT NULL,
    register {id}  NOT NULL,
    shift    {id},
    at       {int} NOT NULL,
    operator {id},
    PRIMARY KEY (company, shop, device, seq)
) {keyed};

CREATE TABLE account (
    company  {id}       NOT NULL,
    shop     {id}       NOT NULL,
    account  {text}     NOT NULL,
    currency {currency} NOT NULL,
    balance  {int}      NOT NULL,
    PRIMARY KEY (company, shop, account, currency)
) {keyed};

CREATE TABLE stock (
    company     {id}  NOT NULL,
    shop        {id}  NOT NULL,
    product     {id}  NOT NULL,
    unit        {int} NOT NULL,
    thousandths {int} NOT NULL,
    PRIMARY KEY (company, shop, product, unit)
) {keyed};

CREATE TABLE record_change (
    company  {id}  NOT NULL,
    device   {id}  NOT NULL,
    record   {id}  NOT NULL,
    number   {int} NOT NULL,
    seq      {int} NOT NULL,
    lamport  {int} NOT NULL,
    at       {int} NOT NULL,
    operator {id},
    PRIMARY KEY (company, device, record, number)
) {keyed};
CREATE INDEX record_change_by_record ON record_change (company, record);

-- sort_name is what this server pages and finds by.
CREATE TABLE product (
    company   {id}       NOT NULL,
    product   {id}       NOT NULL,
    name      {text}     NOT NULL,
    code      {text}     NOT NULL,
    price     {int}      NOT NULL,
    currency  {currency} NOT NULL,
    rate      {int}      NOT NULL,
    unit      {int}      NOT NULL,
    active    {bool}     NOT NULL,
    barcodes  {text}     NOT NULL,
    sort_name {ordered}  NOT NULL,
    PRIMARY KEY (company, product)
) {keyed};
CREATE INDEX product_by_name ON product (company, sort_name, product);
-- Not unique: two tills may give one code to two products while apart.
CREATE INDEX product_by_code ON product (company, code);

-- The barcodes of products once more, to find them by.
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
