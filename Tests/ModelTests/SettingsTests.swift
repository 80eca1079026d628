import Model
import Testing

@Suite struct SettingsTests {
    let table = SettingsTable(
        prefix: "X_",
        settings: [
            Setting("X_PORT", .number(1...65_535), default: "8080", help: "port"),
            Setting("X_TOKEN", .text, secret: true, help: "token"),
            Setting("X_ON", .flag, default: "false", help: "flag"),
            Setting("X_LABELS", .pairs, help: "labels"),
            Setting("X_LIST", .list, help: "list"),
            Setting("X_MODE", .choice(["a", "b"]), default: "a", help: "mode"),
            Setting("X_LATER", .text, support: .notBuilt(part: "the moon"), help: "later"),
        ])

    @Test func defaultsStandWhenNothingIsSet() throws {
        let values = try table.read(["HOME": "/root"])
        #expect(values.number("X_PORT") == 8080)
        #expect(values.text("X_TOKEN") == nil)
        #expect(!values.flag("X_ON"))
        #expect(!values.isSet("X_PORT"))
    }

    @Test func everyKindIsRead() throws {
        let values = try table.read([
            "X_PORT": "1", "X_ON": "yes", "X_LABELS": "a=b, c = d=e", "X_LIST": " x, ,y", "X_MODE": "b",
        ])
        #expect(values.number("X_PORT") == 1)
        #expect(values.flag("X_ON"))
        #expect(values.pairs("X_LABELS") == ["a": "b", "c": "d=e"])
        #expect(values.list("X_LIST") == ["x", "y"])
        #expect(values.text("X_MODE") == "b")
    }

    @Test func allProblemsAreToldAtOnceWithoutSecrets() throws {
        let problems = try #require(throws: SettingsProblems.self) {
            try table.read([
                "X_PORT": "0", "X_ON": "maybe", "X_LABELS": "novalue", "X_MODE": "c", "X_LATER": "1",
                "X_PROT": "1",
            ])
        }.problems
        #expect(problems.count == 6)
        #expect(problems.contains { $0.contains("X_PORT") && $0.contains("'0'") && $0.contains("65535") })
        #expect(problems.contains { $0.contains("the moon") })
        #expect(problems.contains { $0.contains("did you mean X_PORT") })
    }

    @Test func aKeyWithAProblemFallsBackToItsDefault() {
        let (values, problems) = table.examine(["X_PORT": "0", "X_TOKEN": "t"])
        #expect(problems.count == 1)
        #expect(values.number("X_PORT") == 8080)
        #expect(values.text("X_TOKEN") == "t")
    }

    @Test func anEmptyValueIsTheDefault() throws {
        let values = try table.read(["X_PORT": "", "X_MODE": "", "X_ON": "", "X_LATER": ""])
        #expect(values.number("X_PORT") == 8080)
        #expect(values.text("X_MODE") == "a")
        #expect(!values.isSet("X_PORT"))
    }

    @Test func printingHidesSecretsAndMarksDefaults() throws {
        let printed = try table.read(["X_TOKEN": "s3cret"]).printed()
        #expect(!printed.contains("s3cret"))
        #expect(printed.contains("X_TOKEN=<redacted>\n"))
        #expect(printed.contains("X_PORT=8080  # default"))
    }
}
