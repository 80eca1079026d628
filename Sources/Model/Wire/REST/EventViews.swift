/// The place of an event: the history it belongs to and its number there.
public struct EventID: Hashable, Sendable, CustomStringConvertible {
    /// The history.
    public let epoch: Epoch
    /// The number; later ones are greater, over all histories of one database.
    public let sequence: UInt64

    /// Names a place.
    public init(epoch: Epoch, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Reads `<epoch>-<sequence>`; anything else is nil.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count > 37, bytes.count <= 57, bytes[36] == UInt8(ascii: "-"),
            let uuid = UUIDValue(utf8: bytes[..<36]),
            bytes[37...].allSatisfy({ (0x30...0x39).contains($0) }),
            let sequence = UInt64(String(decoding: bytes[37...], as: UTF8.self))
        else { return nil }
        self.init(epoch: Epoch(uuid), sequence: sequence)
    }

    /// `<epoch>-<sequence>`.
    public var description: String { "\(epoch)-\(sequence)" }
}

extension EventID: Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = EventID(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is no event id"))
        }
        self = value
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Something that happened in the cluster.
public struct EventView: Codable, Hashable, Sendable {
    /// Its place.
    public var id: EventID
    /// When it happened.
    public var at: Timestamp
    /// What happened: `node.status_changed`.
    public var kind: String
    /// `node`, `deployment` or `cluster`.
    public var resourceType: String
    /// Which one.
    public var resourceID: String?
    /// What it was called then.
    public var resourceName: String?
    /// The event in one line for people.
    public var text: String
    /// The event's details for programs.
    public var attributes: [String: String]

    /// Puts a view together.
    public init(
        id: EventID, at: Timestamp, kind: String, resourceType: String, resourceID: String?,
        resourceName: String?, text: String, attributes: [String: String]
    ) {
        self.id = id
        self.at = at
        self.kind = kind
        self.resourceType = resourceType
        self.resourceID = resourceID
        self.resourceName = resourceName
        self.text = text
        self.attributes = attributes
    }

    private enum CodingKeys: String, CodingKey {
        case id, at, kind, text, attributes
        case resourceType = "resource_type"
        case resourceID = "resource_id"
        case resourceName = "resource_name"
    }
}

/// Some events in the order in which they happened.
public struct EventPage: Codable, Hashable, Sendable {
    /// The events.
    public var items: [EventView]
    /// The most events a page was asked to have.
    public var limit: Int
    /// Where to go on: `since` of the next request, or of a stream.
    public var lastEventID: EventID

    /// Puts a page together.
    public init(items: [EventView], limit: Int, lastEventID: EventID) {
        self.items = items
        self.limit = limit
        self.lastEventID = lastEventID
    }

    private enum CodingKeys: String, CodingKey {
        case items, limit
        case lastEventID = "last_event_id"
    }
}
