internal import EventLoop
internal import HTTPClient
internal import Model
internal import TLS

/// Learns the control plane's authority by its fingerprint: fetched once, compared, kept, and trusted from then on.
///
/// The fetch itself is not protected, so nothing secret is in it, and of the answer only the certificate with the
/// expected fingerprint is kept.
@LoopActor
final class AuthorityPin {
    /// Where the authority is kept.
    let path: String
    private let fingerprint: Fingerprint
    private let base: String
    private let http: HTTPClient
    private let proxy: ProxyRules.Choice?
    private var isKept = false

    init(
        _ fingerprint: Fingerprint, folder: String, base: String, http: HTTPClient,
        proxy: ProxyRules.Choice? = nil
    ) {
        self.proxy = proxy
        self.fingerprint = fingerprint
        self.base = base
        self.http = http
        path = folder + "/ca.pem"
    }

    /// The file to verify with, after making sure that it is there.
    func authorityFile() async throws -> String {
        if isKept { return path }
        if try !isOnDisk() { try await fetch() }
        isKept = true
        return path
    }

    private func isOnDisk() throws -> Bool {
        do {
            guard let bytes = try FileIO.readIfPresent(path, limitBytes: TLSLimits.fileBytes) else {
                return false
            }
            let kept = try? Certificate.read(pem: bytes, subject: path)
            return kept?.count == 1 && kept?.first?.fingerprint == fingerprint
        } catch {
            throw AgentFailure(.state, "\(path) cannot be read", cause: error)
        }
    }

    private func fetch() async throws {
        var request = HTTPClientRequest(.get, base + "/ca.pem")
        request.tls.skipsVerification = true
        request.proxy = proxy
        request.maximumBodyBytes = TLSLimits.fileBytes
        request.deadlines.total = AgentLimits.authorityMilliseconds
        let response: HTTPClientResponse
        do {
            response = try await http.request(request)
        } catch let failure as HTTPClientFailure {
            throw AgentFailure(
                .unreachable, "\(base)/ca.pem cannot be fetched\(proxy.words): \(failure.detail)")
        }
        guard response.head.status == .ok else {
            throw AgentFailure(
                .answer,
                "\(base)/ca.pem answered \(response.head.status): the control plane gives its authority away with "
                    + "--dev-tls only; else use FLEDX_AGENT_CA_CERT_PATH instead of FLEDX_AGENT_CA_FINGERPRINT"
            )
        }
        try keep(response.body)
    }

    private func keep(_ body: [UInt8]) throws {
        let found: [Certificate]
        do {
            found = try Certificate.read(pem: body, subject: "\(base)/ca.pem")
        } catch {
            throw AgentFailure(.answer, "the control plane's authority cannot be read", cause: error)
        }
        guard let authority = found.first(where: { $0.fingerprint == fingerprint }) else {
            let shown = found.first.map { "\($0.fingerprint)" } ?? "none"
            throw AgentFailure(
                .answer,
                "the authority at \(base)/ca.pem has the fingerprint \(shown), not FLEDX_AGENT_CA_FINGERPRINT="
                    + "\(fingerprint): somebody is in between, or the control plane has a new authority; compare "
                    + "with what it logs at start")
        }
        do {
            try FileIO.writeDurably(path, authority.pem, mode: 0o600)
        } catch {
            throw AgentFailure(.state, "\(path) cannot be written", cause: error)
        }
    }
}
