import EventLoop
import JSON
import Model
import TestKit

/// The programs of whoever is beyond a router.
extension Programs {
    /// A command as it is started where control plane and operator are.
    func place(_ command: [String]) -> [String] { network?.commandBeyond(command) ?? command }

    /// What the command line tool is told by its environment.
    func operatorEnvironment() throws -> [String: String] {
        var environment = [
            "FLEDX_CLI_CONTROL_PLANE_URL": url,
            "FLEDX_CLI_OPERATOR_TOKEN": try secret("FLEDX_CP_OPERATOR_TOKENS"),
            "FLEDX_CLI_REGISTRATION_TOKEN": try secret("FLEDX_CP_REGISTRATION_TOKEN"),
        ]
        environment["FLEDX_CLI_CA_CERT_PATH"] = authority
        return environment
    }

    /// Starts the command line tool, for commands that end when they are told to.
    func startFledx(_ arguments: [String]) throws -> Child {
        let command = place([Child.built("fledx")] + arguments)
        return try Child(command[0], Array(command[1...]), environment: try operatorEnvironment())
    }

    /// Runs curl as the operator; what it wrote.
    func curl(_ arguments: [String], seconds: Double = 60) async throws -> Child.Result {
        var words = place(["/usr/bin/curl", "--silent", "--show-error"])
        if let authority { words += ["--cacert", authority] }
        let token = (try? secret("FLEDX_CP_OPERATOR_TOKENS")) ?? ""
        words += ["--header", "authorization: Bearer \(token)"] + arguments
        return try await BlockingPool.run { [words] in
            try Child.run(words[0], Array(words[1...]), environment: [:], seconds: seconds)
        }
    }

    /// As `call`, by curl and from beyond the router.
    func callThere(_ method: HTTPMethod, _ path: String, _ body: String?) async throws -> (Int, JSONNode) {
        var words = [
            "--request", "\(method)", "--write-out", "\n%{http_code}", "--max-time", "10", url + path,
        ]
        if let body { words += ["--header", "content-type: application/json", "--data-binary", body] }
        let result = try await curl(words)
        guard let line = result.output.lastIndex(of: "\n"),
            let status = Int(result.output[result.output.index(after: line)...])
        else { throw Failure(description: "curl: \(result.errors)") }
        let text = result.output[..<line]
        let isJSON = text.first == "{" || text.first == "["
        return (status, isJSON ? try JSONNode.parse(Array(text.utf8)) : .string(String(text)))
    }
}
