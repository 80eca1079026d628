import JSON

extension DeploymentSpecReader {
    static func readStrategy(_ body: inout ObjectReader, _ faults: inout FaultList) -> RolloutStrategy {
        var result = RolloutStrategy()
        guard var object = body.object("strategy", &faults) else { return result }
        result.kind = object.choice("type", &faults) ?? result.kind
        result.order = object.choice("order", &faults) ?? result.order
        let most = Int64(SpecLimits.replicas)
        result.maxUnavailable = number("max_unavailable", 1...most, &object, &faults) ?? result.maxUnavailable
        result.maxSurge = number("max_surge", 0...most, &object, &faults) ?? result.maxSurge
        let span = Int64(SpecLimits.strategySecs)
        result.healthyAfterSecs =
            number("healthy_after_secs", 0...span, &object, &faults) ?? result.healthyAfterSecs
        result.gateSecs = number("gate_secs", 1...span, &object, &faults) ?? result.gateSecs
        result.deadlineSecs = number("deadline_secs", 1...span, &object, &faults) ?? result.deadlineSecs
        result.autoRollback = object.bool("auto_rollback", &faults) ?? result.autoRollback
        if result.healthyAfterSecs > result.gateSecs {
            faults.add("strategy.gate_secs", "must not be smaller than healthy_after_secs")
        }
        if result.deadlineSecs < result.gateSecs {
            faults.add("strategy.deadline_secs", "must not be smaller than gate_secs")
        }
        object.finish(&faults)
        return result
    }

    private static func number(
        _ key: String, _ range: ClosedRange<Int64>, _ object: inout ObjectReader, _ faults: inout FaultList
    ) -> Int? {
        object.integer(key, in: range, &faults).map { Int($0) }
    }
}
