/// When images are removed, in hundredths of the space where the engine keeps them.
public struct ImageSettings: Hashable, Sendable {
    /// From so much use on images are removed that nobody needs; 0 is never.
    public var highPercent: Int
    /// Until so little is used.
    public var lowPercent: Int

    /// Settings with their defaults.
    public init(highPercent: Int = 85, lowPercent: Int = 75) {
        self.highPercent = highPercent
        self.lowPercent = lowPercent
    }
}
