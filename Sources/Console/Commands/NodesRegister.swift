import ArgumentParser
import EventLoop
import JSON
import Model

/// Registers a node by hand, for an agent that is given its id and token.
struct NodesRegister: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Register a node and print its id and token, once.",
        discussion: "The agent then starts with FLEDX_AGENT_NODE_ID and FLEDX_AGENT_NODE_TOKEN.")

    @Option(help: "The registration token (FLEDX_CLI_REGISTRATION_TOKEN).") var registrationToken: String?
    @OptionGroup var newName: NewName
    @Option(help: "Processor architecture.") var arch: String?
    @Option(help: "Operating system.") var os: String?
    @Option(name: .customLong("label"), help: "KEY=value on the node. Repeatable.") var labels: [String] = []
    @Option(help: "Capacity in thousandths of a core.") var capacityCpuMillis: Int64?
    @Option(help: "Capacity in bytes of memory.") var capacityMemoryBytes: Int64?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let token = registrationToken ?? SystemInfo.environment["FLEDX_CLI_REGISTRATION_TOKEN"] ?? ""
        guard !token.isEmpty else {
            throw ConsoleFailure(
                .usage, "no registration token is set",
                hint: "set FLEDX_CLI_REGISTRATION_TOKEN or --registration-token")
        }
        let labels = try PairArgument.map(labels, flag: "--label")
        let hasCapacity = capacityCpuMillis != nil || capacityMemoryBytes != nil
        let inventory = Inventory(
            arch: arch, os: os, labels: labels.isEmpty ? nil : labels,
            capacity: hasCapacity
                ? Capacity(cpuMillis: capacityCpuMillis, memoryBytes: capacityMemoryBytes) : nil)
        let body = try JSONCoder.encode(RegistrationRequest(name: newName.text, inventory: inventory))
        let answer = try await session.register(body, token: token)
        if json {
            try session.printJSON(answer)
            return 0
        }
        let node: RegistrationResponse = try session.decode(answer)
        session.terminal.write("node_id: \(node.nodeID)\nnode_token: \(node.nodeToken)\n")
        return 0
    }
}
