import Agent

@main enum Main {
    nonisolated static func main() { AgentProgram.run() }
}
