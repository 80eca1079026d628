internal import DockerEngine
internal import EventLoop
internal import HTTP1
internal import HTTP2
internal import Model
internal import NodeCore
internal import Tunnel

/// Reaches into the containers of this node's replicas, and into nothing else.
@LoopActor
final class ContainerAccess {
    let docker: DockerClient
    let driver: NodeDriver
    let settings: TunnelSettings
    /// Commands that run for somebody, so that their terminals can be resized.
    var executions: Set<String> = []

    init(docker: DockerClient, driver: NodeDriver, settings: TunnelSettings) {
        self.docker = docker
        self.driver = driver
        self.settings = settings
    }

    /// Sends what a container prints, as it prints it.
    func logs(_ id: AssignmentID, _ query: RequestQuery, _ stream: TunnelStream) async throws {
        let container = try container(of: id)
        var options = LogOptions()
        options.follows = query["follow"] == "true"
        options.hasTimestamps = query["timestamps"] == "true"
        options.lastLines = query["tail"].flatMap { Int($0) }
        options.sinceSeconds = query["since"].flatMap { Int64($0) }
        let output: LogStream
        do {
            options.isTerminal = try await docker.inspectContainer(container).hasTerminal
            output = try await docker.logs(of: container, options)
        } catch let failure as DockerFailure { throw TunnelRefusal(failure) }
        defer { output.cancel() }
        stream.respond([
            HTTP2Field(":status", "200"), HTTP2Field("content-type", "text/plain; charset=utf-8"),
        ])
        while let frames = try await output.next() {
            var bytes: [UInt8] = []
            for frame in frames { bytes += frame.bytes }
            try await stream.write(bytes)
        }
        stream.finish()
    }

    /// Opens a connection to a port of a container, or to an address that the settings allow, and carries its bytes.
    func connect(_ stream: TunnelStream) async throws {
        let (host, port) = try await address(of: stream)
        let socket: LoopStream
        do {
            socket = try await LoopStream.connectTCP(
                host: host, port: port, timeoutMilliseconds: AgentLimits.portConnectMilliseconds)
        } catch let failure as LoopFailure {
            throw TunnelRefusal(502, "connect_failed", "\(host):\(port) cannot be reached: \(failure.detail)")
        }
        socket.setNoDelay(true)
        stream.respond([HTTP2Field(":status", "200")])
        try await StreamBridge.run(socket, stream)
    }

    /// Throws when the settings of this node keep everybody out.
    func checkAllowed() throws {
        guard settings.allowsExec else {
            throw TunnelRefusal(
                403, "exec_not_allowed", "this node has FLEDX_AGENT_ALLOW_EXEC=false")
        }
    }

    /// The container that stands for a replica.
    func container(of id: AssignmentID) throws -> String {
        guard let container = driver.container(of: id) else {
            throw TunnelRefusal(404, "container_not_found", "this node has no container for assignment \(id)")
        }
        return container.rawValue
    }

    private func address(of stream: TunnelStream) async throws -> (host: String, port: UInt16) {
        if let path = stream.request[TunnelProtocol.routeHeader] {
            guard let route = settings.routes.first(where: { $0.covers(path) }) else {
                throw TunnelRefusal(
                    404, "no_route", "no FLEDX_AGENT_TUNNEL_ROUTES of this node covers '\(path.prefix(80))'")
            }
            return (route.host, route.port)
        }
        try checkAllowed()
        let authority = stream.request[":authority"] ?? ""
        let name = authority.prefix { $0 != ":" }
        guard let id = AssignmentID(name), let port = UInt16(authority.dropFirst(name.count + 1)), port > 0
        else {
            throw TunnelRefusal(400, "malformed", "ASSIGNMENT:PORT is expected")
        }
        return (try await host(of: id, port), port)
    }

    /// Where a container listens: on its own address, or on the node's network only at ports that it declares.
    private func host(of id: AssignmentID, _ port: UInt16) async throws -> String {
        let details: ContainerDetails
        do { details = try await docker.inspectContainer(try container(of: id)) } catch let failure
            as DockerFailure
        {
            throw TunnelRefusal(failure)
        }
        guard details.state.processID > 0 else {
            throw TunnelRefusal(409, "container_not_running", "the container does not run")
        }
        if details.networkMode == "host" {
            guard driver.replica(id)?.ports.contains(where: { $0.containerPort == port }) == true else {
                throw TunnelRefusal(
                    403, "port_not_declared",
                    "on the node's own network only declared ports are reached; \(port) is not one")
            }
            return "127.0.0.1"
        }
        guard
            let address = details.addresses.sorted(by: { $0.key < $1.key }).first(where: { !$0.value.isEmpty }
            )
        else { throw TunnelRefusal(409, "no_network", "the container has no network") }
        return address.value
    }
}
