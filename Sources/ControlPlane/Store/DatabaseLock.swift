import EventLoop

/// Keeps a second control plane away from a database until it is let go of.
final class DatabaseLock {
    private let file: LockFile

    init(database: String) throws(StartFailure) {
        do {
            // A second name of the same file must not be a second lock.
            file = try LockFile(path: "\(FileIO.resolved(database)).lock")
        } catch let failure as LoopFailure where failure.code == .addressInUse {
            throw StartFailure("another fledx-cp is using \(database)", cause: failure)
        } catch {
            throw StartFailure("cannot lock \(database)", cause: error)
        }
    }
}
