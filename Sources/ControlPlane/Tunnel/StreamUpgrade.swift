import Model

/// The protocol of raw streams: what follows the upgrade is the other side's own.
enum StreamUpgrade {
    static let name = "fledx-stream"

    static let required = Refusal(
        .upgradeRequired, "upgrade_required", "this is a raw stream; ask with 'Upgrade: \(name)'",
        headers: [("upgrade", name)])
}
