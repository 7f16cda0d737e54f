CREATE TABLE events (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, organization TEXT NOT NULL,
    sort TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE TRIGGER events_stay BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_remain BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE leases (
    organization TEXT PRIMARY KEY, fence INTEGER NOT NULL, owner TEXT NOT NULL,
    host TEXT NOT NULL, pid INTEGER NOT NULL, since TEXT NOT NULL, until REAL NOT NULL
);
CREATE TRIGGER events_follow BEFORE INSERT ON events
    WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM events)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE INDEX events_of ON events (organization);
CREATE TABLE current (
    organization TEXT NOT NULL, sort TEXT NOT NULL, kind TEXT NOT NULL,
    project TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (organization, sort, kind, project, name)
) WITHOUT ROWID;
ALTER TABLE events ADD COLUMN signature TEXT NOT NULL DEFAULT '';
ALTER TABLE leases ADD COLUMN boot TEXT NOT NULL DEFAULT '';
ALTER TABLE leases ADD COLUMN namespace TEXT NOT NULL DEFAULT '';
ALTER TABLE leases ADD COLUMN started TEXT NOT NULL DEFAULT '';
INSERT INTO settings VALUES ('key', X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F');
