import DockerEngine
import EventLoop
import Foundation
import Model
import TestKit
import Testing

@testable import Agent

@Suite(.onLoop) struct LoginTests {
    private static let file = """
        {"auths": {
            "https://index.docker.io/v1/": {"auth": "aHViOnA6dw=="},
            "registry.example:5000": {"username": "me", "password": "word"},
            "token.example": {"auth": "bWU6", "identitytoken": "the-token"},
            "empty.example": {}
        }, "credsStore": "desktop", "credHelpers": {"helped.example": "ecr-login"}}
        """

    @Test(arguments: [
        ("docker.io", "hub", "p:w"), ("registry.example:5000", "me", "word"),
        ("token.example", "", "the-token"),
        ("other.example", nil, nil),
    ])
    func filesOfDockersClientAreRead(_ registry: String, _ name: String?, _ password: String?) throws {
        let login = try RegistryAuthFile.login(at: registry, in: Array(Self.file.utf8))
        #expect(login?.username == name)
        #expect(login?.password.revealed == password)
        #expect(login?.isIdentityToken == (name.map { $0.isEmpty } ?? nil))
    }

    @Test(arguments: [
        ("empty.example", "docker-credential-desktop"), ("helped.example", "docker-credential-ecr-login"),
    ])
    func aLoginThatAHelperKeepsIsRefusedByName(_ registry: String, _ helper: String) throws {
        let failure = #expect(throws: PreparationFailure.self) {
            try RegistryAuthFile.login(at: registry, in: Array(Self.file.utf8))
        }
        let reason = try #require(failure?.reasons.first)
        #expect(reason.contains(helper))
        #expect(reason.contains("fledx registry-credentials set \(registry)"))
    }

    @Test @LoopActor func aNamedLoginComesFirstThenTheRegistrysThenTheNodesOwn() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("config.json")
        try FileIO.writeDurably(path, Array(Self.file.utf8))
        let logins = RegistryLogins(file: RegistryAuthFile(path: path))
        let image = try #require(ImageReference("registry.example:5000/app:1"))
        #expect(try await logins.login(for: image, named: nil)?.username == "me")
        logins.told = [
            .init(name: "a", host: "Registry.example:5000", username: "first", password: "x"),
            .init(name: "b", host: "elsewhere.example", username: "second", password: "x"),
        ]
        #expect(try await logins.login(for: image, named: nil)?.username == "first")
        #expect(try await logins.login(for: image, named: "b")?.username == "second")
        await #expect(throws: PreparationFailure.self) { try await logins.login(for: image, named: "c") }
        try FileIO.writeDurably(path, Array("{".utf8))
        logins.told = []
        await #expect(throws: PreparationFailure.self) { try await logins.login(for: image, named: nil) }
    }
}
