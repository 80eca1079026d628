internal import EventLoop
internal import JSON
internal import Model

/// What `GET /version` says.
public struct EngineVersion: Sendable, Equatable {
    /// The engine's release, such as `20.10.24`.
    public let release: String
    /// The newest API version it speaks.
    public let apiVersion: APIVersion
    /// The oldest API version it speaks.
    public let minimumAPIVersion: APIVersion?
    /// The operating system.
    public let operatingSystem: String
    /// The architecture in Go's words, such as `amd64`.
    public let architecture: String
    /// The kernel's release.
    public let kernel: String

    init(_ body: [UInt8], operation: String) throws(DockerFailure) {
        let node = try DockerClient.parsed(body, operation)
        guard let apiVersion = APIVersion(node.text("ApiVersion")) else {
            throw DockerFailure(.badAnswer, operation: operation, detail: "the answer names no API version")
        }
        self.apiVersion = apiVersion
        release = node.text("Version")
        minimumAPIVersion = APIVersion(node.text("MinAPIVersion"))
        operatingSystem = node.text("Os")
        architecture = node.text("Arch")
        kernel = node.text("KernelVersion")
    }
}

/// What `GET /info` says, as far as an agent needs it.
public struct EngineInformation: Sendable, Equatable {
    /// The daemon's own id.
    public let id: String
    /// The release.
    public let release: String
    /// The storage driver.
    public let storageDriver: String
    /// Where the daemon keeps its data.
    public let rootFolder: String
    /// 1 or 2; 0 when unknown.
    public let cgroupVersion: Int
    /// Processors.
    public let processors: Int
    /// Bytes of memory.
    public let memoryBytes: Int64
    /// The architecture in the kernel's words, such as `x86_64`.
    public let architecture: String
    /// The host's name.
    public let hostname: String
    /// Whether memory limits work on this kernel.
    public let hasMemoryLimit: Bool
    /// Whether process count limits work on this kernel.
    public let hasPidsLimit: Bool

    init(_ body: [UInt8], operation: String) throws(DockerFailure) {
        let node = try DockerClient.parsed(body, operation)
        id = node.text("ID")
        release = node.text("ServerVersion")
        storageDriver = node.text("Driver")
        rootFolder = node.text("DockerRootDir")
        cgroupVersion = Int(node.text("CgroupVersion")) ?? 0
        processors = Int(node.integer("NCPU"))
        memoryBytes = node.integer("MemTotal")
        architecture = node.text("Architecture")
        hostname = node.text("Name")
        hasMemoryLimit = node["MemoryLimit"]?.boolValue ?? false
        hasPidsLimit = node["PidsLimit"]?.boolValue ?? false
    }
}

extension DockerClient {
    /// Asks for the engine's configuration and the machine's capacity.
    public func information() async throws -> EngineInformation {
        let operation = "read engine information"
        return try EngineInformation(try await call(.get, "/info", Call(operation)), operation: operation)
    }
}
