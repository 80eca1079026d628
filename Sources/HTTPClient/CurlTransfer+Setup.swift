internal import CCurl
internal import EventLoop
internal import Model

/// Turns a request into options of an easy handle.
extension CurlTransfer {
    /// Sets every option; throws what cannot be sent.
    func configure(_ easy: CurlEasy, receiveBufferBytes: Int) throws(HTTPClientFailure) {
        try checkText()
        easy.reset()
        easy.set(CURLOPT_BUFFERSIZE, receiveBufferBytes)
        configureConnection(easy)
        configureMethod(easy)
        easy.setFields(fieldLines())
        configureCallbacks(easy)
        guard easy.setupResult == CURLE_OK else {
            throw CurlFailures.make(easy.setupResult, easy: easy, operation: request.operation)
        }
    }

    private func checkText() throws(HTTPClientFailure) {
        let url = request.url.utf8
        guard url.count <= HTTPClientLimits.urlBytes, url.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            request.url.hasPrefix("http://") || request.url.hasPrefix("https://")
        else { throw failure(.invalidRequest, "not an absolute http or https URL") }
        for field in request.headers.pairs {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }),
                field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else { throw failure(.invalidRequest, "a header field is malformed") }
        }
        if let path = request.unixSocketPath, path.isEmpty || path.utf8.count > 107 {
            throw failure(.invalidRequest, "a Unix socket path has 1 to 107 bytes")
        }
    }

    private func configureConnection(_ easy: CurlEasy) {
        easy.set(CURLOPT_URL, request.url)
        easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
        easy.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        easy.set(CURLOPT_NOSIGNAL, 1)
        // Without it, removing a handle whose name lookup runs would wait for the lookup's thread.
        easy.set(CURLOPT_QUICK_EXIT, 1)
        easy.set(CURLOPT_PATH_AS_IS, 1)
        easy.set(CURLOPT_TCP_KEEPALIVE, 1)
        easy.set(CURLOPT_UPLOAD_BUFFERSIZE, HTTPClientLimits.sendBufferBytes)
        easy.set(CURLOPT_MAXAGE_CONN, HTTPClientLimits.idleConnectionSeconds)
        easy.set(CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, request.deadlines.connect)))
        // An empty string is "no proxy" and keeps libcurl from reading the environment.
        let proxy = request.unixSocketPath == nil ? request.proxy : nil
        easy.set(CURLOPT_PROXY, proxy?.url ?? "")
        if let proxy { easy.set(CURLOPT_NOPROXY, proxy.exceptions) }
        if request.connectsOnly {
            easy.set(CURLOPT_CONNECT_ONLY, 1)
            // Also a proxy that could pass plain requests on is asked for a way through.
            easy.set(CURLOPT_HTTPPROXYTUNNEL, 1)
            easy.set(CURLOPT_FRESH_CONNECT, 1)
        }
        if let path = request.unixSocketPath { easy.set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if let file = request.tls.authorityFile { easy.set(CURLOPT_CAINFO, file) }
        if request.tls.authorityFile != nil { easy.set(CURLOPT_CAPATH, pointer: nil) }
        if let file = request.tls.certificateFile { easy.set(CURLOPT_SSLCERT, file) }
        if request.tls.skipsVerification {
            easy.set(CURLOPT_SSL_VERIFYPEER, 0)
            easy.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let file = request.tls.keyFile { easy.set(CURLOPT_SSLKEY, file) }
    }

    private func configureMethod(_ easy: CurlEasy) {
        guard !request.connectsOnly else { return }
        let carriesBody: Bool =
            switch request.body {
            case .none: request.method == .post || request.method == .put || request.method == .patch
            case .bytes, .stream: true
            }
        if carriesBody {
            easy.set(CURLOPT_UPLOAD, 1)
            easy.set(CURLOPT_INFILESIZE_LARGE, offset: upload.length ?? -1)
        } else if request.method == .head {
            easy.set(CURLOPT_NOBODY, 1)
        } else {
            easy.set(CURLOPT_HTTPGET, 1)
        }
        if carriesBody || request.method != .get && request.method != .head {
            easy.set(CURLOPT_CUSTOMREQUEST, request.method.name)
        }
    }

    private func fieldLines() -> [String] {
        // libcurl would ask for "100 Continue" before large bodies and wait a second for servers that never answer.
        var lines = ["Expect:"]
        for field in request.headers.pairs {
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        return lines
    }

    private func configureCallbacks(_ easy: CurlEasy) {
        // Ownership: unretained; the driver holds the transfer until the handle is out of the multi.
        let user = Unmanaged.passUnretained(self).toOpaque()
        easy.set(CURLOPT_HEADERFUNCTION, function: headThunk)
        easy.set(CURLOPT_HEADERDATA, pointer: user)
        easy.set(CURLOPT_WRITEFUNCTION, function: bodyThunk)
        easy.set(CURLOPT_WRITEDATA, pointer: user)
        easy.set(CURLOPT_READFUNCTION, function: uploadThunk)
        easy.set(CURLOPT_READDATA, pointer: user)
        easy.setSeek(seekThunk)
        easy.set(CURLOPT_SEEKDATA, pointer: user)
    }
}
