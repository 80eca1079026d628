/// Whether replicas shall run.
public enum DesiredState: String, Codable, Hashable, Sendable, CaseIterable {
    /// Containers run and are restarted.
    case running
    /// Containers are stopped and kept out of the way; ports stay reserved.
    case stopped
}
