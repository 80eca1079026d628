import EventLoop
import Model

/// What a caller's token must allow for each kind of declaration.
@LoopActor
enum ApplyScopes {
    /// Refuses kinds that the token does not allow to write.
    static func require(_ kinds: [AppliedDeclaration.Kind], _ call: APICall) throws(Refusal) {
        for kind in AppliedDeclaration.Kind.allCases where kinds.contains(kind) {
            try call.grant?.require(writing(kind))
        }
    }

    /// Whether the caller may see what is stored: who may only write is told which fields differ, not their values.
    static func shows(_ kind: AppliedDeclaration.Kind, _ call: APICall) -> Bool {
        call.grant?.scopes.contains(reading(kind)) ?? false
    }

    private static func writing(_ kind: AppliedDeclaration.Kind) -> OperatorScope {
        switch kind {
        case .deployment: .deploymentWrite
        case .config, .registryCredential: .configWrite
        case .ingressRoute: .ingressRouteWrite
        }
    }

    private static func reading(_ kind: AppliedDeclaration.Kind) -> OperatorScope {
        switch kind {
        case .deployment: .deploymentRead
        case .config, .registryCredential: .configRead
        case .ingressRoute: .ingressRouteRead
        }
    }
}
