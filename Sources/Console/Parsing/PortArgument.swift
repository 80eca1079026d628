import Model

/// One `--port`: `C`, `H:C`, `auto:C`, `:C` or `IP:H:C`, then `/tcp` or `/udp`, then `,expose` or `,unpublished`.
struct PortArgument: Sendable {
    let mapping: PortMapping

    init(_ text: String) throws {
        var rest = text[...]
        var mapping = PortMapping(containerPort: 1)
        if let comma = rest.firstIndex(of: ",") {
            switch rest[rest.index(after: comma)...] {
            case "expose", "expose=true": mapping.expose = true
            case "expose=false": mapping.expose = false
            case "unpublished": mapping.publish = false
            default:
                throw Self.fault(
                    text, "after the comma only expose, expose=true, expose=false or unpublished may stand")
            }
            rest = rest[..<comma]
        }
        if let slash = rest.firstIndex(of: "/") {
            guard
                let transport = PortMapping.Transport(
                    rawValue: rest[rest.index(after: slash)...].lowercased())
            else {
                throw Self.fault(text, "the protocol is tcp or udp")
            }
            mapping.transport = transport
            rest = rest[..<slash]
        }
        try Self.readNumbers(rest, of: text, into: &mapping)
        self.mapping = mapping
    }

    private static func readNumbers(_ rest: Substring, of text: String, into mapping: inout PortMapping)
        throws
    {
        var head = rest
        guard let container = popPort(&head) else { throw fault(text, "the container port is 1 to 65535") }
        mapping.containerPort = container
        guard !head.isEmpty else { return }
        head.removeLast()
        if head.isEmpty || head == "auto" { return }
        guard let host = popPort(&head) else {
            throw fault(text, "the host port is 1 to 65535, auto, or nothing")
        }
        mapping.hostPort = host
        guard !head.isEmpty else { return }
        head.removeLast()
        var address = String(head)
        if address.hasPrefix("["), address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
        guard AddressRules.isIPAddress(address) else {
            throw fault(text, "'\(address)' is not an IP address")
        }
        mapping.hostIP = address
    }

    /// Takes the digits after the last colon; what is left ends with that colon or is empty.
    private static func popPort(_ text: inout Substring) -> UInt16? {
        let start = text.lastIndex(of: ":").map { text.index(after: $0) } ?? text.startIndex
        guard let port = UInt16(text[start...]), port > 0 else { return nil }
        text = text[..<start]
        return port
    }

    private static func fault(_ text: String, _ why: String) -> ConsoleFailure {
        ConsoleFailure(
            .usage, "--port '\(text)': \(why)",
            hint: "80 (host port chosen), 8080:80, auto:80, 127.0.0.1:8080:80, with /udp or ,expose behind it"
        )
    }
}
