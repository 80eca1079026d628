public import EventLoop
import Foundation
import Model
import Testing

/// A Docker daemon of this test process alone: its own socket, storage, bridge and namespaces.
///
/// One shared daemon is started by the first test that asks. A supervising script stops it when the process ends,
/// killed or not, and removes its folder, mounts and bridge.
@LoopActor
public final class PrivateDocker {
    /// Why there is no daemon.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened.
        public let description: String
    }

    /// The socket.
    public nonisolated let socketPath: String
    /// The folder with data, log and socket.
    public nonisolated let folder: String
    /// What `DOCKER_HOST` would say.
    public nonisolated var host: String { "unix://\(socketPath)" }
    /// How long the start took.
    public private(set) var startMilliseconds: Int64 = 0

    private let shell: SupervisedShell
    private var commands = 0
    private var startCommand = "start"
    private var imported: Set<String> = []

    private static var sharedStart: Task<PrivateDocker, any Error>?
    private nonisolated static let startDeadlineMilliseconds: Int64 = 60_000

    /// The daemon of this process, started by the first call; nil, after a counted skip, where none can run.
    public static func shared() async throws -> PrivateDocker? {
        EventLoop.startInBackground()
        if let reason = unavailable {
            TestEnvironment.skip(reason)
            return nil
        }
        let start = sharedStart ?? Task { try await PrivateDocker.start() }
        sharedStart = start
        return try await start.value
    }

    /// Why no daemon can run here; nil when one can.
    public nonisolated static var unavailable: String? {
        guard geteuid() == 0 else { return "Docker tests need root" }
        for program in ["dockerd", "ip", "busybox"] where path(of: program) == nil {
            return "Docker tests need \(program) (Debian: docker.io, iproute2, busybox-static)"
        }
        return nil
    }

    /// Where a program is; nil when it is not installed.
    public nonisolated static func path(of program: String) -> String? {
        ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"].map {
            "\($0)/\(program)"
        }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static var number = 0

    /// Starts one more daemon, for tests that stop or crash it; ends with `end()` or the process.
    ///
    /// With `liveRestore` its containers go on without it; with `diskMebibytes` its data lie on a disk of that size, in
    /// memory.
    public static func start(liveRestore: Bool = false, diskMebibytes: Int? = nil) async throws
        -> PrivateDocker
    {
        number += 1
        let docker = try PrivateDocker(number: Int(SystemInfo.processID) * 4 % 4_000_000 + number)
        docker.startCommand = liveRestore ? "start_live" : "start"
        if let diskMebibytes { try docker.mountDisk(mebibytes: diskMebibytes) }
        let started = EventLoop.now
        try await docker.restart()
        docker.startMilliseconds = EventLoop.now.milliseconds(since: started)
        return docker
    }

    /// Starts a daemon that also listens on this port, with TLS, for clients with a certificate of its authority.
    ///
    /// The authority and a client's certificate lie in `tlsFolder` as Docker's own client wants them.
    public static func start(tlsPort: UInt16) async throws -> PrivateDocker {
        number += 1
        let docker = try PrivateDocker(number: Int(SystemInfo.processID) * 4 % 4_000_000 + number)
        docker.startCommand = "start_tls"
        let folder = docker.tlsFolder
        try FileIO.makeFolders(folder, mode: 0o700)
        try Data("\(tlsPort)\n".utf8).write(to: URL(filePath: "\(folder)/port"))
        let made = try await BlockingPool.run {
            try Child.run("/bin/sh", ["-c", PrivateDocker.certificates, "sh", folder])
        }
        guard made.code == 0 else { throw Failure(description: "no certificates: \(made.errors)") }
        try await docker.restart()
        return docker
    }

    /// The folder of the certificates of `start(tlsPort:)`.
    public nonisolated var tlsFolder: String { "\(folder)/tls" }

    private nonisolated static let certificates = """
        set -e
        cd "$1"
        new() { openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "$@"; }
        new -x509 -subj /CN=test-authority -keyout ca.key -out ca.pem
        for name in server client; do
            new -subj /CN=$name -keyout $name.key -out $name.csr
            printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=%sAuth\n' $name >$name.ext
            openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile $name.ext \\
                -out $name.pem
        done
        mv client.pem cert.pem
        mv client.key key.pem
        """

    private init(number: Int) throws {
        folder = "/tmp/fledx-docker-\(number)"
        socketPath = "\(folder)/docker.sock"
        try? FileManager.default.removeItem(atPath: folder)
        try FileIO.makeFolders(folder, mode: 0o711)
        shell = try SupervisedShell(
            script: DockerSupervisor.script, arguments: [folder, "\(number)"], log: "\(folder)/supervisor.log"
        )
    }

    /// Where the daemon keeps images and containers.
    public nonisolated var dataFolder: String { "\(folder)/data" }

    private func mountDisk(mebibytes: Int) throws {
        try FileIO.makeFolders(dataFolder, mode: 0o711)
        let mounted = try Child.run(
            "/bin/mount", ["-t", "tmpfs", "-o", "size=\(mebibytes)m,mode=711", "none", dataFolder])
        guard mounted.code == 0 else { throw Failure(description: "no small disk: \(mounted.errors)") }
    }

    /// Starts the daemon again after `shutDown` or `crash` and waits until it answers.
    public func restart() async throws {
        try await run(startCommand)
        let deadline = EventLoop.now.adding(milliseconds: Self.startDeadlineMilliseconds)
        while EventLoop.now < deadline {
            if let answer = try? await EngineSocket.exchange(socketPath, "GET", "/_ping"),
                answer.status == 200
            {
                return
            }
            try await LoopActor.sleep(milliseconds: 20)
        }
        throw Failure(description: "dockerd does not answer:\n\(logTail)")
    }

    /// Stops the daemon and its containers as a shutdown does.
    public func shutDown() async throws { try await run("stop") }

    /// Kills the daemon, its shims and its containers at once and empties its run folder, as a power cut does.
    public func crash() async throws { try await run("crash") }

    /// Stops the daemon and removes everything; happens by itself when the process ends.
    public func end() { shell.end() }

    /// The daemon's process id.
    public var processID: Int32? {
        let text = try? String(contentsOfFile: "\(folder)/docker.pid", encoding: .utf8)
        return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Makes sure a test image is there and returns its reference.
    public func image(_ image: TestImage = .one) async throws -> String {
        guard !imported.contains(image.reference) else { return image.reference }
        try await importArchive(try image.archive(), repository: TestImage.repository, tag: image.rawValue)
        imported.insert(image.reference)
        return image.reference
    }

    /// Makes an image of a tar archive; its command is `/init`.
    public func importArchive(_ archive: [UInt8], repository: String, tag: String) async throws {
        let changes = "changes=CMD%20%5B%22/init%22%5D&changes=EXPOSE%2080"
        try await call("POST", "/images/create?fromSrc=-&repo=\(repository)&tag=\(tag)&\(changes)", archive)
    }

    /// Calls the engine for test set-up; an error answer is thrown.
    @discardableResult
    public func call(
        _ method: String, _ target: String, _ body: [UInt8] = [], login: String = "{}"
    ) async throws -> String {
        let answer = try await EngineSocket.exchange(socketPath, method, target, body, login: login)
        guard answer.status < 400 else {
            throw Failure(description: "\(target): \(answer.status) \(answer.text)")
        }
        return answer.text
    }

    /// The end of the daemon's log.
    public nonisolated var logTail: String {
        var lines: [Substring] = []
        for name in ["supervisor.log", "dockerd.log"] {
            let text = (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
            lines += text.split(separator: "\n").suffix(15)
        }
        return lines.joined(separator: "\n")
    }

    private func run(_ command: String) async throws {
        try shell.command(command)
        commands += 1
        let deadline = EventLoop.now.adding(milliseconds: Self.startDeadlineMilliseconds)
        while EventLoop.now < deadline {
            let done = try? String(contentsOfFile: "\(folder)/done", encoding: .utf8)
            if done == "\(commands)\n" { return }
            try await LoopActor.sleep(milliseconds: 10)
        }
        throw Failure(description: "the supervisor does not answer:\n\(logTail)")
    }
}
