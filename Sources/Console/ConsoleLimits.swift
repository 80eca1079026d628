/// Every bound of this module, by name.
enum ConsoleLimits {
    /// Milliseconds a download may take in all.
    static let downloadMilliseconds: Int64 = 1_800_000
    /// Bytes of a file whose content is sent; the control plane takes no larger body.
    static let documentBytes = 1_048_576
    /// Bytes of a refusal that are read in the place of a download.
    static let refusalBytes = 65_536
}
