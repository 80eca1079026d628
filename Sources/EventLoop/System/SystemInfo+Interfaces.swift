internal import CUV

extension SystemInfo {
    /// The machine's own addresses other than loopback and link-local ones, in the system's order.
    public static var addresses: [String] {
        var list: UnsafeMutablePointer<uv_interface_address_t>?
        var count: Int32 = 0
        guard uv_interface_addresses(&list, &count) == 0, let list else { return [] }
        defer { uv_free_interface_addresses(list, count) }
        return (0..<Int(count)).compactMap { index in
            guard list[index].is_internal == 0 else { return nil }
            // The larger member of the union holds either kind of address.
            let address = withUnsafeBytes(of: list[index].address.address6) { bytes in
                bytes.baseAddress.flatMap { SocketAddress(system: $0.assumingMemoryBound(to: sockaddr.self)) }
            }
            guard let host = address?.host, !host.hasPrefix("169.254."), !host.hasPrefix("fe80:") else {
                return nil
            }
            return host
        }
    }
}
