/// Bounds on configs (REST contract and reference rules).
public enum ConfigLimits {
    /// Bytes of a config's name.
    public static let nameBytes = 255
    /// Bytes of a variable's name.
    public static let keyBytes = 255
    /// Bytes of a variable's value.
    public static let valueBytes = 4096
    /// Bytes of a file's path in the container.
    public static let pathBytes = 512
    /// Bytes of a secret's name and of a file reference.
    public static let referenceBytes = 255
    /// Permission bits of a file when nothing is said.
    public static let fileMode: UInt16 = 0o400
    /// Bytes of a registry's password.
    public static let passwordBytes = 4096
    /// Declarations in one apply.
    public static let appliedItems = 256
}
