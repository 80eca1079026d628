import JSON
import Logging
import Model
import Synchronization
import Telemetry
import Testing

@Suite struct LogLineTests {
    final class Lines: Sendable {
        let text = Mutex("")
        func output(_ filter: String, _ format: LogOutput.Format) -> LogOutput {
            LogOutput(
                filter: LogFilter(parsing: filter), format: format,
                sink: { line in self.text.withLock { $0 += String(decoding: line, as: UTF8.self) } },
                now: { Timestamp(milliseconds: 0) })
        }
        var all: String { text.withLock { $0 } }
    }

    @Test func textLinesStayOneLine() {
        let lines = Lines()
        let logger = lines.output("info", .text).logger("fledx::agent")
        logger.info("started\nanew \u{1b}[31m", metadata: ["node": "edge 1", "count": "3", "say": "a\"b"])
        logger.debug("unseen")
        #expect(
            lines.all
                == "1970-01-01T00:00:00.000Z  INFO fledx::agent: started\\nanew \\x1b[31m"
                + " count=3 node=\"edge 1\" say=\"a\\\"b\"\n")
    }

    @Test func jsonLinesAreObjects() throws {
        let lines = Lines()
        var logger = lines.output("debug", .json).logger("fledx::cp")
        logger[metadataKey: "node"] = "a"
        logger.warning("odd \"quote\"\n", metadata: ["list": ["x", "y"]])
        let node = try JSONNode.parse(Array(lines.all.utf8))
        #expect(try JSONCoder.decode(Line.self, from: node).message == "odd \"quote\"\n")
        #expect(lines.all.hasPrefix("{\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"level\":\"WARN\""))
        #expect(lines.all.hasSuffix("\"fields\":{\"list\":[\"x\",\"y\"],\"node\":\"a\"}}\n"))
    }

    @Test func longLinesAreCut() throws {
        for format in [LogOutput.Format.text, .json] {
            let lines = Lines()
            lines.output("info", format).logger("t").info("\(String(repeating: "ä", count: 40_000))")
            #expect(lines.all.utf8.count <= TelemetryLimits.lineBytes + 16)
            #expect(lines.all.contains("(cut)"))
            if format == .json { _ = try JSONNode.parse(Array(lines.all.utf8)) }
        }
    }

    @Test func aTargetThatIsOffSaysNothing() {
        let lines = Lines()
        lines.output("info,fledx=off", .text).logger("fledx").critical("unheard")
        #expect(lines.all.isEmpty)
    }

    struct Line: Decodable { let message: String }
}
