import EventLoop
import Model
import TLS

/// The files a TLS listener is made of, as settings name them.
public struct ServerTLSFiles: Sendable, Equatable {
    /// PEM: the own certificate, then those between it and its authority.
    public var certificatePath: String
    /// PEM: the key of the first certificate.
    public var keyPath: String
    /// PEM: authorities of clients; with it every client must show a certificate.
    public var clientAuthorityPath: String?

    static let certificateKey = "FLEDX_CP_SERVER_TLS_CERT_PATH"
    static let keyKey = "FLEDX_CP_SERVER_TLS_KEY_PATH"
    static let clientAuthorityKey = "FLEDX_CP_SERVER_TLS_CLIENT_CA_PATH"

    /// Reads both files as they are now; the error names setting and file.
    func identity() throws -> TLSIdentity {
        let chain = try Self.certificates(Self.certificateKey, certificatePath)
        let subject = Self.name(Self.keyKey, keyPath)
        let key = try PrivateKey(pem: try Self.bytes(subject, keyPath), subject: subject)
        return try TLSIdentity(chain: chain, key: key, subject: subject)
    }

    /// Reads the clients' authorities; none when the setting is not there.
    func clientAuthorities() throws -> [Certificate] {
        guard let path = clientAuthorityPath else { return [] }
        return try Self.certificates(Self.clientAuthorityKey, path)
    }

    /// Everything that is wrong with the files, each in one sentence.
    var problems: [String] {
        var problems: [String] = []
        do { _ = try identity() } catch { problems.append(ErrorReport.render(error)) }
        do { _ = try clientAuthorities() } catch { problems.append(ErrorReport.render(error)) }
        return problems
    }

    private static func certificates(_ key: String, _ path: String) throws -> [Certificate] {
        let subject = name(key, path)
        return try Certificate.read(pem: try bytes(subject, path), subject: subject)
    }

    private static func bytes(_ subject: String, _ path: String) throws -> [UInt8] {
        do {
            return try FileIO.read(path, limitBytes: TLSLimits.fileBytes)
        } catch {
            throw StartFailure(subject, cause: error)
        }
    }

    private static func name(_ key: String, _ path: String) -> String { "\(key)='\(path)'" }
}
