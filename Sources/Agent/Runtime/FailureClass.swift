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
        if case .portConflict(let port?) = failure.kind {
            return "host port \(port) is taken: \(failure.detail)"
        }
        return failure.detail
    }
}
