-- The first schema. Frozen: a change is a new file with the next number.
-- Statements end with a semicolon at the end of a line. No triggers, no views.
-- Ids are 16 bytes, commit ids 32. `hlc` is the 64-bit hybrid time of the wire, at most 2^63-1.

PRAGMA user_version = 65536;

CREATE TABLE migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The journal: the truth. Bytes as they were made or received.

CREATE TABLE journal_log (
    log INTEGER PRIMARY KEY,
    scope BLOB NOT NULL,
    compartment INTEGER NOT NULL,
    device BLOB NOT NULL,
    head_seq INTEGER NOT NULL,
    head BLOB NOT NULL,
    head_place INTEGER NOT NULL,
    is_forked INTEGER NOT NULL DEFAULT 0,
    UNIQUE (scope, compartment, device)
) STRICT;

-- `place` is the order of arrival; every commit stands after all that it depends on.
CREATE TABLE journal_commit (
    place INTEGER PRIMARY KEY,
    log INTEGER NOT NULL REFERENCES journal_log (log),
    seq INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE,
    header BLOB NOT NULL,
    signature BLOB NOT NULL,
    skeleton BLOB NOT NULL
) STRICT;

CREATE INDEX journal_commit_by_seq ON journal_commit (log, seq);

-- The erasable part. A segment that is not here was erased by order or withheld.
CREATE TABLE journal_segment (
    place INTEGER NOT NULL REFERENCES journal_commit (place),
    unit INTEGER NOT NULL,
    segment BLOB NOT NULL,
    PRIMARY KEY (place, unit)
) STRICT, WITHOUT ROWID;

-- One row: what the start check compares. `digest` is the sum over the heads of all logs.
CREATE TABLE journal_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    commits INTEGER NOT NULL,
    last_commit BLOB NOT NULL,
    digest BLOB NOT NULL,
    hlc INTEGER NOT NULL,
    own_hlc INTEGER NOT NULL
) STRICT;

INSERT INTO journal_state VALUES (1, 0, x'', zeroblob(32), 0, 0);

-- Verified commits that wait for another one: `waits_for` is the beginning of its id.
CREATE TABLE journal_pending (
    arrived INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    device BLOB NOT NULL,
    waits_for BLOB NOT NULL,
    commit_bytes BLOB NOT NULL
) STRICT;

CREATE INDEX journal_pending_by_wait ON journal_pending (waits_for);
CREATE INDEX journal_pending_by_device ON journal_pending (device, arrived);

-- How much waits per device: what the limits are compared with.
CREATE TABLE journal_pending_total (
    device BLOB PRIMARY KEY,
    commits INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Projections: derived from the set of commits alone, re-made by a rebuild.

-- One row per record that was ever opened or written into; `form` is null until it is opened.
CREATE TABLE record (
    record BLOB NOT NULL,
    scope BLOB NOT NULL,
    form TEXT,
    parent BLOB,
    sort INTEGER NOT NULL DEFAULT 0,
    chosen INTEGER,
    open_commit BLOB,
    open_index INTEGER,
    PRIMARY KEY (record, scope)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_by_scope ON record (scope, form);

-- In which compartments a record was opened, and closed by a tombstone.
CREATE TABLE record_place (
    record BLOB NOT NULL,
    scope BLOB NOT NULL,
    compartment INTEGER NOT NULL,
    is_opened INTEGER NOT NULL DEFAULT 0,
    is_closed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (record, scope, compartment)
) STRICT, WITHOUT ROWID;

-- One row per operation that stands. `answer` is the value of the wire; null once it is erased.
CREATE TABLE standing (
    scope BLOB NOT NULL,
    record BLOB NOT NULL,
    field TEXT NOT NULL,
    compartment INTEGER NOT NULL,
    op_commit BLOB NOT NULL,
    op_index INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    answer BLOB,
    hlc INTEGER NOT NULL,
    signer BLOB NOT NULL,
    device BLOB NOT NULL,
    flags INTEGER NOT NULL,
    PRIMARY KEY (scope, record, field, compartment, op_commit, op_index)
) STRICT, WITHOUT ROWID;

-- An operation that was named as superseded before it came: it must not stand when it comes.
CREATE TABLE superseded_early (
    op_commit BLOB NOT NULL,
    op_index INTEGER NOT NULL,
    scope BLOB NOT NULL,
    record BLOB NOT NULL,
    field TEXT NOT NULL,
    compartment INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    PRIMARY KEY (op_commit, op_index, scope, record, field, compartment, kind)
) STRICT, WITHOUT ROWID;

-- Registers in which different values stand side by side.
CREATE TABLE conflict (
    scope BLOB NOT NULL,
    record BLOB NOT NULL,
    field TEXT NOT NULL,
    compartment INTEGER NOT NULL,
    PRIMARY KEY (scope, record, field, compartment)
) STRICT, WITHOUT ROWID;

-- One line per scope: the list of cases, and which commits the projections of the scope hold.
CREATE TABLE scope_line (
    scope BLOB PRIMARY KEY,
    changed INTEGER NOT NULL,
    commits INTEGER NOT NULL,
    digest BLOB NOT NULL,
    code TEXT,
    state TEXT NOT NULL DEFAULT '',
    child TEXT NOT NULL DEFAULT '',
    support TEXT NOT NULL DEFAULT '',
    agreed INTEGER NOT NULL DEFAULT 0,
    said_no INTEGER NOT NULL DEFAULT 0,
    not_now INTEGER NOT NULL DEFAULT 0,
    withdrawn INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX scope_line_newest ON scope_line (changed DESC, scope DESC) WHERE code IS NOT NULL;
CREATE INDEX scope_line_by_code ON scope_line (code);

-- What is local to this device: nothing here ever travels.

CREATE TABLE draft (
    user BLOB NOT NULL,
    scope BLOB NOT NULL,
    record BLOB NOT NULL,
    form TEXT NOT NULL,
    fields BLOB NOT NULL,
    kept_at_ms INTEGER NOT NULL,
    PRIMARY KEY (user, scope, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE trust_root (
    version INTEGER PRIMARY KEY,
    signed BLOB NOT NULL
) STRICT;

CREATE TABLE trust_act (
    place INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    scope BLOB NOT NULL,
    signed BLOB NOT NULL
) STRICT;

CREATE INDEX trust_act_by_scope ON trust_act (scope, place);

CREATE TABLE trust_epoch (
    place INTEGER PRIMARY KEY,
    scope BLOB NOT NULL,
    epoch BLOB NOT NULL,
    number INTEGER NOT NULL,
    key BLOB,
    UNIQUE (scope, epoch)
) STRICT;

CREATE TABLE trust_compartment_key (
    place INTEGER NOT NULL REFERENCES trust_epoch (place),
    compartment INTEGER NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (place, compartment)
) STRICT, WITHOUT ROWID;

CREATE TABLE trust_secret (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Who opened, exported, printed: ids and codes only, each row chained to the one before.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    user BLOB NOT NULL,
    act TEXT NOT NULL,
    subjects BLOB NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
