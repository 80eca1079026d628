import Logging
import Telemetry
import Testing

@Suite struct LogFilterTests {
    @Test(arguments: [
        ("", "fledx", "info"), ("debug", "fledx", "debug"), ("debug,hyper=info", "hyper::client", "info"),
        ("debug,hyper=info", "fledx", "debug"), ("hyper=trace", "fledx", "info"), ("off", "fledx", "off"),
        ("info,fledx=off", "fledx::agent", "off"), ("WARN", "x", "warning"), ("fledx", "fledx::cp", "trace"),
        ("fledx=", "fledx", "trace"), ("info,a=warn,a::b=debug", "a::b::c", "debug"),
        ("info,a::b=debug,a=warn", "a::b", "debug"), ("info,a=debug", "ab", "info"),
        ("info,a=debug", "a.b", "debug"), (" info , a = debug ", "a", "debug"),
        ("info,a[span{x=1,y}]=debug", "a", "debug"), ("a=info,a=error", "a", "error"),
        ("nonsense_target=warn,debug", "z", "debug"),
    ])
    func theLongestTargetDecides(_ text: String, _ target: String, _ expected: String) {
        let threshold = LogFilter(parsing: text).threshold(for: target)
        switch threshold {
        case .off: #expect(expected == "off")
        case .from(let level): #expect(level.rawValue == expected)
        }
    }

    @Test func whatIsNoRuleIsNamed() {
        let filter = LogFilter(parsing: "info,a=loud,=debug,b c=info")
        #expect(filter.ignored == ["a=loud", "=debug", "b c=info"])
        #expect(filter.allows(.info, "a"))
        #expect(!filter.allows(.debug, "a"))
    }
}
