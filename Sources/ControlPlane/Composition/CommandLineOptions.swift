/// What the few words of the command line ask for.
public struct CommandLineOptions: Sendable, Equatable {
    /// What the program shall do.
    public enum Mode: Sendable, Equatable {
        /// Serve.
        case serve
        /// Serve, with an agent in the same process.
        case standalone
        /// Print the migrations that would run.
        case migrationsDryRun
        /// Copy the database into a file, with or without its keys.
        case backup(file: String, withKeys: Bool)
        /// Put a copy in the place of the database, with its keys if it has any.
        case restore(file: String, leavesKeys: Bool)
        /// Print the settings in effect.
        case printConfig
        /// Say whether the settings are fine.
        case checkConfig
        /// Print the version.
        case version
        /// Print the help.
        case help
    }

    /// What the program shall do.
    public var mode = Mode.serve
    /// Whether logs are JSON lines even on a terminal.
    public var logsJSON = false
    /// Whether the API speaks TLS with certificates of its own making.
    public var developmentTLS = false

    /// Reads the words behind the program's name; throws what is wrong with them.
    public init(_ words: some Sequence<String>) throws(UsageProblem) {
        var words = Array(words)
        if let first = words.first, first == "backup" || first == "restore" {
            words.removeFirst()
            try takeCopy(first, words)
            return
        }
        for word in words {
            switch word {
            case "--json-logs": logsJSON = true
            case "--dev-tls": developmentTLS = true
            case "--standalone", "standalone": try choose(.standalone, word)
            case "--migrations-dry-run": try choose(.migrationsDryRun, word)
            case "--print-config": try choose(.printConfig, word)
            case "--check-config": try choose(.checkConfig, word)
            case "--version", "-V": try choose(.version, word)
            case "--help", "-h": try choose(.help, word)
            default: throw UsageProblem("unknown argument '\(word)'; see --help")
            }
        }
    }

    /// `backup [--with-keys] FILE` and `restore [--without-keys] FILE`.
    private mutating func takeCopy(_ verb: String, _ words: [String]) throws(UsageProblem) {
        let option = verb == "backup" ? "--with-keys" : "--without-keys"
        let files = words.filter { $0 != option }
        if files.contains("--help") || files.contains("-h") {
            mode = .help
            return
        }
        if let wrong = files.first(where: { $0.utf8.first == UInt8(ascii: "-") }) {
            throw UsageProblem("unknown argument '\(wrong)' of \(verb); see --help")
        }
        guard files.count == 1, let file = files.first, !file.isEmpty else {
            throw UsageProblem("\(verb) takes one file: fledx-cp \(verb) [\(option)] FILE")
        }
        let hasOption = words.contains(option)
        mode =
            verb == "backup"
            ? .backup(file: file, withKeys: hasOption) : .restore(file: file, leavesKeys: hasOption)
    }

    private mutating func choose(_ mode: Mode, _ word: String) throws(UsageProblem) {
        guard self.mode == .serve || self.mode == mode else {
            throw UsageProblem("'\(word)' cannot be combined with the argument before it; see --help")
        }
        self.mode = mode
    }

    /// What `--help` prints.
    public static let help = """
        fledx-cp: the fledx control plane

        usage: fledx-cp [--standalone] [--dev-tls] [--json-logs]
               fledx-cp backup [--with-keys] FILE
               fledx-cp restore [--without-keys] FILE
               fledx-cp --migrations-dry-run | --print-config | --check-config | --version | --help

          --standalone          run an agent in the same process; its settings are FLEDX_AGENT_*
          --dev-tls             speak TLS with an authority of its own, kept beside the database; agents join with
                                the FLEDX_AGENT_CA_FINGERPRINT that is logged at start
          --json-logs           write logs as JSON lines, also on a terminal
          backup                copy the database into FILE, also while a control plane uses it
          --with-keys           put the keys into the copy too, sealed with a passphrase
                                (FLEDX_CP_BACKUP_PASSPHRASE, or the first line of standard input)
          restore               put FILE in the place of the database, which is kept; agents wait for your word
          --without-keys        leave the keys in FILE alone; the present ones stay
          --migrations-dry-run  print the schema changes a start would make, and make none
          --print-config        print the settings in effect, secrets hidden
          --check-config        say everything that is wrong with the settings
          --version             print the version
          --help                print this

        Settings come from the environment (FLEDX_CP_*). Without any, the API listens on 0.0.0.0:8080, the
        database is ./fledx.db, and missing secrets are generated into ./fledx.db.secrets.

        """
}

/// What is wrong with a command line.
public struct UsageProblem: Error, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
