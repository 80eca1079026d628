import Model

extension APIOperation {
    private static let one = "/api/v1/deployments/{id}"
    private static let replica = Parameter(
        "replica", .whole(0...9_999, 0), "Which replica; any that serves unless given.")

    static let tunnel: [APIOperation] =
        [
            APIOperation(
                .get, "/agent-tunnel", "openTunnel", "Open a node's tunnel",
                replies: [Reply(101, "with Upgrade: fledx-tunnel/1, HTTP/2 in which the agent is the server")]
            ).with {
                $0.isRepeatable = false
                $0.refusals = [409, 410, 422, 426, 503]
            }
        ] + carried.map { operation in operation.with { $0.refusals += TunnelOperations.ofAgents } }

    /// What goes to a node through its tunnel.
    private static let carried: [APIOperation] =
        [
            APIOperation(
                .get, "\(one)/logs", "getLogs", "Show what a container prints",
                query: [
                    replica, Parameter("follow", .flag(true), "Go on as it prints."),
                    Parameter("tail", .whole(0...100_000, 100), "Only so many last lines."),
                    Parameter("since", .time, "Only what was printed since."),
                    Parameter("timestamps", .flag(true), "Each line with its time."),
                ], replies: [Reply(200, "the output", .text("ready\n"), type: "text/plain; charset=utf-8")]),
            APIOperation(
                .post, "\(one)/exec", "execute", "Run a command in a container",
                body: .object([
                    .must("command", .list(.text("date"), most: SpecLimits.entries)),
                    .may("replica", .whole(0...9_999, 0)), .may("tty", .flag(false)),
                ]),
                replies: [
                    Reply(
                        200, "what became of it",
                        .object([
                            .must("exit_code", .whole(-255...255, 0)), .must("stdout", .text("")),
                            .must("stderr", .text("")), .must("truncated", .flag(false)),
                        ])), Reply(101, "with Upgrade: fledx-stream, raw bytes both ways"),
                ]
            ).with {
                $0.isRepeatable = false
                $0.refusals = [426]
            },
            APIOperation(
                .get, "\(one)/port-forward", "forwardPort", "Open a raw stream to a container's port",
                query: [Parameter("port", .whole(1...65_535, 80), "The container's port."), replica],
                replies: [Reply(101, "with Upgrade: fledx-stream, raw bytes both ways")]
            ).with {
                $0.isRepeatable = false
                $0.refusals = [422, 426]
            },
            APIOperation(
                .get, "/api/v1/nodes/{id}/status", "getAgentStatus", "Ask an agent how it is",
                replies: [
                    Reply(
                        200, "the agent's own view of itself",
                        .object([
                            .must("ready", .flag(true)), .must("reasons", .list(.text("docker is away"))),
                            .must("agent_version", .text("0.1.0")),
                            .may("applied", .object([.must("epoch", .id), .must("revision", .count(7))])),
                            .must("replicas", .count(2)),
                        ]))
                ]),
            APIOperation(
                .get, "/api/v1/nodes/{id}/metrics", "getAgentMetrics", "Ask an agent for its figures",
                replies: [
                    Reply(
                        200, "the agent's figures, as its own /metrics shows them",
                        .text("node_agent_tunnel_up 1\n"), type: "text/plain; version=0.0.4; charset=utf-8")
                ]),
        ] + TunnelOperations.relay
}

/// The relay, once for each method it passes on.
private enum TunnelOperations {
    /// What an agent refuses with, or a tunnel that breaks.
    static let ofAgents = [409, 422, 502]

    static let relay = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].flatMap { name in
        let method = HTTPMethod(name)
        let word = name.prefix(1) + name.dropFirst().lowercased()
        return [
            APIOperation(
                method, "/relay/{node}/{deployment}/{port}/{path...}", "relay\(word)ToContainer",
                "Pass a request on to a container's port", replies: [answer]
            ).with(relayed),
            APIOperation(
                method, "/relay/{node}/-/{path...}", "relay\(word)ToAgent", "Pass a request on to an agent",
                replies: [answer]
            ).with(relayed),
        ]
    }

    private static let answer = APIOperation.Reply(
        200, "whatever the other side answers, under whatever status")

    private static func relayed(_ operation: inout APIOperation) {
        operation.isRepeatable = false
        operation.refusals = [422]
    }
}
