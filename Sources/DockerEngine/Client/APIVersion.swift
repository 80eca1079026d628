/// A version of the Engine API, such as 1.41.
public struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The part before the dot.
    public let major: Int
    /// The part behind the dot.
    public let minor: Int

    /// States a version.
    public init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `1.41`; anything else is nil.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 2, let major = Int(String(decoding: parts[0], as: UTF8.self)),
            let minor = Int(String(decoding: parts[1], as: UTF8.self)), major >= 0, minor >= 0
        else { return nil }
        self.init(major: major, minor: minor)
    }

    /// `1.41`.
    public var description: String { "\(major).\(minor)" }

    /// Older is smaller.
    public static func < (left: APIVersion, right: APIVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// The version to speak with an engine that knows `oldest` to `newest`; nil when none is common.
    public static func negotiated(
        newest: APIVersion, oldest: APIVersion?, ourNewest: APIVersion = DockerLimits.newestVersion,
        ourOldest: APIVersion = DockerLimits.oldestVersion
    ) -> APIVersion? {
        let chosen = min(newest, ourNewest)
        return chosen >= max(ourOldest, oldest ?? ourOldest) ? chosen : nil
    }
}
