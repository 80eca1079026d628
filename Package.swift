// swift-tools-version: 6.2
import PackageDescription

/// Settings of the targets that wrap a C library.
let wrapper: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
/// Settings of every other target: no unsafe construct without the word `unsafe`.
let pure: [SwiftSetting] = wrapper + [.strictMemorySafety()]

/// Packed relative relocations shrink the daemons, and so does keeping their symbols to themselves (nothing loads them
/// as a library); both need lld, which is not the toolchain's default linker.
///
/// One symbol is for a library to find (`UnusedLibrary.swift`).
let packed: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker",
            "--no-export-dynamic", "-Xlinker", "--export-dynamic-symbol=_gnutls_global_init_skip",
        ],
        .when(platforms: [.linux], configuration: .release))
]

/// The folder of the C++ library's archive (`packaging/build.sh`), when the build names one: nobody else on a machine shares
/// the library's pages, and what it relocates is memory of each program's own.
let standalone: [LinkerSetting] =
    Context.environment["FLEDX_LIBSTDCXX"].map {
        [.unsafeFlags(["-L", $0, "-Xclang-linker", "-static-libgcc"])]
    } ?? []

/// The folder of a static libcurl with nothing but HTTP and TLS (`packaging/libcurl.sh`), when the build names one;
/// else the distribution's, which brings twenty libraries along that nothing here uses.
let slim: [LinkerSetting] = Context.environment["FLEDX_LIBCURL"].map { [.unsafeFlags(["-L", $0])] } ?? []

