internal import JSON

/// Makes trees out of events.
struct YAMLComposer: ~Copyable {
    private var parser: YAMLParser
    private let limits: YAMLLimits
    private var anchors: [String: YAMLPart] = [:]
    /// What all documents so far take, with what aliases stand for.
    private var values = 0
    private var textBytes = 0

    init(_ parser: consuming YAMLParser, _ limits: YAMLLimits) {
        self.parser = parser
        self.limits = limits
    }

    mutating func documents() throws(YAMLFailure) -> [JSONNode] {
        var trees: [JSONNode] = []
        while true {
            let event = try parser.next()
            switch event.kind {
            case .streamEnd: return trees
            case .documentStart:
                let root = try parser.next()
                trees.append(try part(root, 0).node)
            default: continue
            }
        }
    }

    /// What begins with an event, inside so many sequences and mappings.
    private mutating func part(_ event: YAMLEvent, _ depth: Int) throws(YAMLFailure) -> YAMLPart {
        let part: YAMLPart
        switch event.kind {
        case .alias(let name):
            part = try named(name, event.place)
            try count(values: part.values, textBytes: part.textBytes, depth: depth + part.depth, event.place)
            return part
        case .scalar(let text, let isPlain):
            part = YAMLPart(text, isPlain: isPlain)
            try count(values: 1, textBytes: part.textBytes, depth: depth, event.place)
        case .sequenceStart: part = try sequence(event.place, depth + 1)
        case .mappingStart: part = try mapping(event.place, depth + 1)
        default: throw YAMLFailure(.syntax, "a value is expected", at: event.place)
        }
        // Known from its end on: nothing stands for itself.
        if let anchor = event.anchor { anchors[anchor] = part }
        return part
    }

    private mutating func sequence(_ place: YAMLPlace, _ depth: Int) throws(YAMLFailure) -> YAMLPart {
        try count(values: 1, textBytes: 0, depth: depth, place)
        var whole = YAMLPart()
        var elements: [JSONNode] = []
        var event = try parser.next()
        while event.kind != .sequenceEnd {
            let element = try part(event, depth)
            whole.hold(element)
            elements.append(element.node)
            event = try parser.next()
        }
        whole.node = .array(elements)
        return whole
    }

    private mutating func mapping(_ place: YAMLPlace, _ depth: Int) throws(YAMLFailure) -> YAMLPart {
        try count(values: 1, textBytes: 0, depth: depth, place)
        var whole = YAMLPart()
        var members: [JSONMember] = []
        var keys: Set<String> = []
        var event = try parser.next()
        while event.kind != .mappingEnd {
            let key = try key(event)
            guard keys.insert(key).inserted else {
                throw YAMLFailure(
                    .duplicateKey, "the key '\(key)' is here for a second time", at: event.place)
            }
            let next = try parser.next()
            let value = try part(next, depth)
            whole.hold(value, key: key)
            members.append(JSONMember(key: key, value: value.node))
            event = try parser.next()
        }
        whole.node = .object(members)
        return whole
    }

    /// A key is the text that stands there, whatever it would mean as a value.
    private mutating func key(_ event: YAMLEvent) throws(YAMLFailure) -> String {
        let part: YAMLPart
        switch event.kind {
        case .alias(let name): part = try named(name, event.place)
        case .scalar(let text, let isPlain): part = YAMLPart(text, isPlain: isPlain)
        default: throw YAMLFailure(.keyNotText, "a key must be a text", at: event.place)
        }
        guard let key = part.text else {
            throw YAMLFailure(.keyNotText, "a key must be a text", at: event.place)
        }
        if let anchor = event.anchor { anchors[anchor] = part }
        try count(values: 0, textBytes: key.utf8.count, depth: 0, event.place)
        return key
    }

    private func named(_ name: String, _ place: YAMLPlace) throws(YAMLFailure) -> YAMLPart {
        guard let part = anchors[name] else {
            throw YAMLFailure(.unknownAlias, "the alias '*\(name)' has no anchor before it", at: place)
        }
        return part
    }

    /// Refuses what would be too much before it is made.
    private mutating func count(
        values more: Int, textBytes moreBytes: Int, depth: Int, _ place: YAMLPlace
    ) throws(YAMLFailure) {
        values += more
        textBytes += moreBytes
        guard values <= limits.maxValues else {
            throw YAMLFailure(.limit, "there are more than \(limits.maxValues) values", at: place)
        }
        guard textBytes <= limits.maxTextBytes else {
            throw YAMLFailure(.limit, "there are more than \(limits.maxTextBytes) bytes of text", at: place)
        }
        guard depth <= limits.maxDepth else {
            throw YAMLFailure(.limit, "more than \(limits.maxDepth) levels are nested", at: place)
        }
    }
}
