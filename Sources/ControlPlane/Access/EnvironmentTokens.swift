import EventLoop
import Logging
import Model
import TLS

/// The operators' tokens of the settings: everything is allowed to them, and they can be switched off.
///
/// `FLEDX_CP_OPERATOR_ENV_DISABLE_AFTER_FIRST_SUCCESS` refuses them as soon as a stored token with the role admin
/// works and has been used once, and for as long as that is so: when the last one is revoked or expires they work
/// again, so that nobody is ever locked out.
@LoopActor
final class EnvironmentTokens {
    private let credentials: Credentials
    private let isWarning: Bool
    private let givesWay: Bool
    private let logger: Logger
    /// Called with a credential's name when its use is to be recorded.
    var onUse: (@LoopActor (_ actorID: String) -> Void)?
    private var warned: [String: MonotonicInstant] = [:]

    init(_ credentials: Credentials, _ settings: ControlPlaneSettings, _ logger: Logger) {
        self.credentials = credentials
        isWarning = settings.environmentTokensWarn
        givesWay = settings.environmentTokensGiveWay
        self.logger = logger
    }

    /// The grant of a token; nil when it is none of the settings'.
    func grant(_ hash: KeyedHash, _ host: ClusterHost) throws(Refusal) -> OperatorGrant? {
        guard credentials.isOperator(hash) else { return nil }
        let now = host.clock.now()
        if givesWay, host.access.hasProvenAdmin(at: now.wall) { throw .operatorDisabled }
        let actorID = "environment-" + hash.bytes.prefix(4).map { Self.hex($0) }.joined()
        warn(actorID, now.monotonic)
        return .environment(actorID: actorID)
    }

    /// At most once an hour a token, so that the log stays readable.
    private func warn(_ actorID: String, _ now: MonotonicInstant) {
        guard isWarning else { return }
        if let last = warned[actorID],
            now.milliseconds(since: last) < ControlPlaneLimits.lastUsedMilliseconds
        {
            return
        }
        warned[actorID] = now
        onUse?(actorID)
        logger.warning(
            "an operator token of the environment is in use (\(actorID)): it never expires and allows everything; make stored ones with 'fledx tokens create', or set FLEDX_CP_OPERATOR_ENV_WARN_ON_USE=false"
        )
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
    }
}
