public import EventLoop

/// Runs one stream's bytes through TLS: its handler reads and writes plaintext.
@LoopActor
public final class TLSStreamFilter: StreamFilter {
    /// The connection; what it says of the peer is fixed once it is open.
    public let session: TLSSession
    private let refusal: [UInt8]
    private var hasBegun = false
    private var wasHandshaking = true
    private var finishes = false
    private var reported = false

    // Safety: touched on the loop's thread only, by one filter at a time.
    private nonisolated(unsafe) static let plaintext = UnsafeMutableRawBufferPointer.allocate(
        byteCount: TLSLimits.plaintextBytes, alignment: 16)
    private static var scratch: [UInt8] = []

    /// Makes a server's filter.
    ///
    /// - Parameters:
    ///   - context: The server's.
    ///   - peer: Who is at the other end, for errors.
    ///   - refusal: Sent in the clear to a peer that begins with something else than TLS, before the close.
    public convenience init(server context: TLSContext, peer: String, refusal: [UInt8] = []) {
        self.init(TLSSession(server: context, peer: peer), refusal)
    }

    /// Makes a filter for a session that has not seen a byte.
    public init(_ session: TLSSession, _ refusal: [UInt8] = []) {
        self.session = session
        self.refusal = refusal
    }

    /// Sends a client's first words; a server has none.
    public func begin(on stream: Stream) { sendOutput(stream) }

    /// Plaintext that waits for the end of the handshake.
    public var waitingBytes: Int { session.waiting.count }
    /// Whether something received has not been handed on.
    public var hasHeldBytes: Bool { session.hasHeld }

    /// Opens what came.
    public func received(_ bytes: UnsafeRawBufferPointer, from stream: Stream) {
        if !hasBegun {
            hasBegun = true
            if let first = bytes.first, !Self.isTLS(first) { return refuse(stream) }
        }
        if wasHandshaking { lendOutput() }
        session.receive(bytes, scratch: Self.plaintext) { deliver($0, stream) }
        settle(stream)
    }

    /// Opens what was kept.
    public func resume(_ stream: Stream) {
        session.resume(scratch: Self.plaintext) { deliver($0, stream) }
        settle(stream)
    }

    /// An end without TLS's own end is an end all the same: what is inside has its own framing.
    public func socketEnded(_ stream: Stream) {
        if session.state == .handshaking {
            session.connectionEnded()
            return report(stream)
        }
        session.connectionEnded()
        stream.passOnEnd()
    }

    /// Seals and sends, in pieces.
    public func write(_ bytes: UnsafeRawBufferPointer, to stream: Stream) {
        guard session.state != .handshaking else { return session.write(bytes) }
        var rest = bytes
        while rest.count > 0 {
            let count = min(rest.count, TLSLimits.sealedBytes)
            lendOutput()
            session.write(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            sendOutput(stream)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Seals all of them, then sends.
    public func write(_ pieces: [UnsafeRawBufferPointer], to stream: Stream) {
        guard session.state != .handshaking else { return pieces.forEach { session.write($0) } }
        lendOutput()
        for piece in pieces {
            session.write(piece)
            guard session.output.count >= TLSLimits.sealedBytes else { continue }
            sendOutput(stream)
            lendOutput()
        }
        sendOutput(stream)
    }

    /// Sends TLS's end and the socket's.
    public func finish(_ stream: Stream) {
        finishes = true
        session.close()
        guard session.state != .handshaking else { return }
        sendOutput(stream)
        stream.endFiltered()
    }

    /// Says goodbye, so that the peer need not fear that something was cut off.
    public func willClose(_ stream: Stream) {
        guard session.state == .open || session.state == .ended else { return }
        session.close()
        sendOutput(stream)
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer, _ stream: Stream) -> Bool {
        openedIfSo(stream)
        stream.passOn(bytes)
        return stream.isOpen && stream.isReading
    }

    private func settle(_ stream: Stream) {
        guard stream.isOpen else { return }
        sendOutput(stream)
        openedIfSo(stream)
        switch session.state {
        case .handshaking, .open: break
        case .ended: stream.passOnEnd()
        case .failed: report(stream)
        }
    }

    /// What waited for the end of the handshake has just been sealed.
    private func openedIfSo(_ stream: Stream) {
        guard wasHandshaking, session.state != .handshaking else { return }
        wasHandshaking = false
        sendOutput(stream)
        if finishes { stream.endFiltered() }
        stream.passOnDrained()
    }

    private func report(_ stream: Stream) {
        guard !reported, case .failed(let failure) = session.state else { return }
        reported = true
        stream.passOnFailure(LoopFailure(.reset, operation: "TLS", detail: failure.detail, cause: failure))
    }

    /// A peer that speaks something else reads why in the clear; all it sent is read, so the close resets nothing.
    private func refuse(_ stream: Stream) {
        stream.sendFiltered(refusal)
        let failure = TLSFailure(.notTLS, "\(session.peer) does not speak TLS")
        stream.passOnFailure(LoopFailure(.reset, operation: "TLS", detail: failure.detail, cause: failure))
    }

    /// Every TLS connection begins with a handshake record.
    private static func isTLS(_ first: UInt8) -> Bool { first == 0x16 }

    /// One buffer for all: an idle session holds none.
    private func lendOutput() {
        guard session.output.isEmpty, session.output.capacity == 0 else { return }
        swap(&session.output, &Self.scratch)
    }

    private func sendOutput(_ stream: Stream) {
        if !session.output.isEmpty {
            stream.sendFiltered(session.output)
            session.output.removeAll(keepingCapacity: session.output.capacity <= TLSLimits.scratchBytes)
        }
        if session.output.capacity > Self.scratch.capacity { swap(&session.output, &Self.scratch) }
        if session.output.capacity > 0 { session.output = [] }
    }
}
