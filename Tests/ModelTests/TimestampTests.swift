import Model
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-23T10:20:30.456Z", 1_795_429_230_456),
            ("2024-02-29T23:59:59.999Z", 1_709_251_199_999), ("1969-12-31T23:59:59.001Z", -999),
            ("2000-03-01T00:00:00+01:30", 951_863_400_000), ("2026-11-23t10:20:30.4z", 1_795_429_230_400),
            ("2026-11-23T10:20:30.456789123Z", 1_795_429_230_456),
        ] as [(String, Int64)])
    func readsRFC3339(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-23", "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T10:60:00Z", "2026-11-23T10:20:30", "2026-11-23T10:20:30.Z", "2026-11-23T10:20:30Zx",
        "2026-11-23T10:20:30+25:00", "2026-11-31T10:20:30Z",
    ])
    func refusesOther(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func everyWrittenTimeReadsBackTheSame() {
        var source = SeededIDSource(seed: 3)
        for _ in 0..<2000 {
            let milliseconds =
                Int64(truncatingIfNeeded: source.nextRandom() % 8_000_000_000_000) - 2_000_000_000_000
            let time = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(time.description) == time)
        }
    }
}
