public import EventLoop

extension TLSContext {
    /// Lets a client check a server with certificates from files.
    ///
    /// - Parameters:
    ///   - authorityFile: PEM with whom to trust; nil trusts the system's authorities.
    ///   - certificateFile: PEM with the client's own chain.
    ///   - keyFile: PEM with its key.
    ///   - verifies: Whether the server is checked at all.
    /// - Returns: A context for any number of connections.
    /// - Throws: When a file cannot be read or used.
    public static func client(
        authorityFile: String?, certificateFile: String?, keyFile: String?, verifies: Bool = true
    ) throws -> TLSContext {
        var authorities: [Certificate]?
        if let authorityFile {
            authorities = try Certificate.read(pem: try pem(authorityFile), subject: authorityFile)
        }
        var identity: TLSIdentity?
        if let certificateFile, let keyFile {
            identity = try TLSIdentity(
                chain: try Certificate.read(pem: try pem(certificateFile), subject: certificateFile),
                key: try PrivateKey(pem: try pem(keyFile), subject: keyFile), subject: certificateFile)
        }
        return try client(
            authorities: authorities, identity: identity, protocols: ["http/1.1"], verifies: verifies)
    }

    private static func pem(_ path: String) throws -> [UInt8] {
        try FileIO.read(path, limitBytes: TLSLimits.fileBytes)
    }

    /// Puts a client's TLS below a stream that has just been connected.
    ///
    /// - Parameters:
    ///   - stream: Nothing was read or written yet; what is written waits for the handshake.
    ///   - host: The name or address that the server's certificate must be for.
    ///   - resuming: What an earlier session of this context with the same server has left.
    /// - Returns: The session.
    /// - Throws: When `host` cannot be a name.
    @discardableResult
    @LoopActor public func secure(_ stream: LoopStream, host: String, resuming: TLSResumption? = nil) throws
        -> TLSSession
    {
        let session = try TLSSession(client: self, host: host, resuming: resuming)
        let filter = TLSStreamFilter(session)
        stream.install(filter)
        filter.begin(on: stream)
        return session
    }
}
