internal import CYAML

/// libyaml's parser over a copy of a text.
///
/// Ownership: owns the parser and the bytes it reads, both at places that do not move, and gives them back when it ends.
struct YAMLParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// Nil when no memory is left.
    init?(_ bytes: [UInt8]) {
        parser = .allocate(capacity: 1)
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            input.deallocate()
            return nil
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; after the stream's end there is none.
    mutating func next() throws(YAMLFailure) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
        // "An application must free any buffers associated with the produced event."
        defer { yaml_event_delete(&event) }
        let place = YAMLPlace(event.start_mark)
        switch event.type {
        case YAML_STREAM_END_EVENT: return YAMLEvent(kind: .streamEnd, anchor: nil, place: place)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, anchor: nil, place: place)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, anchor: nil, place: place)
        case YAML_ALIAS_EVENT:
            let name = Self.text(event.data.alias.anchor) ?? ""
            return YAMLEvent(kind: .alias(name), anchor: nil, place: place)
        case YAML_SCALAR_EVENT: return Self.scalar(event.data.scalar, place)
        case YAML_SEQUENCE_START_EVENT:
            let anchor = Self.text(event.data.sequence_start.anchor)
            return YAMLEvent(kind: .sequenceStart, anchor: anchor, place: place)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, anchor: nil, place: place)
        case YAML_MAPPING_START_EVENT:
            let anchor = Self.text(event.data.mapping_start.anchor)
            return YAMLEvent(kind: .mappingStart, anchor: anchor, place: place)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, anchor: nil, place: place)
        default: return YAMLEvent(kind: .other, anchor: nil, place: place)
        }
    }

    private static func scalar(
        _ scalar: yaml_event_t.__Unnamed_union_data.__Unnamed_struct_scalar, _ place: YAMLPlace
    ) -> YAMLEvent {
        let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
        return YAMLEvent(
            kind: .scalar(text: String(decoding: bytes, as: UTF8.self), isPlain: isPlain),
            anchor: text(scalar.anchor), place: place)
    }

    private static func text(_ name: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        name.map { String(cString: $0) }
    }

    /// What the parser says of itself after it gave up.
    private var failure: YAMLFailure {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "cannot be read"
        switch state.error {
        case YAML_MEMORY_ERROR: return YAMLFailure(.memory, "no memory is left", at: .start)
        case YAML_READER_ERROR: return YAMLFailure(.syntax, problem, at: place(ofByte: state.problem_offset))
        default:
            var message = problem
            if let context = state.context {
                let began = YAMLPlace(state.context_mark)
                message += " \(String(cString: context)) that began in line \(began.line + 1)"
            }
            return YAMLFailure(.syntax, message, at: YAMLPlace(state.problem_mark))
        }
    }

    private func place(ofByte offset: Int) -> YAMLPlace {
        let before = input.prefix(offset)
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let line = before.count { $0 == 0x0A }
        return YAMLPlace(line: line, column: before[lineStart...].count { $0 & 0xC0 != 0x80 })
    }
}

extension YAMLPlace {
    init(_ mark: yaml_mark_t) { self.init(line: mark.line, column: mark.column) }
}
