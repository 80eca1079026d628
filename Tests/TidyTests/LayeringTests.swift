import Testing

/// The import table of the architecture: a target imports strictly lower layers only.
@Suite struct LayeringTests {
    /// What each target may import; the standard library's own modules are free.
    static let allowed: [String: Set<String>] = [
        "JSON": [],
        "Model": ["CBuild", "JSON", "Logging"],
        "EventLoop": ["CUV", "CSwiftHooks", "Model", "Glibc"],
        "HTTP1": ["Model"],
        "HTTP2": ["CNghttp2", "Glibc", "Model"],
        "ClusterCore": ["Model"],
        "NodeCore": ["Model"],
        "TLS": ["COpenSSL", "Glibc", "EventLoop", "Model"],
        "HTTPClient": ["CCurl", "Glibc", "EventLoop", "HTTP1", "JSON", "Model", "Logging"],
        "Telemetry": ["JSON", "Model", "Logging"],
        "YAML": ["CYAML", "JSON"],
        "SQLite": ["CSQLite", "Glibc", "EventLoop", "JSON", "Model", "Logging"],
        "HTTPServer": ["CZlib", "EventLoop", "TLS", "HTTP1", "Telemetry", "JSON", "Model", "Logging"],
        "Tunnel": ["EventLoop", "HTTP2", "JSON", "Model"],
        "DockerEngine": ["HTTPClient", "HTTP1", "EventLoop", "JSON", "Model", "Logging"],
        "ControlPlane": [
            "HTTPServer", "Tunnel", "SQLite", "TLS", "HTTPClient", "Telemetry", "ClusterCore", "HTTP1",
            "HTTP2", "EventLoop", "Model",
            "JSON", "Logging",
        ],
        "Agent": [
            "DockerEngine", "HTTPServer", "Tunnel", "TLS", "HTTPClient", "Telemetry", "NodeCore", "HTTP1",
            "HTTP2", "EventLoop", "Model",
            "JSON", "Logging",
        ],
        "Console": [
            "Tunnel", "TLS", "HTTPClient", "YAML", "EventLoop", "Model", "JSON", "ArgumentParser",
        ],
        "fledx-cp": ["ControlPlane", "Agent", "EventLoop", "Model"],
        "fledx-agent": ["Agent", "EventLoop", "Model"],
        "fledx": ["Console"],
        "fledx-bench": [
            "Tunnel", "HTTPClient", "HTTP2", "SQLite", "TLS", "ClusterCore", "EventLoop", "Model", "JSON",
            "Logging",
            "Glibc",
        ],
    ]
    static let standardLibrary: Set<String> = ["Swift", "Synchronization"]

    @Test func everyTargetImportsLowerLayersOnly() {
        #expect(SourceTree.sources.count > 50, "the source tree was not found")
        for file in SourceTree.sources {
            let allowed = Self.allowed[file.target]
            #expect(allowed != nil, "\(file.path): target \(file.target) has no row in the import table")
            for module in file.imports where !Self.standardLibrary.contains(module) {
                #expect(
                    allowed?.contains(module) == true,
                    "\(file.path) imports \(module); \(file.target) may import \((allowed ?? []).sorted())")
            }
        }
    }

    @Test func cModulesAreImportedByTheirWrapperOnlyAndInternally() {
        let wrappers = [
            "CUV": "EventLoop", "CSwiftHooks": "EventLoop", "CCurl": "HTTPClient", "CSQLite": "SQLite",
            "COpenSSL": "TLS", "CZlib": "HTTPServer", "CNghttp2": "HTTP2",
            "CYAML": "YAML", "CBuild": "Model",
        ]
        for file in SourceTree.sources {
            for (number, text) in file.code where text.contains("import C") {
                guard let module = file.imports.first(where: { text.hasSuffix($0) }),
                    let wrapper = wrappers[module]
                else { continue }
                #expect(file.target == wrapper, "\(file.path):\(number) imports \(module)")
                #expect(
                    !text.contains("public import"), "\(file.path):\(number): a C module must not be public")
            }
        }
    }

    @Test func theTableIsAcyclic() {
        var order: [String] = []
        func visit(_ target: String, _ path: [String]) {
            guard !order.contains(target) else { return }
            #expect(!path.contains(target), "cycle: \(path + [target])")
            guard !path.contains(target) else { return }
            for next in (Self.allowed[target] ?? []).sorted() where Self.allowed[next] != nil {
                visit(next, path + [target])
            }
            order.append(target)
        }
        for target in Self.allowed.keys.sorted() { visit(target, []) }
        #expect(order.count == Self.allowed.count)
    }
}
