/// The schema of credentials, of the audit log and of events.
enum AccessSchema {
    /// Both logs grow at their end only; old rows are deleted from their beginning.
    static let accessAndEvents = """
        ALTER TABLE node_tokens ADD COLUMN expires_at INTEGER;

        CREATE TABLE operator_tokens (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            role TEXT,
            scopes TEXT,
            hash BLOB NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires_at INTEGER,
            last_used INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE registration_tokens (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            hash BLOB NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires_at INTEGER,
            max_uses INTEGER,
            uses INTEGER NOT NULL,
            last_used INTEGER,
            recent_nodes TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit_log (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            action TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            resource_id TEXT,
            status TEXT NOT NULL,
            code TEXT,
            actor_id TEXT,
            actor TEXT,
            role TEXT,
            request_id TEXT,
            client TEXT,
            count INTEGER NOT NULL,
            payload TEXT
        ) STRICT;

        CREATE TABLE events (
            seq INTEGER PRIMARY KEY,
            epoch TEXT NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            resource_id TEXT,
            resource_name TEXT,
            text TEXT NOT NULL,
            attributes TEXT NOT NULL
        ) STRICT;
        """

    /// What is too old, and what strangers caused, is found without reading the rest; repeated requests have a share
    /// for each credential.
    static let bounds = """
        ALTER TABLE repetitions ADD COLUMN speaker BLOB NOT NULL DEFAULT x'';
        CREATE INDEX audit_log_refused ON audit_log (id) WHERE resource_type IN ('auth', 'authz');
        """
}