/// The commit that programs tell, when the build names one (`packaging/build.sh`).
let commit: [CSetting] =
    Context.environment["FLEDX_COMMIT"].map { [.define("FLEDX_COMMIT", to: "\"\($0)\"")] } ?? []

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "fledx",
    products: [
        .executable(name: "fledx-cp", targets: ["fledx-cp"]),
        .executable(name: "fledx-agent", targets: ["fledx-agent"]),
        .executable(name: "fledx", targets: ["fledx"]),
        // Preloaded by crash tests; release builds name their products, so nobody gets it.
        .library(name: "PowerCut", type: .dynamic, targets: ["PowerCut"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    ],
    targets: [
        // L0: C libraries, and JSON without Foundation
        .systemLibrary(name: "CBuild", path: "CModules/CBuild"),
        .systemLibrary(name: "CUV", path: "CModules/CUV"),
        .systemLibrary(name: "CSwiftHooks", path: "CModules/CSwiftHooks"),
        .systemLibrary(name: "CCurl", path: "CModules/CCurl"),
        .systemLibrary(name: "CSQLite", path: "CModules/CSQLite"),
        .systemLibrary(name: "COpenSSL", path: "CModules/COpenSSL"),
        .systemLibrary(name: "CNghttp2", path: "CModules/CNghttp2"),
        .systemLibrary(name: "CZlib", path: "CModules/CZlib"),
        .systemLibrary(name: "CYAML", path: "CModules/CYAML"),
        .target(name: "JSON", swiftSettings: pure),
        // L1: the vocabulary
        .target(name: "Model", dependencies: ["CBuild", "JSON", log], swiftSettings: pure),
        // L2: the loop, and everything pure that decides
        .target(name: "EventLoop", dependencies: ["CUV", "CSwiftHooks", "Model"], swiftSettings: wrapper),
        .target(name: "HTTP1", dependencies: ["Model"], swiftSettings: pure),
        .target(name: "HTTP2", dependencies: ["CNghttp2", "Model"], swiftSettings: wrapper),
        .target(name: "ClusterCore", dependencies: ["Model"], swiftSettings: pure),
        .target(name: "NodeCore", dependencies: ["Model"], swiftSettings: pure),
        // L3: one C library each, and telemetry
        .target(name: "TLS", dependencies: ["COpenSSL", "EventLoop", "Model"], swiftSettings: wrapper),
        .target(
            name: "HTTPClient", dependencies: ["CCurl", "EventLoop", "HTTP1", "JSON", "Model", log],
            swiftSettings: wrapper, linkerSettings: slim),
        .target(name: "Telemetry", dependencies: ["JSON", "Model", log], swiftSettings: pure),
        .target(name: "YAML", dependencies: ["CYAML", "JSON"], swiftSettings: wrapper),
        .target(
            name: "SQLite", dependencies: ["CSQLite", "EventLoop", "JSON", "Model", log],
            swiftSettings: wrapper),
        // L4: protocols
        .target(
            name: "HTTPServer",
            dependencies: ["CZlib", "EventLoop", "TLS", "HTTP1", "Telemetry", "JSON", "Model", log],
            swiftSettings: pure),
        .target(
            name: "Tunnel", dependencies: ["EventLoop", "HTTP2", "JSON", "Model"], swiftSettings: pure),
        .target(
            name: "DockerEngine", dependencies: ["HTTPClient", "HTTP1", "EventLoop", "JSON", "Model", log],
            swiftSettings: pure),
        // L6: the three programs as libraries
        .target(
            name: "ControlPlane",
            dependencies: [
                "HTTPServer", "Tunnel", "SQLite", "TLS", "HTTPClient", "Telemetry", "ClusterCore", "HTTP1",
                "HTTP2", "EventLoop", "Model", "JSON", log,
            ], swiftSettings: pure),
        .target(
            name: "Agent",
            dependencies: [
                "DockerEngine", "HTTPServer", "Tunnel", "TLS", "HTTPClient", "Telemetry", "NodeCore", "HTTP1",
                "HTTP2", "EventLoop", "Model", "JSON", log,
            ], swiftSettings: pure),
        .target(
            name: "Console",
            dependencies: ["Tunnel", "TLS", "HTTPClient", "YAML", "EventLoop", "Model", "JSON", arguments],
            swiftSettings: pure),
        // L7: executables, and the one file that another commit compiles
        .target(name: "BuildStamp", cSettings: commit),
        .executableTarget(
            name: "fledx-cp", dependencies: ["BuildStamp", "ControlPlane", "Agent", "EventLoop", "Model"],
            swiftSettings: pure,
            linkerSettings: packed + standalone),
        .executableTarget(
            name: "fledx-agent", dependencies: ["BuildStamp", "Agent", "EventLoop", "Model"],
            swiftSettings: pure,
            linkerSettings: packed + standalone),
        .executableTarget(
            name: "fledx", dependencies: ["BuildStamp", "Console"], swiftSettings: pure,
            linkerSettings: packed + standalone),
        .executableTarget(
            name: "fledx-bench",
            dependencies: [
                "Tunnel", "HTTPClient", "HTTP2", "SQLite", "TLS", "ClusterCore", "EventLoop", "Model", "JSON",
                log,
            ],
            swiftSettings: pure, linkerSettings: packed + standalone),
        // Tests
        .target(
            name: "TestKit", dependencies: ["SQLite", "EventLoop", "Model", "JSON"], path: "Tests/TestKit",
            swiftSettings: pure),
        // An SQLite file layer that loses unsynchronized writes, for crash tests.
        .target(name: "LossyStore", dependencies: ["CSQLite"], path: "Tests/LossyStore"),
        // The same below an unchanged program, and below the state files of an agent.
        .target(name: "PowerCut", dependencies: ["CSQLite"], path: "Tests/PowerCut"),
        .target(
            name: "AgentTestKit", dependencies: ["HTTPServer", "EventLoop", "Model", "JSON", "TestKit"],
            path: "Tests/AgentTestKit", swiftSettings: pure),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestKit"], swiftSettings: pure),
        .testTarget(name: "ModelTests", dependencies: ["Model", "JSON", "TestKit"], swiftSettings: pure),
        .testTarget(
            name: "EventLoopTests", dependencies: ["EventLoop", "Model", "TestKit"], swiftSettings: pure),
        .testTarget(
            name: "HTTP1Tests", dependencies: ["HTTP1", "Model", "TestKit"], exclude: ["compare_parsers.py"],
            swiftSettings: pure),
        .testTarget(name: "HTTP2Tests", dependencies: ["HTTP2", "Model", "TestKit"], swiftSettings: pure),
        .testTarget(
            name: "ClusterCoreTests", dependencies: ["ClusterCore", "Model", "TestKit"], swiftSettings: pure),
        .testTarget(
            name: "NodeCoreTests", dependencies: ["NodeCore", "Model", "TestKit"], swiftSettings: pure),
        .testTarget(
            name: "TLSTests", dependencies: ["TLS", "EventLoop", "Model", "TestKit"], swiftSettings: pure),
        .testTarget(
            name: "HTTPClientTests", dependencies: ["HTTPClient", "EventLoop", "Model", "TestKit"],
            swiftSettings: pure),
        .testTarget(
            name: "TelemetryTests", dependencies: ["Telemetry", "JSON", "Model", "TestKit", log],
            swiftSettings: pure),
        .testTarget(name: "YAMLTests", dependencies: ["YAML", "JSON", "TestKit"], swiftSettings: pure),
        .testTarget(
            name: "SQLiteTests", dependencies: ["SQLite", "EventLoop", "Model", "TestKit", "LossyStore"],
            swiftSettings: pure),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: [
                "HTTPServer", "TLS", "EventLoop", "HTTP1", "JSON", "Model", "TestKit",
            ], swiftSettings: pure),
        .testTarget(
            name: "TunnelTests", dependencies: ["Tunnel", "HTTP2", "EventLoop", "Model", "JSON", "TestKit"],
            swiftSettings: pure),
        .testTarget(
            name: "ControlPlaneTests",
            dependencies: [
                "ControlPlane", "ClusterCore", "HTTPServer", "SQLite", "HTTPClient", "EventLoop", "JSON",
                "Model", "Telemetry", "TLS", "Tunnel", "HTTP2",
                "TestKit", log,
            ],
            swiftSettings: pure),
        .testTarget(
            name: "AgentTests",
            dependencies: [
                "Agent", "AgentTestKit", "NodeCore", "DockerEngine", "HTTPServer", "HTTPClient", "Telemetry",
                "EventLoop", "JSON", "Model", "TestKit", log,
            ],
            swiftSettings: pure),
        .testTarget(
            name: "ConsoleTests", dependencies: ["Console", "Model", "JSON", "TestKit", arguments],
            swiftSettings: pure),
        .testTarget(
            name: "SimulationTests", dependencies: ["ClusterCore", "NodeCore", "Model", "JSON", "TestKit"],
            swiftSettings: pure),
        .testTarget(
            name: "DockerTests",
            dependencies: [
                "DockerEngine", "Agent", "AgentTestKit", "NodeCore", "HTTPClient", "Telemetry", "EventLoop",
                "JSON",
                "Model", "TestKit", log,
            ],
            exclude: ["Recorded"],
            swiftSettings: pure),
        .testTarget(
            name: "TunnelThreadTests",
            dependencies: [
                "ControlPlane", "Agent", "Tunnel", "DockerEngine", "HTTPClient", "Telemetry", "EventLoop",
                "JSON", "Model", "TestKit", log,
            ], swiftSettings: pure),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "HTTPClient", "TLS", "EventLoop", "JSON", "Model", "TestKit", "fledx-cp", "fledx-agent",
                "fledx",
            ],
            swiftSettings: pure),
        .testTarget(
            name: "TidyTests", dependencies: ["ControlPlane", "Agent", "Model", "TestKit"],
            swiftSettings: pure),
    ]
)

// One suite alone, so that an optimised build of it does not build all others (`packaging/simulation.sh`).
if let only = Context.environment["FLEDX_ONLY_TESTS"] {
    package.targets.removeAll { $0.type == .test && $0.name != only }
}
