/// The folders of nodes that declarations may mount, as far as the control plane decides.
///
/// The comparison is lexical: what a path really is, the node knows, and it checks for itself.
public struct VolumePrefixes: Hashable, Sendable {
    /// Absolute paths; none leaves the decision to the node.
    public let prefixes: [String]

    /// Takes absolute paths.
    public init(_ prefixes: [String] = []) { self.prefixes = prefixes.map(PathRules.normalized) }

    /// Tells the volumes that lie elsewhere, but for those that were declared before: a narrower setting must not
    /// stand in the way of a stop.
    public func check(
        _ volumes: [VolumeMount], declaredBefore: [VolumeMount] = [], _ faults: inout FaultList
    ) {
        guard !prefixes.isEmpty else { return }
        let known = Set(declaredBefore.map(\.hostPath))
        for (index, volume) in volumes.enumerated() where !known.contains(volume.hostPath) {
            guard !prefixes.contains(where: { PathRules.lies(volume.hostPath, below: $0) }) else { continue }
            faults.add(
                "volumes[\(index)].host_path",
                "'\(volume.hostPath)' is not below an allowed folder: \(prefixes.joined(separator: ", "))")
        }
    }
}
