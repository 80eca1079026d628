import EventLoop
import Model

/// The names a control plane is reached by, as far as it knows them.
enum ServerNames {
    /// This machine, its addresses, and where agents are told to go.
    static func all(_ settings: ControlPlaneSettings) -> [String] {
        var names = [SystemInfo.hostName, "localhost", "127.0.0.1", "::1", settings.tunnel.host]
        if !["", "0.0.0.0", "::", "[::]"].contains(settings.serverHost) { names.append(settings.serverHost) }
        names += SystemInfo.addresses
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
