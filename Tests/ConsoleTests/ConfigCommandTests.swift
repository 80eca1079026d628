import ArgumentParser
import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import Console

@Suite(.mayBlock) struct ConfigCommandTests {
    private static let now = RenderingTests.now
    private static let metadata = ConfigMetadata(
        configID: ConfigID(UUIDValue(high: 1, low: 2)), name: "app", version: 3, labels: ["team": "a"],
        createdAt: now, updatedAt: now.adding(milliseconds: -60_000))

    @Test func flagsBecomeADeclaration() throws {
        let folder = try TemporaryFolder()
        try FileIO.writeDurably(folder.path("config.yaml"), Array("port: 80\n".utf8))
        try FileIO.writeDurably(folder.path("token"), Array("hunter2\n".utf8))
        try FileIO.writeDurably(folder.path("bytes"), [0, 0xFF])
        let command = try #require(
            try Fledx.parseAsRoot([
                "configs", "create", "app", "--var", "A=1", "--secret-ref", "B=b", "--secret-file",
                "C=\(folder.path("token"))", "--from-file", folder.path("config.yaml"), "--from-file",
                "/srv/x=\(folder.path("bytes"))", "--file-ref", "/srv/y=site/y", "--mode", "0440", "--label",
                "team=a",
            ]) as? ConfigsCreate)
        let expected = """
            {"name":"app","labels":{"team":"a"},"entries":[{"key":"A","value":"1"},{"key":"B","secret_ref":"b"},\
            {"key":"C","secret_value":"hunter2"}],"files":[{"path":"/etc/app/config.yaml","content":"port: 80\\n",\
            "mode":"0440"},{"path":"/srv/x","content_base64":"AP8=","mode":"0440"},\
            {"path":"/srv/y","file_ref":"site/y","mode":"0440"}]}
            """
        #expect(String(decoding: try command.body().encoded(), as: UTF8.self) == expected)
    }

    @Test func settingKeepsWhatIsNotNamedAndSealedValues() throws {
        let former = ConfigDetail(
            metadata: Self.metadata,
            content: ConfigContent(
                entries: [
                    ConfigEntry(key: "A", source: .value("1")), ConfigEntry(key: "B", source: .value("2")),
                    ConfigEntry(key: "C", source: .sealed([1])),
                ], files: [ConfigFile(path: "/x", source: .content([0x61]))]), deployments: [], nodes: [])
        let command = try #require(
            try Fledx.parseAsRoot(["configs", "set", "app", "--var", "A=9", "--unset", "B"]) as? ConfigsSet)
        let expected = """
            {"entries":[{"key":"C","secret":true},{"key":"A","value":"9"}],\
            "files":[{"path":"/x","mode":"0400","content":"a","reload":"restart"}]}
            """
        #expect(String(decoding: try command.body(former).encoded(), as: UTF8.self) == expected)
        let unknown = try #require(
            try Fledx.parseAsRoot(["configs", "set", "app", "--unset", "Z"]) as? ConfigsSet)
        #expect(throws: ConsoleFailure.self) { try unknown.body(former) }
    }

    @Test func reloadIsSaidOfTheFilesNamedHereAndKeptOtherwise() throws {
        let folder = try TemporaryFolder()
        try FileIO.writeDurably(folder.path("x"), Array("new".utf8))
        let file = ["--from-file", "/x=\(folder.path("x"))"]
        let former = ConfigDetail(
            metadata: Self.metadata,
            content: ConfigContent(files: [
                ConfigFile(path: "/w", source: .content([0x62]), reload: .none),
                ConfigFile(path: "/x", mode: 0o440, source: .content([0x61]), reload: .signal(.user1)),
            ]), deployments: [], nodes: [])
        for (flags, traits) in [
            ([], #""mode":"0440","reload":"signal","signal":"SIGUSR1""#),
            (["--mode", "0400"], #""mode":"0400","reload":"signal","signal":"SIGUSR1""#),
            (["--reload", "none"], #""mode":"0440","reload":"none""#),
            (["--reload", "signal"], #""mode":"0440","reload":"signal","signal":"SIGUSR1""#),
            (["--signal", "SIGUSR2"], #""mode":"0440","reload":"signal","signal":"SIGUSR2""#),
        ] {
            let set = try #require(
                try Fledx.parseAsRoot(["configs", "set", "app"] + file + flags) as? ConfigsSet)
            let expected =
                #"{"entries":[],"files":[{"path":"/w","mode":"0400","content":"b","reload":"none"},"#
                + #"{"path":"/x","content":"new",\#(traits)}]}"#
            #expect(String(decoding: try set.body(former).encoded(), as: UTF8.self) == expected)
        }
        let create = try #require(
            try Fledx.parseAsRoot(["configs", "create", "app"] + file + ["--signal", "SIGHUP"])
                as? ConfigsCreate)
        #expect(
            String(decoding: try create.body().encoded(), as: UTF8.self)
                == #"{"name":"app","entries":[],"files":[{"path":"/x","content":"new","#
                + #""reload":"signal","signal":"SIGHUP"}]}"#)
        for flags in [["--mode", "0400"], ["--reload", "none"], ["--signal", "SIGHUP"]] {
            #expect(throws: (any Error).self) { try Fledx.parseAsRoot(["configs", "set", "app"] + flags) }
        }
    }

    @Test func whatIsGivenTwiceIsRefused() throws {
        let command = try #require(
            try Fledx.parseAsRoot(["configs", "create", "app", "--var", "A=1", "--secret-ref", "A=b"])
                as? ConfigsCreate)
        #expect(throws: ConsoleFailure.self) { try command.body() }
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(["configs", "attach", "app"]) }
    }

    @Test func configsAreShownWithoutSealedValues() {
        let detail = ConfigDetail(
            metadata: Self.metadata,
            content: ConfigContent(
                entries: [
                    ConfigEntry(key: "A", source: .value("1")),
                    ConfigEntry(key: "B", source: .secretReference("b")),
                    ConfigEntry(key: "C", source: .sealed([1])),
                ],
                files: [
                    ConfigFile(path: "/etc/app.yaml", source: .content(Array("port: 80\n".utf8))),
                    ConfigFile(
                        path: "/srv/y", mode: 0o440, source: .reference("site/y"), reload: .signal(.user1)),
                    ConfigFile(path: "/srv/z", source: .content([1]), reload: .none),
                ]), deployments: [DeploymentID(UUIDValue(high: 3, low: 4))], nodes: [])
        let expected = """
            name: app
            config_id: 00000000-0000-0001-0000-000000000002
            version: 3
            labels: team=a
            changed: 60s
            deployments: 00000000-0000-0003-0000-000000000004

            A=1
            B=<secret b of the node>
            C=<sealed>

            FILE           MODE  RELOAD          CONTENT
            /etc/app.yaml  0400  restart         9B
            /srv/y         0440  signal SIGUSR1  <file site/y of the node>
            /srv/z         0400  none            1B

            """
        #expect(ConfigText.detail(detail, now: Self.now) == expected)
    }

    @Test func versionsTellWhoHasThem() {
        let versions = [(3, 0, true), (2, 4, false)].map { number, uses, isNewest in
            ConfigVersionView(
                version: number, name: "app", isNewest: isNewest, uses: uses, entryCount: 2, fileCount: 1,
                createdAt: Self.now)
        }
        let expected = """
            VERSION     VARIABLES  FILES  AGE  IN USE BY
            3 (newest)  2          1      0s   -
            2           2          1      0s   4 revisions and replicas

            """
        #expect(ConfigText.versions(ConfigVersionList(items: versions), now: Self.now) == expected)
    }

    @Test func aLoginTakesItsNameForItsHost() throws {
        let plain = try #require(
            try Fledx.parseAsRoot(["registry-credentials", "set", "ghcr.io", "--username", "robot"])
                as? RegistryCredentialsSet)
        #expect(
            String(decoding: plain.body(isFirst: true, "p").encoded(), as: UTF8.self)
                == #"{"name":"ghcr.io","host":"ghcr.io","username":"robot","password":"p"}"#)
        #expect(
            String(decoding: plain.body(isFirst: false, nil).encoded(), as: UTF8.self)
                == #"{"username":"robot"}"#)
    }
}
