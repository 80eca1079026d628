/// Files that TLS connections of a request use; paths are opened by libcurl when it connects.
public struct HTTPClientTLS: Sendable, Equatable {
    /// A PEM bundle that replaces the system's authorities; nil keeps the system's.
    public var authorityFile: String?
    /// The client's own certificate chain, PEM.
    public var certificateFile: String?
    /// The key of the client's certificate, PEM.
    public var keyFile: String?
    /// Whether the peer's certificate is not checked at all: then anybody between can read and change everything.
    public var skipsVerification = false

    /// States the files.
    public init(authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
        self.authorityFile = authorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}
