extension LogFilter {
    /// What is wrong with the log filter of an environment: `FLEDX_LOG`, else `RUST_LOG`.
    ///
    /// A lone word is a target by the rules of `RUST_LOG`; in `FLEDX_LOG` one that is none of ours is a level
    /// somebody misspelled.
    public static func remarks(of environment: [String: String]) -> [String] {
        let isOwn = environment["FLEDX_LOG"]?.isEmpty == false
        let key = isOwn ? "FLEDX_LOG" : "RUST_LOG"
        let filter = LogFilter(parsing: environment[key] ?? "")
        let words = filter.ignored + (isOwn ? filter.lone.filter { !$0.hasPrefix("fledx") } : [])
        return words.map {
            "\(key): '\($0)' is no level and no rule: error, warn, info, debug, trace, off or TARGET=LEVEL is expected"
        }
    }
}
