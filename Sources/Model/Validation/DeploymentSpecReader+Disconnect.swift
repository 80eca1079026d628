import JSON

extension DeploymentSpecReader {
    static func readDisconnect(_ body: inout ObjectReader, _ faults: inout FaultList) -> DisconnectPolicy? {
        guard var object = body.object("disconnect", &faults) else { return nil }
        let span = Int64(SpecLimits.lostAfterSecs)
        let policy = DisconnectPolicy(
            lostAfterSecs: object.integer("lost_after_secs", in: 1...span, &faults).map { Int($0) },
            onReconnect: object.choice("on_reconnect", &faults) ?? .preferNew)
        object.finish(&faults)
        return policy == DisconnectPolicy() ? nil : policy
    }
}
