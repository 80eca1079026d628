import Model

/// Turns what an operator writes into what is stored: secret values sealed, left-out lists as they were.
enum ConfigSealing {
    static func content(
        _ declaration: ConfigDeclaration, former: ConfigContent, _ keeper: SecretKeeper
    ) throws(Refusal) -> ConfigContent {
        var entries = former.entries
        if let declared = declaration.entries {
            entries = []
            var faults = FaultList()
            for entry in declared {
                guard let source = try source(of: entry, former, keeper) else {
                    faults.add(entry.path, "keeps a secret value that is not stored; give secret_value")
                    continue
                }
                entries.append(ConfigEntry(key: entry.key, source: source))
            }
            guard faults.isEmpty else { throw .invalid(faults) }
        }
        return ConfigContent(entries: entries, files: declaration.files ?? former.files)
    }

    /// Where the stored variable's value is; nil when it shall stay and there is none.
    private static func source(
        of entry: ConfigDeclaration.Entry, _ former: ConfigContent, _ keeper: SecretKeeper
    ) throws(Refusal) -> ConfigEntry.Source? {
        let stored = former.entries.first { $0.key == entry.key }?.source
        switch entry.source {
        case .value(let value): return .value(value)
        case .secretReference(let name): return .secretReference(name)
        case .kept:
            guard case .sealed = stored else { return nil }
            return stored
        case .secretValue(let value):
            // Two seals of one value differ: the same value again keeps the stored one, and so is no change.
            if case .sealed(let bytes) = stored, let known = try? keeper.openConfigValue(bytes),
                known.revealed == value.revealed
            {
                return stored
            }
            return .sealed(try keeper.sealConfigValue(value))
        }
    }
}
