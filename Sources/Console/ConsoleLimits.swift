/// Every bound of this module, by name.
enum ConsoleLimits {
    /// Milliseconds a download may take in all.
    static let downloadMilliseconds: Int64 = 1_800_000
    /// Bytes of a refusal that are read in the place of a download.
    static let refusalBytes = 65_536
}
