import ArgumentParser
import EventLoop
import Model

/// Whose use of processor, memory and network is asked for.
struct UsageSubject: ParsableArguments, Sendable {
    @Argument(help: ArgumentHelp("Name or id of a deployment.", valueName: "deployment")) var word: String?
    @Option(help: "The deployment, as a flag.") var deployment: String?
    @Option(help: "Name or id of a node.") var node: String?

    /// The deployment; nil where none is given.
    var name: String? { word ?? deployment }

    func validate() throws {
        if word != nil, deployment != nil { throw ValidationError("the deployment is given twice") }
    }

    /// Tells whoever gives a node without its flag how to name one.
    @LoopActor func explaining(_ ask: @LoopActor () async throws -> [UInt8]) async throws -> [UInt8] {
        do {
            return try await ask()
        } catch let failure as ConsoleFailure {
            guard let word, node == nil, Self.isUnknownName(failure) else { throw failure }
            throw failure.hinting("a node is named by its flag: --node \(word)")
        }
    }

    private static func isUnknownName(_ failure: ConsoleFailure) -> Bool {
        if case .refused(status: 404) = failure.kind { return true }
        return failure.details.contains { $0.field == "deployment" }
    }
}
