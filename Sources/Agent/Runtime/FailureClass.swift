internal import DockerEngine
internal import Model
internal import NodeCore

/// Sorts Docker's failures into the machine's classes.
enum FailureClass {
    static func of(_ error: any Error) -> ActionFailure {
        if error is CancellationError {
            return ActionFailure(.other, "it was given up because nothing here needed it any more")
        }
        guard let failure = error as? DockerFailure else {
            return ActionFailure(.other, ErrorReport.render(error))
        }
        return ActionFailure(kind(failure.kind, failure.operation), words(failure))
    }

    private static func kind(_ kind: DockerFailure.Kind, _ operation: String) -> ActionFailure.Kind {
        switch kind {
        // A registry may hang while Docker itself is well.
        case .timeout: operation == "pull image" ? .registryUnavailable : .dockerUnreachable
        case .unreachable: .dockerUnreachable
        case .imageNotFound: operation == "create container" ? .imageGone : .imageNotFound
        case .registryUnavailable, .imageAccessDenied: .registryUnavailable
        case .notFound: .containerGone
        case .portConflict: .portTaken
        case .conflict: operation == "create container" ? .nameTaken : .other
        case .refused: .invalid
        case .server, .unsupportedVersion, .badAnswer: .other
        }
    }

    private static func words(_ failure: DockerFailure) -> String {
        guard case .portConflict(let port) = failure.kind else { return failure.detail }
        let which = port.map { "host port \($0)" } ?? "a host port"
        return "\(which) is taken by another program (Docker: \(failure.detail))"
    }
}
