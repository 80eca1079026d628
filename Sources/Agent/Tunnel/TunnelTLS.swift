internal import EventLoop
internal import HTTPClient
internal import TLS

/// Puts TLS below tunnels: one context while its files stay as they are, and each session begins with what the one
/// before it has left, which saves the control plane most of a handshake.
@LoopActor
final class TunnelTLS {
    private struct Files: Equatable {
        var names: HTTPClientTLS
        var contents: [[UInt8]?]
    }

    private let trust: HTTPClientTLS
    private let pin: AuthorityPin?
    private var files: Files?
    private var context: TLSContext?
    private var last: (session: TLSSession, target: TunnelTarget)?

    init(_ trust: HTTPClientTLS, pin: AuthorityPin?) {
        self.trust = trust
        self.pin = pin
    }

    /// Whether the newest session began with what the one before it has left.
    var isResumed: Bool { last?.session.isResumed == true }

    /// Trust is that of every other call to the control plane.
    func secure(_ stream: LoopStream, _ target: TunnelTarget) async throws {
        let context = try await currentContext()
        let resuming = last.flatMap { $0.target == target ? $0.session.resumption : nil }
        last = (try context.secure(stream, host: target.host, resuming: resuming), target)
    }

    private func currentContext() async throws -> TLSContext {
        var names = trust
        if let pin { names.authorityFile = try await pin.authorityFile() }
        let contents = try [names.authorityFile, names.certificateFile, names.keyFile].map {
            try $0.map { try FileIO.read($0, limitBytes: TLSLimits.fileBytes) }
        }
        let files = Files(names: names, contents: contents)
        if let context, files == self.files { return context }
        // Another authority may trust others than the one a session was agreed on under.
        last = nil
        let made = try TLSContext.client(
            authorityFile: names.authorityFile, certificateFile: names.certificateFile,
            keyFile: names.keyFile, verifies: !names.skipsVerification)
        self.files = files
        context = made
        return made
    }
}
