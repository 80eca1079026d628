import EventLoop
import HTTPServer
import Logging
import Model
import TLS

/// The API listener's TLS: where its certificates come from, and how they are read again.
@LoopActor
final class ListenerTLS {
    /// What the listener shows.
    let server: ServerTLS
    /// The authority of our own as PEM; nil with the operator's files.
    private(set) var authorityPEM: [UInt8]?
    private let plan: ServerTLSPlan
    private let settings: ControlPlaneSettings
    private let time: any TimeSource
    private let logger: Logger

    /// Reads or makes the certificates; nil when the listener speaks plain HTTP.
    init?(_ settings: ControlPlaneSettings, time: any TimeSource, logger: Logger) throws {
        guard settings.serverTLS != .none else { return nil }
        self.settings = settings
        self.time = time
        self.logger = logger
        plan = settings.serverTLS
        let (context, authority) = try Self.make(settings, time, logger)
        server = ServerTLS(context)
        authorityPEM = authority
    }

    /// Reads everything again for new connections; what cannot be read leaves what was there.
    func reload() {
        do {
            (server.context, authorityPEM) = try Self.make(settings, time, logger)
            logger.notice("certificates read again; open connections go on with those they began with")
        } catch {
            logger.error(
                "the certificates stay as they were: \(ErrorReport.render(error)); mend the files and send SIGHUP again"
            )
        }
    }

    private static func make(
        _ settings: ControlPlaneSettings, _ time: any TimeSource, _ logger: Logger
    ) throws -> (TLSContext, authority: [UInt8]?) {
        let now = time.now().wall
        if case .files(let files) = settings.serverTLS {
            let identity = try files.identity()
            warn(of: identity.certificate, now, logger)
            let clients = try files.clientAuthorities()
            return (
                try TLSContext.server(identity, clientAuthorities: clients, protocols: ["http/1.1"]), nil
            )
        }
        let authority = DevelopmentAuthority(database: settings.databasePath)
        let made = try authority.identity(names: ServerNames.all(settings), now: now)
        let trust = "FLEDX_AGENT_CA_FINGERPRINT=\(made.authority.fingerprint)"
        logger.notice(
            "agents trust this control plane with \(trust); its authority is in \(authority.certificatePath)")
        return (try TLSContext.server(made.leaf, protocols: ["http/1.1"]), made.authority.pem)
    }

    /// An expired certificate is shown all the same: whoever checks it says so, and this line says why.
    private static func warn(of certificate: Certificate, _ now: Timestamp, _ logger: Logger) {
        let days = (certificate.notAfter.milliseconds - now.milliseconds) / 86_400_000
        let whose = "the certificate \(certificate.subject)"
        if certificate.notAfter < now {
            logger.error(
                "\(whose) expired on \(certificate.notAfter): no client will accept it; replace it and send SIGHUP"
            )
        } else if certificate.notBefore > now {
            logger.error(
                "\(whose) is not valid before \(certificate.notBefore): no client will accept it yet")
        } else if days < TLSLimits.renewalDays {
            logger.warning("\(whose) expires on \(certificate.notAfter), in \(days) days")
        }
    }
}
