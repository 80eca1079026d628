import Model

/// Updates for people.
enum RolloutText {
    /// `progressing, 1/3 updated: 1 replica to become healthy`.
    static func line(_ rollout: RolloutView) -> String {
        var text = "\(rollout.phase.rawValue), \(rollout.updated)/\(rollout.total) updated"
        if let restored = rollout.restoredFrom { text += ", restores revision \(restored)" }
        for detail in [rollout.step, rollout.reason, rollout.note] {
            if let detail { text += "; \(detail)" }
        }
        return text
    }

    static func revisions(_ list: RevisionList, now: Timestamp, width: Int? = nil) -> String {
        var table = Table(["REVISION", "CURRENT", "REPLICAS", "CAUSE", "PINNED", "AGE", "IMAGE"])
        for item in list.items {
            let cause = item.restoredFrom.map { "\(item.cause) to \($0)" } ?? item.cause
            table.add([
                "\(item.revision)", item.current ? "yes" : "no", "\(item.replicas)", cause,
                item.pinned ? "yes" : "no", Words.age(item.createdAt, now: now),
                item.pinnedImage ?? item.image,
            ])
        }
        return table.text(width: width, Table.Fit(dropping: ["PINNED", "AGE"], shortening: "IMAGE"))
    }
}
