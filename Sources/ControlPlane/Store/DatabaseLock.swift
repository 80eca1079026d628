import EventLoop

/// Keeps a second control plane away from a database until it is let go of.
final class DatabaseLock {
    private let file: LockFile

    init(database: String) throws(StartFailure) {
        do {
            file = try LockFile(path: "\(database).lock")
        } catch {
            throw StartFailure("another fledx-cp may be using \(database)", cause: error)
        }
    }
}
