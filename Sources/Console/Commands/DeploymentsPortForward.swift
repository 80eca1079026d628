import ArgumentParser
import EventLoop
import Model
import Tunnel

/// Makes a port of a container reachable on this machine.
struct DeploymentsPortForward: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "port-forward", abstract: "Reach a container's port on this machine.",
        discussion: """
            Until it is interrupted, connections to the local port arrive in the container:
              fledx deployments port-forward web 8080:80
              fledx deployments port-forward web 5432 --replica 0
            """)

    @Argument(help: "Name or id.") var deployment: String
    @Argument(help: "LOCAL:CONTAINER, or one number for both; 0 takes any free local port.") var ports: String
    @Option(help: "Which replica; one that serves unless given.") var replica: Int?
    @Option(help: "Local address to listen on.") var address = "127.0.0.1"
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let (local, remote) = try Self.ports(ports)
        var path = "/api/v1/deployments/\(Query.encoded(deployment))/port-forward?port=\(remote)"
        if let replica { path += "&replica=\(replica)" }
        // Whatever is wrong with the way shall be told now, not with the first connection.
        try await session.openStream(.get, path).close()
        let clients = BoundedQueue<LoopStream>(
            capacity: ConsoleLimits.forwardedConnections, overflow: .refuseNewest)
        let listener: Listener
        do {
            listener = try Listener.tcp(host: address, port: local) { if !clients.offer($0) { $0.close() } }
        } catch {
            throw ConsoleFailure(.failed, "cannot listen on \(address):\(local): \(error)")
        }
        defer { listener.close() }
        session.terminal.remark("\(address):\(listener.port) leads to port \(remote) of \(deployment)")
        while let client = try await clients.next() {
            _ = StreamTask.start { [path] in await Self.carry(client, session, path) }
        }
        return 0
    }

    @LoopActor private static func carry(_ client: LoopStream, _ session: Session, _ path: String) async {
        do {
            let (far, received) = try await session.openSocket(.get, path)
            client.setNoDelay(true)
            try await ChannelPair.join(client, far, received: received)
        } catch {
            client.close()
            session.terminal.remark(
                "a connection broke: \((error as? ConsoleFailure)?.message ?? "\(error)")")
        }
    }

    static func ports(_ text: String) throws -> (local: UInt16, remote: UInt16) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let local = UInt16(parts[0]),
            let remote = UInt16(parts[parts.count - 1]),
            remote > 0
        else {
            throw ConsoleFailure(.usage, "'\(text)' names no ports", hint: "write 8080:80, or 80 for both")
        }
        return (local, remote)
    }
}
