import EventLoop
import Foundation
import TestKit
import Testing

@Suite(.mayBlock)
struct ThreadTests {
    @Test func daemonKeepsAllSwiftCodeOnOneThread() throws {
        let program = Child.built("fledx-agent")
        guard FileManager.default.isExecutableFile(atPath: program) else {
            return TestEnvironment.skip("fledx-agent is not built, so its threads cannot be counted")
        }
        let result = try Child.run(program, ["--self-test"])
        #expect(result.code == 0, "\(result.output)\(result.errors)")
        #expect(result.output.utf8.count { $0 == UInt8(ascii: "\n") } == 15)
    }
}
