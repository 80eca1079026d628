import JSON
import Model
import Testing

@Suite struct ConfigReloadTests {
    /// Variables, a file that is part of the container, and two that may change below it.
    private static let former = ConfigContent(
        entries: [ConfigEntry(key: "A", source: .value("1"))],
        files: [
            ConfigFile(path: "/fixed", source: .content([1])),
            ConfigFile(path: "/live", source: .content([1]), reload: .signal(.hangup)),
            ConfigFile(path: "/polled", source: .reference("x"), reload: .none),
        ])

    private static func changed(
        _ change: (inout (entries: [ConfigEntry], files: [ConfigFile])) -> Void
    ) -> ConfigContent {
        var parts = (entries: former.entries, files: former.files)
        change(&parts)
        return ConfigContent(entries: parts.entries, files: parts.files)
    }

    @Test func onlyContentsOfLiveFilesAreReloaded() {
        let reloads = [
            Self.changed { $0.files[1].source = .content([2, 3]) },
            Self.changed { $0.files[1].source = .reference("y") },
            Self.changed { $0.files[2].source = .reference("y") },
            Self.changed {
                $0.files[1].source = .content([])
                $0.files[2].source = .content([9])
            },
        ]
        for content in reloads {
            #expect(content.isReloaded(from: Self.former))
            #expect(Self.former.isReloaded(from: content), "and back")
        }
    }

    @Test func everythingElseIsAnotherContainer() {
        let others = [
            Self.changed { $0.entries[0].source = .value("2") },
            Self.changed { $0.entries.removeAll() },
            Self.changed { $0.files[0].source = .content([2]) },
            Self.changed { $0.files[1].mode = 0o444 },
            Self.changed { $0.files[1].path = "/moved" },
            Self.changed { $0.files[1].reload = .signal(.user1) },
            Self.changed { $0.files[1].reload = .none },
            Self.changed { $0.files[1].reload = .restart },
            Self.changed { $0.files.removeLast() },
            Self.changed { $0.files.append(ConfigFile(path: "/z", source: .content([]), reload: .none)) },
            Self.changed {
                $0.files[1].source = .content([2])
                $0.entries[0].source = .value("2")
            },
        ]
        for content in others { #expect(!content.isReloaded(from: Self.former), "\(content)") }
        #expect(!Self.former.isReloaded(from: Self.former), "the same once more is what was asked for")
        let fixed = [1, 2].map { ConfigContent(files: [ConfigFile(path: "/a", source: .content([$0]))]) }
        #expect(!fixed[1].isReloaded(from: fixed[0]))
        #expect(Self.former.isLive && !fixed[0].isLive && !ConfigContent().isLive)
    }

    @Test func filesSayHowTheyAreReloaded() throws {
        let words: [(ConfigReload, String)] =
            [
                (.restart, #""reload":"restart""#), (.none, #""reload":"none""#),
            ]
            + ConfigReload.Signal.allCases.map { signal in
                (.signal(signal), #""reload":"signal","signal":"\#(signal.rawValue)""#)
            }
        for (reload, text) in words {
            let file = ConfigFile(path: "/a", source: .content([0x61]), reload: reload)
            let encoded = try JSONCoder.encode(file)
            #expect(
                String(decoding: encoded, as: UTF8.self)
                    == #"{"path":"/a","mode":"0400","content":"a",\#(text)}"#)
            #expect(try JSONCoder.decode(ConfigFile.self, from: encoded) == file)
        }
        let older = Array(#"{"path":"/a","mode":"0400","content":"a"}"#.utf8)
        #expect(try JSONCoder.decode(ConfigFile.self, from: older).reload == .restart)
    }

    @Test func aSignalIsOneThatProgramsHear() throws {
        #expect(try Self.read(#""reload":"signal""#).reload == .signal(.hangup))
        #expect(try Self.read(#""reload":"signal","signal":"SIGUSR2""#).reload == .signal(.user2))
        #expect(try Self.read(#""mode":"0440""#).reload == .restart)
        for (fields, field) in [
            (#""reload":"later""#, "files[0].reload"), (#""reload":true"#, "files[0].reload"),
            (#""reload":"signal","signal":"SIGKILL""#, "files[0].signal"),
            (#""reload":"signal","signal":1"#, "files[0].signal"),
            (#""signal":"SIGHUP""#, "files[0].signal"),
            (#""reload":"none","signal":"SIGHUP""#, "files[0].signal"),
        ] {
            let faults = try Self.faults(fields)
            #expect(faults.map(\.field) == [field], "\(fields): \(faults)")
        }
    }

    @Test func aDocumentNamesOtherContainersOnlyWhereTheyAre() throws {
        let id = ConfigID(UUIDValue(high: 2, low: 1))
        for (container, isNamed) in [(UInt64(3), true), (5, false)] {
            let config = DesiredConfig(
                reference: ConfigReference(configID: id, version: 5), name: "app", content: Self.former,
                containerVersion: container)
            let encoded = try JSONCoder.encode(config)
            let text = String(decoding: encoded, as: UTF8.self)
            #expect(text.contains(#""container_version":3"#) == isNamed, "\(text)")
            #expect(text.contains("container_version") == isNamed, "\(text)")
            let read = try JSONCoder.decode(DesiredConfig.self, from: encoded)
            #expect(read == config)
            #expect(read.made == ConfigReference(configID: id, version: container))
        }
    }

    private static func read(_ fields: String) throws -> ConfigFile {
        var faults = FaultList()
        let declaration = ConfigReader.read(try node(fields), needsName: false, faults: &faults)
        return try #require(declaration?.files?.first, "\(faults.faults)")
    }

    private static func faults(_ fields: String) throws -> [FieldFault] {
        var faults = FaultList()
        _ = ConfigReader.read(try node(fields), needsName: false, faults: &faults)
        return faults.faults
    }

    private static func node(_ fields: String) throws -> JSONNode {
        try JSONNode.parse(Array(#"{"files":[{"path":"/a","content":"a",\#(fields)}]}"#.utf8))
    }
}
