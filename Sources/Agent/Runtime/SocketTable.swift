internal import EventLoop
internal import Model

/// The kernel's tables of sockets: which ports of this machine somebody listens on.
enum SocketTable {
    private static let listening: [UInt8] = Array("0A".utf8)
    private static let ephemeralDefault: ClosedRange<UInt16> = 32_768...60_999

    /// Every listening TCP port, and UDP ports that are no client's; reads four small kernel files.
    static func listeningPorts(root: String = "/proc") throws -> Set<UInt16> {
        let ephemeral = ephemeralPorts(root)
        var ports: Set<UInt16> = []
        for name in ["tcp", "tcp6"] {
            ports.formUnion(self.ports(in: try table(name, root)) { $0.elementsEqual(listening) })
        }
        for name in ["udp", "udp6"] {
            ports.formUnion(
                self.ports(in: try table(name, root)) { _ in true }.filter { !ephemeral.contains($0) })
        }
        return ports
    }

    /// The local ports of the lines whose state is picked.
    ///
    /// `  0: 0100007F:1F90 00000000:0000 0A …`: number, local address, remote address, state.
    static func ports(in table: [UInt8], where picks: (ArraySlice<UInt8>) -> Bool) -> Set<UInt16> {
        var ports: Set<UInt16> = []
        for line in table.split(separator: 0x0A).dropFirst() {
            let words = line.split(separator: 0x20, maxSplits: 4)
            guard words.count == 5, picks(words[3]), let colon = words[1].lastIndex(of: 0x3A),
                let port = UInt16(String(decoding: words[1][(colon + 1)...], as: UTF8.self), radix: 16),
                port > 0
            else { continue }
            ports.insert(port)
        }
        return ports
    }

    /// A machine without IPv6 has no table for it.
    private static func table(_ name: String, _ root: String) throws -> [UInt8] {
        let path = "\(root)/net/\(name)"
        guard FileIO.isPresent(path) else { return [] }
        return try FileIO.readStart(path, limitBytes: AgentLimits.socketTableBytes)
    }

    private static func ephemeralPorts(_ root: String) -> ClosedRange<UInt16> {
        // Absent in some sandboxes; the kernel's default is as good a guess there.
        guard let bytes = try? FileIO.readStart("\(root)/sys/net/ipv4/ip_local_port_range", limitBytes: 64)
        else { return ephemeralDefault }
        let numbers = bytes.split(whereSeparator: { $0 <= 0x20 }).compactMap {
            UInt16(String(decoding: $0, as: UTF8.self))
        }
        guard numbers.count == 2, numbers[0] <= numbers[1] else { return ephemeralDefault }
        return numbers[0]...numbers[1]
    }
}
