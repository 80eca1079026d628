internal import DockerEngine
internal import EventLoop
internal import HTTPClient
internal import Model
internal import NodeCore

/// Asks containers how they are: over their own address, so that nothing needs to be published.
@LoopActor
final class ProbeRunner {
    private struct Address {
        var run: UInt64
        var host: String?
    }

    private let docker: DockerClient
    /// Connections of its own: a slow program never holds up Docker's calls.
    private let http: HTTPClient
    private var addresses: [ContainerID: Address] = [:]
    /// Commands that took too long and may still run; no second one is begun beside them.
    private var overdue: [ContainerID: String] = [:]

    init(docker: DockerClient, http: HTTPClient) {
        self.docker = docker
        self.http = http
    }

    /// Asks once; a `DockerFailure` means that nothing was learned.
    func ask(_ call: ProbeCall) async throws -> ProbeOutcome {
        switch call.check {
        case .exec(let command): return try await execute(command, call)
        case .http(let port, let path):
            guard let host = try await address(of: call) else { return Self.unreachable }
            return await get("http://\(Self.quoted(host)):\(port)\(path)", call)
        case .tcp(let port):
            guard let host = try await address(of: call) else { return Self.unreachable }
            return await connect(host, port, call)
        }
    }

    private static let unreachable = ProbeOutcome.failed(
        "the container has no address on a network; ask it with exec")

    /// The host's own address for containers on its network; nil without a network.
    private func address(of call: ProbeCall) async throws -> String? {
        if let known = addresses[call.containerID], known.run == call.run { return known.host }
        let details = try await docker.inspectContainer(call.containerID.rawValue)
        let mode = details.networkMode == "default" ? "bridge" : details.networkMode
        let named = details.addresses[mode].flatMap { $0.isEmpty ? nil : $0 }
        let first = details.addresses.sorted { $0.key < $1.key }.map(\.value).first { !$0.isEmpty }
        let host = mode == "host" ? "127.0.0.1" : named ?? first
        if addresses.count >= AgentLimits.probeAddresses { addresses = [:] }
        addresses[call.containerID] = Address(run: call.run, host: host)
        return host
    }

    /// Only the head is waited for, and no redirect is followed.
    private func get(_ url: String, _ call: ProbeCall) async -> ProbeOutcome {
        var request = HTTPClientRequest(
            .get, url, headers: ["user-agent": "fledx-probe", "connection": "close"])
        request.deadlines = HTTPClientDeadlines(
            connect: call.timeoutMilliseconds, responseHead: call.timeoutMilliseconds,
            total: call.timeoutMilliseconds)
        do {
            let answer = try await http.stream(request)
            answer.body.cancel()
            let code = Int(answer.head.status.code)
            return (200...399).contains(code) ? .passed("http \(code)") : .failed("http \(code)")
        } catch let failure as HTTPClientFailure {
            guard failure.code != .tooBusy, failure.code != .closed else { return .notAsked }
            return .failed(Self.bounded("http: \(failure.detail)"))
        } catch is CancellationError {
            return .notAsked
        } catch {
            return .failed(Self.bounded("http: \(ErrorReport.render(error))"))
        }
    }

    private func connect(_ host: String, _ port: UInt16, _ call: ProbeCall) async -> ProbeOutcome {
        guard let address = SocketAddress(numericHost: host, port: port) else { return Self.unreachable }
        do {
            let stream = try await LoopStream.connect(
                to: address, timeoutMilliseconds: call.timeoutMilliseconds)
            stream.close()
            return .passed("tcp connected")
        } catch is CancellationError {
            return .notAsked
        } catch {
            return .failed(Self.bounded("tcp: \(ErrorReport.render(error))"))
        }
    }

    private func execute(_ command: [String], _ call: ProbeCall) async throws -> ProbeOutcome {
        let container = call.containerID
        if let former = overdue[container] {
            guard try await !docker.isExecuting(former) else {
                return .failed("exec: the command before still runs")
            }
            overdue[container] = nil
        }
        var execution: String?
        do {
            let result = try await docker.execute(
                command, in: container.rawValue, milliseconds: call.timeoutMilliseconds
            ) { execution = $0 }
            guard result.exitCode != 0 else { return .passed("exec exit 0") }
            return .failed("exec exit \(result.exitCode)\(Self.excerpt(result.output))")
        } catch let failure as DockerFailure where failure.kind == .timeout {
            if overdue.count >= AgentLimits.probeAddresses { overdue = [:] }
            overdue[container] = execution
            return .failed("exec: no end within \(call.timeoutMilliseconds / 1000) s")
        } catch let failure as DockerFailure where failure.kind == .conflict || failure.kind == .notFound {
            return .notAsked
        }
    }

    /// The first line of a command's output, printable and short.
    private static func excerpt(_ output: [UInt8]) -> String {
        let line = output.prefix { $0 != 0x0A }.prefix(AgentLimits.probeExcerptBytes)
        guard !line.isEmpty else { return "" }
        return ": " + String(decoding: line.map { (0x20..<0x7F).contains($0) ? $0 : 0x3F }, as: UTF8.self)
    }

    /// An IPv6 address stands in brackets in a URL.
    private static func quoted(_ host: String) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    }

    private static func bounded(_ words: String) -> String {
        String(decoding: words.utf8.prefix(AgentLimits.probeWordsBytes), as: UTF8.self)
    }
}
