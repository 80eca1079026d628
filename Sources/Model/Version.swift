internal import CBuild

/// This build's version and the versions it works with.
public enum Version {
    /// The version of all programs of this tree (semantic versioning).
    public static let current = "0.1.0"
    /// The commit this program was built from, with `-dirty` behind it when files differed from that; `unknown` where
    /// the build did not say.
    public static let gitSHA = unsafe String(cString: cbuild_commit())
    /// Version and commit, as `--version` tells them.
    public static var told: String { "\(current) (\(gitSHA))" }
    /// The oldest agent this control plane serves.
    public static let minSupportedAgent = "0.1.0"
    /// The newest agent this control plane serves.
    public static let maxSupportedAgent = "0.1.999"
}
