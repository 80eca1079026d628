public import Model

/// An image that this agent pulled; no other is ever removed.
public struct PulledImage: Codable, Hashable, Sendable {
    /// The image, by id.
    public var imageID: String
    /// The name it was pulled by.
    public var name: String
    /// When it was pulled, or the last container made from it went.
    public var lastNeeded: Timestamp

    /// Names an image.
    public init(imageID: String, name: String, lastNeeded: Timestamp) {
        self.imageID = imageID
        self.name = name
        self.lastNeeded = lastNeeded
    }
}
