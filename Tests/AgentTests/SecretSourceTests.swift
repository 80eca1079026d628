import AgentTestKit
import EventLoop
import Foundation
import Model
import TestKit
import Testing

@testable import Agent

/// What a control plane names is one secret, or one file, of this node's folders and nothing else.
@Suite struct SecretSourceTests {
    private let folder: TemporaryFolder
    private let source: SecretSource

    init() throws {
        folder = try TemporaryFolder()
        try FileIO.makeFolders(folder.path("secrets/inner"))
        source = SecretSource(folder: folder.path("secrets"), prefix: "S_", environment: ["S_VAR": "v"])
        try Data("outside".utf8).write(to: URL(filePath: folder.path("outside")))
        try Data("hush".utf8).write(to: URL(filePath: folder.path("secrets/token")))
    }

    private func pipe(_ path: String) {
        let status = unsafe mkfifo(path, 0o600)
        #expect(status == 0)
    }

    @Test func filesAndVariablesAreRead() throws {
        #expect(try source.read("token") == Array("hush".utf8))
        #expect(try source.read("VAR") == Array("v".utf8))
        #expect(try source.read("none") == nil)
    }

    @Test(arguments: ["../outside", "inner/../../outside", "/etc/shadow", "..", ".", "", "a b", "token\n"])
    func aNameThatLeadsOutIsAFaultAlsoWhereItIsOptional(_ name: String) {
        var faults: [String] = []
        let content = source.content(name, optional: true, &faults)
        #expect(content == nil)
        #expect(faults.count == 1)
        let variables = [SecretVariable(name: "A", secret: name, optional: true)]
        let environment = source.environment(variables, &faults)
        #expect(environment.isEmpty)
        #expect(faults.count == 2)
    }

    @Test func whatIsNoFileIsRefusedAndNotWaitedFor() throws {
        pipe(folder.path("secrets/pipe"))
        for name in ["pipe", "inner"] {
            var faults: [String] = []
            let content = source.content(name, optional: true, &faults)
            #expect(content == nil)
            #expect(faults.first?.contains("is no regular file") == true)
        }
    }

    /// Systems that renew mounted secrets swap links.
    @Test func aLinkInTheFolderIsFollowed() throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("secrets/linked"), withDestinationPath: folder.path("outside"))
        #expect(try source.read("linked") == Array("outside".utf8))
    }

    @Test func aFileOfAConfigIsNoPipeAndNoLink() throws {
        let local = folder.path("configs")
        try FileIO.makeFolders(local)
        pipe("\(local)/pipe")
        try FileManager.default.createSymbolicLink(
            atPath: "\(local)/link", withDestinationPath: folder.path("outside"))
        for (name, words) in [
            ("pipe", "is no regular file"), ("link", "is a symbolic link"), ("none", "does not exist"),
            ("../outside", "leads out of"),
        ] {
            #expect(try Self.faults(name, local).first?.contains(words) == true, "\(name)")
        }
    }

    private static func faults(_ name: String, _ local: String) throws -> [String] {
        let reference = ConfigReference(configID: ConfigID(UUIDValue(high: 1, low: 1)), version: 1)
        var document = ScriptedControlPlane.document([Replicas.one()], revision: 1)
        document.configs = [
            DesiredConfig(
                reference: reference, name: "c",
                content: ConfigContent(files: [ConfigFile(path: "/etc/a", source: .reference(name))]))
        ]
        var replica = Replicas.one()
        replica.configs = [reference]
        var faults: [String] = []
        let files = ConfigFiles(run: RunFolder(folder: "/dev/shm/none"), localFolder: local)
        _ = try files.prepare(replica, Supplies(document, specHashes: [:]), container: "c", user: "", &faults)
        return faults
    }
}
