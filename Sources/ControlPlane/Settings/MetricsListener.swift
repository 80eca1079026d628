import Model

/// A second listener that serves `/metrics` and nothing else.
struct MetricsListener: Sendable, Equatable {
    let host: String
    let port: UInt16

    /// Nil unless a port is set.
    init?(_ values: SettingsValues, _ problems: inout [String]) {
        let host = values.text("FLEDX_CP_METRICS_HOST")
        guard let port = values.optionalNumber("FLEDX_CP_METRICS_PORT") else {
            if let host {
                problems.append(
                    "FLEDX_CP_METRICS_HOST='\(host)' has no effect without FLEDX_CP_METRICS_PORT; set both")
            }
            return nil
        }
        self.host = host ?? values.text("FLEDX_CP_SERVER_HOST") ?? "0.0.0.0"
        self.port = UInt16(clamping: port)
    }
}
