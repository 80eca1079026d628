import ArgumentParser
import EventLoop
import JSON
import Model

/// Declares what files say: all of it or nothing.
struct Apply: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Make the cluster what files say, all of it or nothing.",
        discussion: """
            A file is JSON or YAML: {"items": [...]}, a list, or one item; in YAML also several documents. Each item
            has a "kind" (deployment, config, registry_credential, ingress_route) and what it declares, as the API
            takes it:
              fledx apply -f shop.json --dry-run
              fledx apply -f shop.json --prune --label app=shop
              cat shop.json | fledx apply -f -
            """)

    @Option(
        name: [.customShort("f"), .customLong("file")], help: "A file, or - for standard input. Repeatable.")
    var files: [String]
    @Flag(help: "Show what would change, and change nothing.") var dryRun = false
    @Flag(help: "Delete what bears the labels of --label and is not in the files.") var prune = false
    @Option(name: [.customShort("l"), .customLong("label")], help: "key=value; with --prune. Repeatable.")
    var labels: [String] = []
    @Flag(help: "Refuse everything when a replica has no place now.") var requirePlacement = false
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if prune == labels.isEmpty { throw ValidationError("--prune and --label belong together") }
        guard labels.allSatisfy({ $0.contains("=" as Character) }) else {
            throw ValidationError("--label: key=value is expected")
        }
    }

    /// What is asked for beside the document.
    var query: String {
        var query = Query()
        if dryRun { query.add("dry_run", "true") }
        if requirePlacement { query.add("require_placement", "true") }
        if prune { query.add("prune", "true") }
        for label in labels { query.add("label", label) }
        return query.text
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let document = try ApplyDocument(files.map { (name: $0, bytes: try LocalFile.read($0)) })
        let answer: [UInt8]
        do {
            answer = try await session.send(.post, "/api/v1/apply\(query)", body: document.body)
        } catch let failure as ConsoleFailure {
            throw document.naming(failure)
        }
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(ApplyText.result(try session.decode(answer)))
        }
        return 0
    }
}
