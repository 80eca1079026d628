internal import Glibc

/// How many files, sockets included, the process may have open.
public enum OpenFiles {
    /// Raises the soft limit to the hard one, and returns what holds now; 0 when unknown.
    ///
    /// Nothing here uses `select`, so nothing depends on small descriptor numbers.
    @discardableResult
    public static func raiseLimit() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        let soft = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(resource, &limit) == 0 else { return Int(clamping: soft) }
        return Int(clamping: limit.rlim_cur)
    }

    /// Whether so few descriptors are left that what the program itself opens could fail.
    ///
    /// The system gives out the smallest free number, so a high one says that nearly all below are taken.
    static func areScarce(after descriptor: Int32) -> Bool {
        guard descriptor >= EventLoopLimits.sparedFiles else { return false }
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return false }
        return rlim_t(descriptor) + rlim_t(EventLoopLimits.sparedFiles) >= limit.rlim_cur
    }
}
