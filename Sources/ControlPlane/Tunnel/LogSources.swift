import ClusterCore
import EventLoop
import HTTP2
import HTTPServer
import Model
import Tunnel

/// What a client wants to see of the output.
struct LogWish {
    var follows = false
    var hasTimestamps = false
    var tail: Int64?
    var since: Timestamp?

    /// For the agent.
    var query: String {
        var parts = ["follow=\(follows)", "timestamps=\(hasTimestamps)"]
        if let tail { parts.append("tail=\(tail)") }
        if let since { parts.append("since=\(since.milliseconds / 1_000)") }
        return parts.joined(separator: "&")
    }
}

/// The output of one replica, or of all of a deployment, line by line with the replica's name before each.
@LoopActor
final class LogSources {
    private struct Source {
        let label: String
        let instance: ClusterCore.InstanceView
        var opened: OpenStream?
        var fault: String?
    }

    private let wish: LogWish
    private let tunnels: TunnelHub
    private let caller: OperatorStreams.Caller
    private var sources: [Source]

    init(
        _ instances: [ClusterCore.InstanceView], _ wish: LogWish, name: String, tunnels: TunnelHub,
        for caller: OperatorStreams.Caller
    ) {
        self.wish = wish
        self.caller = caller
        self.tunnels = tunnels
        sources = instances.prefix(ControlPlaneLimits.logSources).map {
            Source(label: instances.count > 1 ? "\(name)/\($0.replicaNumber) | " : "", instance: $0)
        }
    }

    /// Whether any of them can be reached.
    var hasTunnel: Bool { sources.contains { tunnels.tunnel(to: $0.instance.nodeID) != nil } }

    /// Opens all of them at once; throws when none could be opened.
    func open() async throws {
        var failure: (any Error)?
        let count = sources.count
        await withTaskGroup(of: (any Error)?.self) { group in
            for index in 0..<count { group.addTask { await self.open(index) } }
            for await fault in group { failure = failure ?? fault }
        }
        try Task.checkCancellation()
        if let failure, !sources.contains(where: { $0.opened != nil }) { throw failure }
    }

    /// One that cannot be opened spoils nobody else's.
    private func open(_ index: Int) async -> (any Error)? {
        let instance = sources[index].instance
        guard let tunnel = tunnels.tunnel(to: instance.nodeID) else {
            sources[index].fault = "its node has no tunnel to this control plane"
            return nil
        }
        let path = "\(TunnelProtocol.containersPath)\(instance.assignmentID)/logs?\(wish.query)"
        do {
            let opened = caller.take(try tunnel.open("GET", path))
            try await opened.expectOK()
            sources[index].opened = opened
            return nil
        } catch {
            sources[index].fault = (error as? TunnelFailure)?.detail ?? "\(error)"
            return error
        }
    }

    /// Writes everything, as it comes, until all have ended.
    func copy(to writer: ResponseWriter) async throws {
        defer { for index in sources.indices { sources[index].opened = nil } }
        for source in sources {
            if let fault = source.fault { try await writer.write("\(source.label)(fledx: \(fault))\n") }
        }
        let opened = sources.compactMap { source in source.opened.map { (source.label, $0.stream) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (label, stream) in opened {
                group.addTask {
                    if label.isEmpty {
                        while let bytes = try await stream.next() { try await writer.write(bytes) }
                    } else {
                        try await self.copyLines(label, stream, writer)
                    }
                }
            }
            defer { group.cancelAll() }
            while try await group.next() != nil {}
        }
    }

    private func copyLines(_ label: String, _ stream: TunnelStream, _ writer: ResponseWriter) async throws {
        var held: [UInt8] = []
        let label = Array(label.utf8)
        do {
            while let bytes = try await stream.next() {
                var lines: [UInt8] = []
                held += bytes
                while let end = held.firstIndex(of: 0x0A) {
                    lines += label + held[...end]
                    held.removeFirst(end + 1)
                }
                if held.count > ControlPlaneLimits.logLineBytes {
                    lines += label + held + [0x0A]
                    held = []
                }
                if !lines.isEmpty { try await writer.write(lines) }
            }
            if !held.isEmpty { try await writer.write(label + held + [0x0A]) }
        } catch let failure as TunnelFailure {
            // The others go on.
            try await writer.write(label + Array("(fledx: \(failure.detail))\n".utf8))
        }
    }
}
