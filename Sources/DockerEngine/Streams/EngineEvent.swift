internal import JSON

/// Something that happened in the engine.
public struct EngineEvent: Sendable, Equatable {
    /// What it happened to, such as `container` or `image`.
    public let type: String
    /// What happened, such as `start` or `die`; events about exec carry their command here.
    public let action: String
    /// The id of what it happened to.
    public let actor: String
    /// Labels, name, image and more, such as `exitCode`.
    public let attributes: [String: String]
    /// When, in nanoseconds since 1970.
    public let nanoseconds: Int64

    init(_ node: JSONNode) {
        type = node.text("Type")
        action = node.text("Action")
        actor = node["Actor"]?.text("ID") ?? ""
        attributes = node["Actor"]?.texts("Attributes") ?? [:]
        let exact = node.integer("timeNano")
        nanoseconds =
            exact != 0
            ? exact : node.integer("time").multipliedReportingOverflow(by: 1_000_000_000).partialValue
    }

    /// The exit code of a `die` event.
    public var exitCode: Int? { attributes["exitCode"].flatMap { Int($0) } }
}

/// Which events to hear.
public struct EventFilter: Sendable, Equatable {
    /// Types, such as `container`; empty is all.
    public var types: [String] = []
    /// Actions, such as `die`; empty is all.
    public var actions: [String] = []
    /// Labels as `key` or `key=value`, all of which must match.
    public var labels: [String] = []
    /// Replays events from this moment on, in nanoseconds since 1970; nil starts now.
    public var sinceNanoseconds: Int64?
    /// Ends the stream at this moment; nil never ends it.
    public var untilNanoseconds: Int64?

    /// Hears everything from now on.
    public init() {}

    var query: QueryText {
        var query = QueryText()
        if let sinceNanoseconds { query.add("since", Self.text(sinceNanoseconds)) }
        if let untilNanoseconds { query.add("until", Self.text(untilNanoseconds)) }
        var filters: [String: [String]] = [:]
        if !types.isEmpty { filters["type"] = types }
        if !actions.isEmpty { filters["event"] = actions }
        if !labels.isEmpty { filters["label"] = labels }
        query.addFilters(filters)
        return query
    }

    /// `seconds.nanoseconds`, nine digits behind the dot.
    private static func text(_ nanoseconds: Int64) -> String {
        let value = max(0, nanoseconds)
        let fraction = String(value % 1_000_000_000)
        return "\(value / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
    }
}
