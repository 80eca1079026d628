import Model

/// Configs for people.
enum ConfigText {
    static func list(_ page: Page<ConfigSummary>, now: Timestamp, width: Int? = nil) -> String {
        var table = Table(["NAME", "VERSION", "VARIABLES", "FILES", "CHANGED", "LABELS", "ID"])
        for config in page.items {
            table.add([
                config.metadata.name, "\(config.metadata.version)", "\(config.entryCount)",
                "\(config.fileCount)", Words.age(config.metadata.updatedAt, now: now),
                Words.pairs(config.metadata.labels), "\(config.metadata.configID)",
            ])
        }
        return table.text(width: width, Table.Fit(dropping: ["ID", "LABELS"])) + DeploymentText.more(page)
    }

    static func detail(_ config: ConfigDetail, now: Timestamp) -> String {
        let metadata = config.metadata
        var text = "name: \(metadata.name)\nconfig_id: \(metadata.configID)\nversion: \(metadata.version)\n"
        text +=
            "labels: \(Words.pairs(metadata.labels))\nchanged: \(Words.age(metadata.updatedAt, now: now))\n"
        if let deployments = config.attachedDeployments { text += list("deployments", deployments) }
        if let nodes = config.attachedNodes { text += list("nodes", nodes) }
        if !config.entries.isEmpty {
            text += "\n"
            for entry in config.entries { text += "\(entry.key)=\(value(entry))\n" }
        }
        guard !config.files.isEmpty else { return text }
        var table = Table(["FILE", "MODE", "RELOAD", "CONTENT"])
        for file in config.files {
            table.add([file.path, file.modeText, reload(file), content(file)])
        }
        return text + "\n" + table.text
    }

    static func versions(_ list: ConfigVersionList, now: Timestamp) -> String {
        var table = Table(["VERSION", "VARIABLES", "FILES", "AGE", "IN USE BY"])
        for version in list.items {
            table.add([
                version.isNewest ? "\(version.version) (newest)" : "\(version.version)",
                "\(version.entryCount)", "\(version.fileCount)", Words.age(version.createdAt, now: now),
                uses(version.uses),
            ])
        }
        return table.text
    }

    private static func uses(_ count: Int) -> String {
        switch count {
        case 0: "-"
        case 1: "1 revision or replica"
        default: "\(count) revisions and replicas"
        }
    }

    private static func list<Tag>(_ name: String, _ ids: [Identifier<Tag>]) -> String {
        "\(name): \(ids.map(\.description).joined(separator: ", "))\n"
    }

    private static func value(_ entry: ConfigEntry) -> String {
        switch entry.source {
        case .value(let value): value
        case .secretReference(let name): "<secret \(name) of the node>"
        case .sealed, .secret: "<sealed>"
        }
    }

    private static func reload(_ file: ConfigFile) -> String {
        if case .signal(let signal) = file.reload { return "signal \(signal.rawValue)" }
        return file.reload.kind.rawValue
    }

    private static func content(_ file: ConfigFile) -> String {
        switch file.source {
        case .content(let bytes): Words.bytes(Int64(bytes.count))
        case .reference(let path): "<file \(path) of the node>"
        }
    }
}
