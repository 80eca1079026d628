/// This build's version and the versions it works with.
public enum Version {
    /// The version of all programs of this tree (semantic versioning).
    public static let current = "0.1.0"
    /// The commit this tree was built from; `unknown` where the build does not say.
    public static let gitSHA = "unknown"
    /// The oldest agent this control plane serves.
    public static let minSupportedAgent = "0.1.0"
    /// The newest agent this control plane serves.
    public static let maxSupportedAgent = "0.1.999"
}
