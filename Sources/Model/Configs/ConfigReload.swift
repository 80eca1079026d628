/// How a running container gets another content of one of its config's files.
public enum ConfigReload: Hashable, Sendable {
    /// Not at all: another content is another container, made and gated like any update.
    case restart
    /// The file is written anew where it is, and the container's first process is sent a signal.
    case signal(Signal)
    /// The file is written anew where it is; the program looks by itself.
    case none

    /// What a program can be told with; SIGKILL and SIGSTOP, which no program hears, are not among them.
    public enum Signal: String, Hashable, Sendable, CaseIterable {
        /// What daemons read their files anew for; the default.
        case hangup = "SIGHUP"
        /// The first that programs give a meaning of their own.
        case user1 = "SIGUSR1"
        /// The second.
        case user2 = "SIGUSR2"
        /// Interrupt.
        case interrupt = "SIGINT"
        /// Quit.
        case quit = "SIGQUIT"
        /// End; the restart policy then starts the container again.
        case terminate = "SIGTERM"
        /// What some servers end their workers gracefully for.
        case window = "SIGWINCH"
    }

    /// The words a declaration has for it.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Another container.
        case restart
        /// The file is written anew, and a signal sent.
        case signal
        /// The file is written anew.
        case none
    }

    /// Puts a declaration together; a signal means something for `signal` only.
    public init(_ kind: Kind, signal: Signal? = nil) {
        switch kind {
        case .restart: self = .restart
        case .signal: self = .signal(signal ?? .hangup)
        case .none: self = .none
        }
    }

    /// The word a declaration has for it.
    public var kind: Kind {
        switch self {
        case .restart: .restart
        case .signal: .signal
        case .none: .none
        }
    }

    /// Whether the content may change below a running container.
    public var isLive: Bool { self != .restart }
}
