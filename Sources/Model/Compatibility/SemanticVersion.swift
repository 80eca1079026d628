/// A `major.minor.patch` version, ordered by SemVer; a pre-release is older than its release.
public struct SemanticVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Breaking changes.
    public let major: UInt32
    /// Additions.
    public let minor: UInt32
    /// Corrections.
    public let patch: UInt32
    /// What stands behind the hyphen, empty for a release.
    public let preRelease: String

    /// Puts a version together.
    public init(major: UInt32, minor: UInt32, patch: UInt32, preRelease: String = "") {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.preRelease = preRelease
    }

    /// Parses `1.2.3`, `1.2.3-rc.1` and `1.2.3+build`; anything else is nil.
    public init?(_ text: String) {
        let core = text.prefix { $0 != "+" }
        let hyphen = core.firstIndex(of: "-")
        let numbers = core[..<(hyphen ?? core.endIndex)]
            .split(separator: "." as Character, omittingEmptySubsequences: false)
        guard numbers.count == 3, text.utf8.count <= 64,
            let major = Self.number(numbers[0]), let minor = Self.number(numbers[1]),
            let patch = Self.number(numbers[2])
        else { return nil }
        let tail = hyphen.map { String(core[core.index(after: $0)...]) } ?? ""
        guard hyphen == nil || !tail.isEmpty else { return nil }
        self.init(major: major, minor: minor, patch: patch, preRelease: tail)
    }

    /// The text that parses to the same version.
    public var description: String {
        "\(major).\(minor).\(patch)" + (preRelease.isEmpty ? "" : "-\(preRelease)")
    }

    /// Orders by the numbers, then pre-releases before the release, then by their text.
    public static func < (left: Self, right: Self) -> Bool {
        let numbers = (left.major, left.minor, left.patch)
        let others = (right.major, right.minor, right.patch)
        if numbers != others { return numbers < others }
        if left.preRelease.isEmpty || right.preRelease.isEmpty {
            return !left.preRelease.isEmpty && right.preRelease.isEmpty
        }
        return left.preRelease < right.preRelease
    }

    private static func number(_ text: Substring) -> UInt32? {
        guard text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        return UInt32(text)
    }
}
