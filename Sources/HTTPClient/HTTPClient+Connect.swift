public import EventLoop
internal import Model

extension HTTPClient {
    /// Opens a connection and nothing more: through a proxy where one is named, else over the first of the host's
    /// addresses that answers, IPv6 and IPv4 in parallel.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: Its port.
    ///   - proxy: What to go through.
    ///   - timeoutMilliseconds: For all of it, the proxy's answer included.
    /// - Returns: The connected stream; nothing was read from it or written behind the proxy.
    /// - Throws: When there is no connection in time, or the proxy refuses.
    public func connect(
        host: String, port: UInt16, proxy: ProxyRules.Choice?, timeoutMilliseconds: Int64
    ) async throws -> LoopStream {
        try Task.checkCancellation()
        let place = host.utf8.contains(0x3A) ? "[\(host)]" : host
        var request = HTTPClientRequest(.connect, "http://\(place):\(port)/")
        request.proxy = proxy
        request.connectsOnly = true
        request.deadlines.connect = timeoutMilliseconds
        request.deadlines.total = timeoutMilliseconds
        request.deadlines.responseHead = nil
        let transfer = CurlTransfer(request: request, isStreamed: false)
        try driver.start(transfer)
        defer { transfer.abandon() }
        return try await transfer.connected()
    }
}
