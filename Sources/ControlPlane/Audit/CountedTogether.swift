/// Counts what is alike, so that whoever does the same thousands of times cannot fill the audit log.
struct CountedTogether<Group: Hashable> {
    private var counts: [Group: Int64] = [:]
    private var beyond: Int64 = 0

    var isEmpty: Bool { counts.isEmpty && beyond == 0 }

    mutating func add(_ group: Group) {
        if counts[group] != nil || counts.count < ControlPlaneLimits.countedGroups {
            counts[group, default: 0] += 1
        } else {
            beyond += 1
        }
    }

    /// What was counted, and how much was of groups beyond the bound; counting begins anew.
    mutating func take() -> (groups: [(group: Group, count: Int64)], beyond: Int64) {
        defer { self = CountedTogether() }
        return (counts.map { ($0.key, $0.value) }, beyond)
    }
}
