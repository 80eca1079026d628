import JSON
import Logging
import Model

/// One event on its way to becoming bytes.
struct LogLine {
    let time: Timestamp
    let level: Logger.Level
    let target: String
    let message: String
    let error: String?
    let values: [(key: String, value: Logger.MetadataValue)]

    /// `2026-11-23T10:00:00.000Z  INFO fledx::agent: started node="edge 1"`.
    func text() -> [UInt8] {
        var line = Array("\(time) \(Self.padded(level)) ".utf8)
        Self.appendPlain(target, to: &line)
        line += [0x3A, 0x20]
        Self.appendPlain(message, to: &line)
        for (key, value) in values {
            line.append(0x20)
            Self.appendPlain(key, to: &line)
            line.append(0x3D)
            Self.appendValue("\(value)", to: &line)
        }
        if let error {
            line += Array(" error=".utf8)
            Self.appendValue(error, to: &line)
        }
        return Self.bounded(line)
    }

    /// One object: `timestamp`, `level`, `target`, `message`, `error`, `fields`.
    func json() -> [UInt8] {
        let whole = json(message: message, withFields: true)
        guard whole.count > TelemetryLimits.lineBytes else { return whole + [0x0A] }
        // Half an object helps nobody: the fields go first, then the end of the message.
        let short = String(decoding: message.utf8.prefix(TelemetryLimits.lineBytes / 8), as: UTF8.self)
        return json(message: short + "… (cut)", withFields: false) + [0x0A]
    }

    private func json(message: String, withFields: Bool) -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.key("timestamp")
        writer.value(time.description)
        writer.key("level")
        writer.value(Self.name(level))
        writer.key("target")
        writer.value(target)
        writer.key("message")
        writer.value(message)
        if withFields, let error {
            writer.key("error")
            writer.value(error)
        }
        if withFields, !values.isEmpty {
            writer.key("fields")
            writer.beginObject()
            for (key, value) in values {
                writer.key(key)
                Self.append(value, to: &writer)
            }
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }

    private static func append(_ value: Logger.MetadataValue, to writer: inout JSONWriter) {
        switch value {
        case .array(let items):
            writer.beginArray()
            for item in items { append(item, to: &writer) }
            writer.endArray()
        case .dictionary(let members):
            writer.beginObject()
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                writer.key(key)
                append(member, to: &writer)
            }
            writer.endObject()
        default: writer.value("\(value)")
        }
    }

    /// Control characters are shown as escapes: a line stays a line, and a terminal is not steered by it.
    private static func appendPlain(_ text: String, to line: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case 0x0A: line += [0x5C, 0x6E]
            case 0..<0x20, 0x7F: line += Array("\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: line.append(byte)
            }
        }
    }

    private static func appendValue(_ text: String, to line: inout [UInt8]) {
        let isWord =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 != 0x7F }
        guard !isWord else { return line.append(contentsOf: text.utf8) }
        line.append(0x22)
        for character in text.utf8.split(separator: 0x22, omittingEmptySubsequences: false).enumerated() {
            if character.offset > 0 { line += [0x5C, 0x22] }
            appendPlain(String(decoding: character.element, as: UTF8.self), to: &line)
        }
        line.append(0x22)
    }

    private static func bounded(_ line: [UInt8]) -> [UInt8] {
        guard line.count > TelemetryLimits.lineBytes else { return line + [0x0A] }
        let kept = String(decoding: line.prefix(TelemetryLimits.lineBytes - 16), as: UTF8.self)
        return Array("\(kept)… (cut)\n".utf8)
    }

    private static func name(_ level: Logger.Level) -> String {
        switch level {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARN"
        case .error, .critical: "ERROR"
        }
    }

    private static func padded(_ level: Logger.Level) -> String {
        let name = name(level)
        return name.utf8.count < 5 ? " " + name : name
    }
}
