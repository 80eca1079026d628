import Model
import Testing

@Suite struct IdentityTests {
    @Test func uuidReadsBothCasesAndWritesLowerCase() throws {
        let id = try #require(UUIDValue("550E8400-E29B-41d4-a716-446655440000"))
        #expect(id.description == "550e8400-e29b-41d4-a716-446655440000")
        #expect(UUIDValue(id.description) == id)
    }

    @Test(arguments: [
        "", "550e8400e29b41d4a716446655440000", "550e8400-e29b-41d4-a716-44665544000",
        "550e8400-e29b-41d4-a716-4466554400000", "550e8400-e29b-41d4-a716_446655440000",
        "g50e8400-e29b-41d4-a716-446655440000", "550e8400--e29b-41d4-a716-44665544000",
    ])
    func malformedUUIDIsRefused(text: String) {
        #expect(UUIDValue(text) == nil)
    }

    @Test func randomUUIDsCarryVersionFourAndDiffer() {
        var source = SeededIDSource(seed: 7)
        var seen: Set<UUIDValue> = []
        for _ in 0..<1000 {
            let text = source.nextUUID().description
            #expect(Array(text.utf8)[14] == UInt8(ascii: "4"))
            #expect("89ab".utf8.contains(Array(text.utf8)[19]))
            seen.insert(UUIDValue(text) ?? UUIDValue(high: 0, low: 0))
        }
        #expect(seen.count == 1000)
    }

    @Test func alphanumericHasTheLengthAskedForAndEveryCharacter() {
        var source = SeededIDSource(seed: 1)
        let text = source.nextAlphanumeric(count: 5000)
        #expect(text.utf8.count == 5000)
        #expect(Set(text).count == 62)
    }
}
