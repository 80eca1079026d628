internal import DockerEngine
internal import Model
internal import NodeCore

/// Sorts Docker's failures into the machine's classes.
enum FailureClass {
    static func of(_ error: any Error) -> ActionFailure {
        if error is CancellationError {
            return ActionFailure(.other, "it was given up because nothing here needed it any more")
        }
        if let failure = error as? PreparationFailure { return ActionFailure(.notPrepared, "\(failure)") }
        guard let failure = error as? DockerFailure else {
            return ActionFailure(.other, ErrorReport.render(error))
        }
        return ActionFailure(kind(failure.kind, failure.operation), words(failure))
    }

    private static func kind(_ kind: DockerFailure.Kind, _ operation: String) -> ActionFailure.Kind {
        switch kind {
        case .timeout: timeout(of: operation)
        case .unreachable: .dockerUnreachable
        case .imageNotFound: operation == "create container" ? .imageGone : .imageNotFound
        case .registryUnavailable, .imageAccessDenied: .registryUnavailable
        case .notFound: .containerGone
        case .portConflict: .portTaken
        case .conflict: operation == "create container" ? .nameTaken : .other
        case .startBarred: .startBarred
        case .refused: .invalid
        case .server, .unsupportedVersion, .badAnswer: .other
        }
    }

    /// A registry or one container may hang while Docker itself is well: only questions about the engine as a whole
    /// that go unanswered mean that it is away.
    private static func timeout(of operation: String) -> ActionFailure.Kind {
        switch operation {
        case "pull image": .registryUnavailable
        case "list containers", "negotiate version", "follow events", "ping engine": .dockerUnreachable
        default: .other
        }
    }

    private static func words(_ failure: DockerFailure) -> String {
        guard case .portConflict(let port) = failure.kind else { return failure.detail }
        let which = port.map { "host port \($0)" } ?? "a host port"
        return "\(which) is taken by another program"
    }
}
