import SQLite

/// A row of a query, under a name that the cluster's rows do not have.
typealias SQLiteRow = Row
