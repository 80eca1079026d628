internal import EventLoop
internal import HTTPClient
internal import JSON
internal import Model

/// Turns an engine's refusals and the client's failures into classes.
enum FailureReader {
    /// From an answer with status 400 or above.
    static func failure(status: Int, body: [UInt8], operation: String) -> DockerFailure {
        let message = self.message(of: body) ?? "status \(status)"
        return DockerFailure(kind(status: status, message: message), operation: operation, detail: message)
    }

    /// From the words in a pull's stream, where no status is left to tell.
    static func pullFailure(message: String, operation: String) -> DockerFailure {
        let shortened = shortened(message)
        // Newer engines say `…: not found` and nothing else.
        let absent: DockerFailure.Kind? = shortened.hasSuffix("not found") ? .imageNotFound : nil
        let kind = registryKind(shortened) ?? absent ?? .server(status: 500)
        return DockerFailure(kind, operation: operation, detail: shortened)
    }

    /// For calls about an image: what is not found is the image.
    static func aboutImage(_ error: any Error) -> any Error {
        guard let failure = error as? DockerFailure, failure.kind == .notFound else { return error }
        return DockerFailure(.imageNotFound, operation: failure.operation, detail: failure.detail)
    }

    /// From whatever the HTTP client threw; a cancellation stays one.
    static func failure(
        _ error: any Error, operation: String, at endpoint: DockerEndpoint? = nil
    ) -> any Error {
        guard let failure = error as? HTTPClientFailure else { return error }
        let kind: DockerFailure.Kind =
            switch failure.code {
            case .responseTimedOut, .idleTimedOut, .totalTimedOut: .timeout
            case .connectFailed, .connectTimedOut, .connectionLost, .nameNotResolved, .tlsFailed, .tooBusy,
                .closed:
                .unreachable
            case .invalidRequest, .badResponse, .headTooLarge, .bodyTooLarge, .bodySourceFailed, .internal:
                .badAnswer
            }
        // The client's own words name a URL nobody has asked for: they are the cause only where ours say too little.
        switch kind {
        case .timeout:
            return DockerFailure(kind, operation: operation, detail: "the engine did not answer in time")
        case .unreachable:
            return DockerFailure(kind, operation: operation, detail: absence(failure, endpoint))
        default: return DockerFailure(kind, operation: operation, detail: failure.detail, cause: failure)
        }
    }

    /// Why there is no connection, and what to look at.
    private static func absence(_ failure: HTTPClientFailure, _ endpoint: DockerEndpoint?) -> String {
        guard failure.code == .connectFailed, let endpoint else { return failure.detail }
        let place = endpoint.socketPath ?? endpoint.description
        if let path = endpoint.socketPath, failure.systemError == 2 || !FileIO.isPresent(path) {
            return "\(path) does not exist; is Docker running?"
        }
        switch failure.systemError {
        case 111: return "nobody answers at \(place); is Docker running?"
        case 1, 13: return "no permission for \(place); run the agent as root or in the group of that socket"
        default: return "no connection to \(place): \(failure.detail)"
        }
    }

    static func kind(status: Int, message: String) -> DockerFailure.Kind {
        if isPortConflict(message) { return .portConflict(hostPort: port(in: message)) }
        if isLeftover(message) { return .startBarred }
        switch status {
        case 404: return registryKind(message) ?? .notFound
        case 409: return .conflict
        case 400..<500: return registryKind(message) ?? .refused(status: status)
        default: return registryKind(message) ?? .server(status: status)
        }
    }

    /// The `message` of an error answer.
    static func message(of body: [UInt8]) -> String? {
        let limits = JSONLimits(maxDepth: 8, maxBytes: DockerLimits.errorBytes)
        guard let text = try? JSONNode.parse(body, limits: limits)["message"]?.stringValue else { return nil }
        return shortened(text)
    }

    /// At most so many bytes, on one line.
    static func shortened(_ text: String) -> String {
        var bytes = text.utf8.prefix(DockerLimits.messageBytes).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
        while bytes.last == 0x20 { bytes.removeLast() }
        return String(decoding: withoutHashes(bytes), as: UTF8.self)
    }

    /// Ids of 64 digits tell people nothing that their first 12 do not.
    private static func withoutHashes(_ bytes: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        var digits = 0
        for byte in bytes {
            let isDigit = (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
            digits = isDigit ? digits + 1 : 0
            kept.append(byte)
            if digits == 64 { kept.removeLast(52) }
        }
        return kept
    }

    private static func isPortConflict(_ message: String) -> Bool {
        message.mentions("port is already allocated") || message.mentions("address already in use")
            || message.mentions("ports are not available") || message.mentions("failed to bind host port")
    }

    /// `task …: already exists` of containerd, `endpoint with name … already exists in network …` of the network: a
    /// daemon that ended in the middle of a start keeps them, under the container's id or name, for ever.
    private static func isLeftover(_ message: String) -> Bool {
        message.mentions("already exists")
            && (message.mentions("task ") || message.mentions("endpoint with name"))
    }

    private static func registryKind(_ message: String) -> DockerFailure.Kind? {
        let denied = [
            "pull access denied", "unauthorized", "no basic auth credentials", "authentication required",
        ]
        if denied.contains(where: message.mentions) { return .imageAccessDenied }
        let absent = [
            "no such image", "manifest unknown", "manifest for", "name unknown", "repository name not known",
        ]
        if absent.contains(where: message.mentions) { return .imageNotFound }
        let away = [
            "connection refused", "no such host", "i/o timeout", "client.timeout", "tls handshake timeout",
            "connection reset", "network is unreachable", "no route to host", "unexpected eof",
            "toomanyrequests",
            "server misbehaving", "request canceled while waiting",
        ]
        return away.contains(where: message.mentions) ? .registryUnavailable : nil
    }

    /// The first port number behind an address: `Bind for 0.0.0.0:80 failed`, `listen tcp4 0.0.0.0:80: bind`.
    static func port(in message: String) -> UInt16? {
        let bytes = Array(message.utf8)
        var inBrackets = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x5B || byte == 0x5D { inBrackets = byte == 0x5B }
            guard byte == 0x3A, !inBrackets else { continue }
            let digits = bytes[index...].prefix { (0x30...0x39).contains($0) }
            let end = index + digits.count
            guard (1...5).contains(digits.count),
                end == bytes.count || bytes[end] == 0x20 || bytes[end] == 0x3A,
                let port = UInt16(String(decoding: digits, as: UTF8.self)), port > 0
            else { continue }
            return port
        }
        return nil
    }
}

extension String {
    /// Whether these ASCII words occur, letters of either case.
    func mentions(_ words: String) -> Bool {
        func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
        let haystack = utf8.map(lowered)
        let needle = words.utf8.map(lowered)
        guard !needle.isEmpty, haystack.count >= needle.count else { return needle.isEmpty }
        for start in 0...(haystack.count - needle.count)
        where haystack[start] == needle[0] && haystack[start..<start + needle.count].elementsEqual(needle) {
            return true
        }
        return false
    }
}
