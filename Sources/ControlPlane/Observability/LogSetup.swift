enum LogSetup {
    static func install(filter: String, forceJSON: Bool) {}
}
