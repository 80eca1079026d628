import SQLite

/// The numbered steps of the database's schema; a released one never changes.
enum Schema {
    static let migrations = [
        Migration(number: 1, name: "cluster_state", sql: clusterState),
        Migration(number: 2, name: "rollouts", sql: rollouts),
        Migration(number: 3, name: "availability_and_histories", sql: histories),
        Migration(number: 4, name: "declarations", sql: declarations),
        Migration(number: 5, name: "repetitions", sql: repetitions),
        Migration(number: 6, name: "usage", sql: usage),
        Migration(number: 7, name: "claimed_revisions", sql: claims),
        Migration(number: 8, name: "access_and_events", sql: AccessSchema.accessAndEvents),
        Migration(number: 9, name: "configs", sql: configs),
        Migration(number: 10, name: "audit_and_repetition_bounds", sql: AccessSchema.bounds),
        Migration(number: 11, name: "config_container_versions", sql: containerVersions),
    ]

    /// The schema this program works with.
    static var newest: Int { migrations.last?.number ?? 0 }

    /// Times are Unix milliseconds, identifiers hyphenated text, structured columns JSON.
    private static let clusterState = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch TEXT NOT NULL,
            accepts TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            scheduler_cursor INTEGER NOT NULL,
            next_node_ordinal INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE key_checks (
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE nodes (
            id TEXT PRIMARY KEY,
            ordinal INTEGER NOT NULL,
            name TEXT,
            inventory TEXT NOT NULL,
            operator_labels TEXT NOT NULL,
            revision INTEGER NOT NULL,
            emptied_revision INTEGER,
            emptied_request TEXT,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            deleted_at INTEGER,
            removes_containers INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX nodes_live_name ON nodes (name) WHERE deleted_at IS NULL AND name IS NOT NULL;

        CREATE TABLE nodes_seen (
            node_id TEXT PRIMARY KEY REFERENCES nodes (id),
            last_seen INTEGER NOT NULL,
            status TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE node_tokens (
            id TEXT PRIMARY KEY,
            node_id TEXT NOT NULL REFERENCES nodes (id),
            hash BLOB NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            last_used INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX node_tokens_node ON node_tokens (node_id);

        CREATE TABLE deployments (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            spec TEXT NOT NULL,
            generation INTEGER NOT NULL,
            restart_nonce INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            deleted_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX deployments_live_name ON deployments (name) WHERE deleted_at IS NULL;

        CREATE TABLE revisions (
            deployment_id TEXT NOT NULL REFERENCES deployments (id),
            generation INTEGER NOT NULL,
            spec TEXT NOT NULL,
            restart_nonce INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (deployment_id, generation)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE assignments (
            id TEXT PRIMARY KEY,
            deployment_id TEXT NOT NULL REFERENCES deployments (id),
            replica_number INTEGER NOT NULL,
            node_id TEXT NOT NULL REFERENCES nodes (id),
            generation INTEGER NOT NULL,
            ports TEXT NOT NULL,
            former_ports TEXT NOT NULL,
            resources TEXT,
            retiring_since INTEGER,
            retire_reason TEXT,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX assignments_deployment ON assignments (deployment_id);
        CREATE INDEX assignments_node ON assignments (node_id);
        """

    /// What an update of a deployment needs to go on after a restart.
    private static let rollouts = """
        ALTER TABLE deployments ADD COLUMN rollout TEXT;
        ALTER TABLE revisions ADD COLUMN pinned_image TEXT;
        ALTER TABLE revisions ADD COLUMN repulls INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE revisions ADD COLUMN cause TEXT NOT NULL DEFAULT 'declared';
        ALTER TABLE revisions ADD COLUMN restored_from INTEGER;
        ALTER TABLE assignments ADD COLUMN image TEXT;
        ALTER TABLE assignments ADD COLUMN same_since INTEGER;
        ALTER TABLE assignments ADD COLUMN is_arriving INTEGER NOT NULL DEFAULT 0;
        """

    /// What replicas used, by the minute: numbers for replicas, rows in the order of time.
    private static let usage = """
        CREATE TABLE usage_series (
            id INTEGER PRIMARY KEY,
            deployment_id TEXT NOT NULL,
            node_id TEXT NOT NULL,
            replica_number INTEGER NOT NULL,
            last_day INTEGER NOT NULL,
            UNIQUE (deployment_id, node_id, replica_number)
        ) STRICT;
        CREATE INDEX usage_series_node ON usage_series (node_id);

        CREATE TABLE usage_rollups (
            minute INTEGER NOT NULL,
            series INTEGER NOT NULL,
            samples INTEGER NOT NULL,
            cpu_percent REAL NOT NULL,
            memory_bytes INTEGER NOT NULL,
            received_bytes INTEGER NOT NULL,
            sent_bytes INTEGER NOT NULL,
            block_read_bytes INTEGER,
            block_written_bytes INTEGER,
            PRIMARY KEY (minute, series)
        ) STRICT, WITHOUT ROWID;
        """

    /// What an operator wants of a node, and which history its agent acts in.
    private static let histories = """
        ALTER TABLE meta ADD COLUMN predecessors TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE nodes ADD COLUMN availability TEXT NOT NULL DEFAULT 'open';
        ALTER TABLE nodes ADD COLUMN epoch TEXT;
        ALTER TABLE nodes ADD COLUMN accepted_epoch TEXT;
        ALTER TABLE nodes ADD COLUMN interval_secs INTEGER;
        """

    /// Counts what operators declared, apart from what makes a replica another one.
    private static let declarations = """
        ALTER TABLE deployments ADD COLUMN declaration INTEGER NOT NULL DEFAULT 1;
        UPDATE deployments SET declaration = generation;
        ALTER TABLE nodes ADD COLUMN declaration INTEGER NOT NULL DEFAULT 1;
        """

    /// What requests under a client's key were answered, for a day.
    private static let repetitions = """
        CREATE TABLE repetitions (
            scope BLOB NOT NULL,
            key TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            status INTEGER NOT NULL,
            headers TEXT NOT NULL,
            body BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (scope, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX repetitions_created ON repetitions (created_at);
        """

    /// What a single node says it acts on although it was never told so.
    private static let claims = """
        ALTER TABLE nodes ADD COLUMN claimed_revision INTEGER;
        """

    /// Configs, what they are attached to, and which versions a generation and a placement name.
    private static let configs = """
        CREATE TABLE configs (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL,
            labels TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE config_versions (
            config_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            name TEXT NOT NULL,
            content TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (config_id, version)
        ) STRICT;

        CREATE TABLE config_attachments (
            config_id TEXT NOT NULL REFERENCES configs (id),
            target_kind TEXT NOT NULL CHECK (target_kind IN ('deployment', 'node')),
            target_id TEXT NOT NULL,
            attached_at INTEGER NOT NULL,
            PRIMARY KEY (config_id, target_kind, target_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE registry_credentials (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            host TEXT NOT NULL,
            username TEXT NOT NULL,
            sealed_password BLOB NOT NULL,
            version INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE ingress_routes (
            id TEXT PRIMARY KEY,
            host TEXT NOT NULL,
            path_prefix TEXT NOT NULL,
            deployment_id TEXT NOT NULL,
            container_port INTEGER NOT NULL,
            tls TEXT,
            version INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            UNIQUE (host, path_prefix)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE revisions ADD COLUMN configs TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE assignments ADD COLUMN configs TEXT NOT NULL DEFAULT '[]';
        """

    /// Whose containers a version of a config goes on with; without one, it has its own.
    private static let containerVersions = """
        ALTER TABLE config_versions ADD COLUMN container_version INTEGER;
        """
}
