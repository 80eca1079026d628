/// Counts what is alike, so that whoever does the same thousands of times cannot fill the audit log.
struct CountedTogether<Group: Hashable> {
    private var counts: [Group: Int64] = [:]
    private var beyond: Int64 = 0

    var isEmpty: Bool { counts.isEmpty && beyond == 0 }

    /// Counts one; a group that is not there is made only when it may be opened.
    mutating func add(_ group: Group, opening: Bool = true) {
        if counts[group] != nil || opening && counts.count < ControlPlaneLimits.countedGroups {
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
