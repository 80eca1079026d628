public import EventLoop

/// Passes bytes on between agent and control plane, until everything is broken off; may change what the agent says.
@LoopActor
public final class Relay {
    private let target: UInt16
    private var listener: Listener?
    private var open: [Int: (ByteChannel, ByteChannel?)] = [:]
    private let change: @LoopActor ([UInt8]) -> [UInt8]
    /// Whether what the agent's end says is lost on the way.
    public var isMute = false
    /// Connections taken so far.
    public private(set) var taken = 0
    /// Connections broken so far.
    public private(set) var broken = 0

    /// Listens on a free port of loopback; `change` is given what the agent's end says, piece by piece.
    public init(to target: UInt16, change: @LoopActor @escaping ([UInt8]) -> [UInt8] = { $0 }) throws {
        self.target = target
        self.change = change
        listener = try Listener.tcp(host: "127.0.0.1", port: 0) { [weak self] in self?.accept(ByteChannel($0))
        }
    }

    /// What the agent is given instead of the control plane's.
    public var port: UInt16 { listener?.port ?? 0 }

    /// Breaks everything and takes nothing more.
    public func close() {
        breakAll()
        listener?.close()
    }

    /// Breaks everything every second.
    public func flap(_ times: Int) async throws {
        for _ in 0..<times {
            try await LoopActor.sleep(milliseconds: 1000)
            breakAll()
        }
    }

    private func breakAll() {
        for (near, far) in open.values {
            near.close()
            far?.close()
        }
        broken += open.count
        open = [:]
    }

    private func accept(_ near: ByteChannel) {
        taken += 1
        let key = taken
        open[key] = (near, nil)
        Task { await self.relay(key, near) }
    }

    private func relay(_ key: Int, _ near: ByteChannel) async {
        guard
            let stream = try? await LoopStream.connectTCP(
                host: "127.0.0.1", port: target, timeoutMilliseconds: 5000)
        else { return near.close() }
        let far = ByteChannel(stream)
        guard open[key] != nil else { return far.close() }
        open[key] = (near, far)
        async let there: Void = Self.copy(near, far) { self.isMute ? [] : self.change($0) }
        async let back: Void = Self.copy(far, near) { $0 }
        _ = await (there, back)
        open[key] = nil
    }

    private static func copy(
        _ from: ByteChannel, _ to: ByteChannel, _ change: @LoopActor ([UInt8]) -> [UInt8]
    ) async {
        while let bytes = try? await from.read(deadlineMilliseconds: 600_000) {
            do { try await to.write(change(bytes)) } catch { break }
        }
        from.close()
        to.close()
    }
}
