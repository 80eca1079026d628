import JSON

extension ConfigReader {
    static func readFiles(_ body: inout ObjectReader, _ faults: inout FaultList) -> [ConfigFile]? {
        guard let items = body.array("files", &faults) else { return nil }
        var seen: Set<String> = []
        return items.compactMap { item in
            var object = ObjectReader(item.node, path: item.path, faults: &faults)
            let path = readPath(&object, &seen, &faults)
            let source = readContent(&object, &faults)
            var mode = ConfigLimits.fileMode
            if let text = object.string("mode", &faults) {
                if let read = ConfigFile.mode(text) {
                    mode = read
                } else {
                    faults.add(object.path(of: "mode"), "three or four octal digits up to 0777 are expected")
                }
            }
            let reload = readReload(&object, &faults)
            object.finish(&faults)
            guard let path, let source else { return nil }
            return ConfigFile(path: path, mode: mode, source: source, reload: reload)
        }
    }

    private static func readReload(_ object: inout ObjectReader, _ faults: inout FaultList) -> ConfigReload {
        let signal: ConfigReload.Signal? = object.choice("signal", &faults)
        let kind: ConfigReload.Kind = object.choice("reload", &faults) ?? .restart
        if signal != nil, kind != .signal {
            faults.add(object.path(of: "signal"), "goes with \"reload\": \"signal\" only")
        }
        return ConfigReload(kind, signal: signal)
    }

    private static func readPath(
        _ object: inout ObjectReader, _ seen: inout Set<String>, _ faults: inout FaultList
    ) -> String? {
        let field = object.path(of: "path")
        guard let path = object.string("path", &faults) else {
            faults.add(field, "is required")
            return nil
        }
        if let fault = textFault(path, bytes: ConfigLimits.pathBytes) {
            faults.add(field, fault)
        } else if !isAbsoluteFile(path) {
            faults.add(field, "an absolute path of a file in the container is expected, without '..'")
        }
        if !seen.insert(path.lowercased()).inserted {
            faults.add(field, "stands twice (case does not count)")
        }
        return path
    }

    private static func isAbsoluteFile(_ path: String) -> Bool {
        guard path.hasPrefix("/"), !path.hasSuffix("/") else { return false }
        return !parts(of: path).contains { $0 == "." || $0 == ".." }
    }

    /// Where a reference may lead: down from its folder, never up.
    static func isConfined(_ reference: String) -> Bool {
        guard !reference.hasPrefix("/"), !reference.hasSuffix("/") else { return false }
        return !parts(of: reference).contains { $0.isEmpty || $0 == "." || $0 == ".." }
    }

    private static func parts(of path: String) -> [Substring] {
        path.split(separator: "/" as Character, omittingEmptySubsequences: false)
    }

    private static func readContent(
        _ object: inout ObjectReader, _ faults: inout FaultList
    ) -> ConfigFile.Source? {
        var sources: [ConfigFile.Source] = []
        if let text = object.string("content", &faults) { sources.append(.content(Array(text.utf8))) }
        if let text = object.string("content_base64", &faults) {
            if let bytes = Base64.decode(text) {
                sources.append(.content(bytes))
            } else {
                faults.add(object.path(of: "content_base64"), "base64 with padding is expected")
                sources.append(.content([]))
            }
        }
        if let name = object.string("file_ref", &faults) {
            if let fault = textFault(name, bytes: ConfigLimits.referenceBytes) {
                faults.add(object.path(of: "file_ref"), fault)
            } else if !isConfined(name) {
                faults.add(object.path(of: "file_ref"), "a relative path without '.' and '..' is expected")
            }
            sources.append(.reference(name))
        }
        guard sources.count == 1 else {
            faults.add(object.path, "exactly one of content, content_base64 and file_ref is expected")
            return nil
        }
        return sources[0]
    }
}
