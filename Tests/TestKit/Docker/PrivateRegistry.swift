public import EventLoop
import Foundation
import Model
import Testing

/// An image registry of this test process alone, on loopback; ends with the process.
@LoopActor
public final class PrivateRegistry {
    /// `127.0.0.1:port`, as image references start.
    public nonisolated let address: String
    private nonisolated let port: UInt16
    private let wantsLogin: Bool
    private let shell: SupervisedShell

    private static var sharedStart: Task<PrivateRegistry, any Error>?

    /// The registry of this process, started by the first call; nil, after a counted skip, where none can run.
    public static func shared() async throws -> PrivateRegistry? {
        EventLoop.startInBackground()
        guard PrivateDocker.path(of: "docker-registry") != nil else {
            TestEnvironment.skip("registry tests need docker-registry (Debian: docker-registry)")
            return nil
        }
        let start = sharedStart ?? Task { try await PrivateRegistry.start() }
        sharedStart = start
        return try await start.value
    }

    /// The name and password that registries ask for which want a login.
    public nonisolated static let login = (username: "me", password: "word")
    /// As `htpasswd` has it.
    private nonisolated static let passwordFile =
        "me:$2b$05$abcdefghijklmnopqrstuuQDoL5Sa/TtfS/XN4AY/jgq.HBbO1BTu\n"

    /// Starts one more registry, for tests that stop it, or that ask for a login.
    public static func start(wantsLogin: Bool = false) async throws -> PrivateRegistry {
        for _ in 0..<5 {
            let probe = try Listener.tcp(host: "127.0.0.1", port: 0)
            let port = probe.port
            probe.close()
            await probe.closed()
            let registry = try PrivateRegistry(port: port, wantsLogin: wantsLogin)
            if try await registry.answers() { return registry }
            registry.end()
        }
        throw PrivateDocker.Failure(description: "docker-registry does not start")
    }

    /// Starts a registry where a test has promised one.
    public static func start(port: UInt16) async throws -> PrivateRegistry {
        let registry = try PrivateRegistry(port: port)
        guard try await registry.answers() else {
            registry.end()
            throw PrivateDocker.Failure(description: "docker-registry does not start on port \(port)")
        }
        return registry
    }

    private init(port: UInt16, wantsLogin: Bool = false) throws {
        self.wantsLogin = wantsLogin
        self.port = port
        address = "127.0.0.1:\(port)"
        let folder = "/tmp/fledx-registry-\(SystemInfo.processID)-\(port)"
        try FileIO.makeFolders(folder, mode: 0o700)
        let access =
            wantsLogin ? "auth: {htpasswd: {realm: test, path: \(folder)/passwords}}\n" : ""
        try Data(Self.passwordFile.utf8).write(to: URL(fileURLWithPath: "\(folder)/passwords"))
        let config = """
            version: 0.1
            log: {level: warn, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: \(folder)/data}, delete: {enabled: true}}
            http: {addr: "127.0.0.1:\(port)"}

            """
        try Data((config + access).utf8).write(to: URL(fileURLWithPath: "\(folder)/config.yml"))
        let script = """
            docker-registry serve "$1/config.yml" </dev/null >"$1/registry.log" 2>&1 &
            server=$!
            while read -r command; do $command $server; done
            kill -KILL $server 2>/dev/null
            wait $server 2>/dev/null
            rm -rf "$1"
            """
        shell = try SupervisedShell(script: script, arguments: [folder], log: "\(folder)/supervisor.log")
    }

    /// Stops the registry and removes its images.
    public func end() { shell.end() }

    /// Lets it hang: connections are accepted by the kernel and never answered.
    public func freeze() throws { try shell.command("kill -STOP") }

    /// Ends a freeze.
    public func thaw() throws { try shell.command("kill -CONT") }

    /// Pushes an image of a daemon as `address/repository:tag` and returns that reference.
    public func push(_ image: String, from docker: PrivateDocker, repository: String, tag: String)
        async throws
        -> String
    {
        let name = "\(address)/\(repository)"
        try await docker.call("POST", "/images/\(image)/tag?repo=\(name)&tag=\(tag)")
        let login = wantsLogin ? #"{"username":"me","password":"word"}"# : "{}"
        let progress = try await docker.call("POST", "/images/\(name)/push?tag=\(tag)", login: login)
        guard !progress.contains("\"error\"") else { throw PrivateDocker.Failure(description: progress) }
        return "\(name):\(tag)"
    }

    private func answers() async throws -> Bool {
        let deadline = EventLoop.now.adding(milliseconds: 15_000)
        while EventLoop.now < deadline {
            if let stream = try? await LoopStream.connectTCP(
                host: "127.0.0.1", port: port, timeoutMilliseconds: 1_000)
            {
                stream.close()
                return true
            }
            try await LoopActor.sleep(milliseconds: 20)
        }
        return false
    }
}
