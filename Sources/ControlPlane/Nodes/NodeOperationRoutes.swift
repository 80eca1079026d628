import EventLoop
import Model

/// What operators do with nodes, over HTTP.
@LoopActor
enum NodeOperationRoutes {
    static func routes(_ operations: NodeOperations) -> [APIRoute] {
        [
            APIRoute(.patch, "/api/v1/nodes/{id}", .operators(.nodeWrite)) { (call) throws(Refusal) in
                try operations.patch(call)
            },
            APIRoute(.post, "/api/v1/nodes/{id}/cordon", .operators(.nodeWrite)) { (call) throws(Refusal) in
                try operations.setAvailability(.cordoned, call)
            },
            APIRoute(.post, "/api/v1/nodes/{id}/uncordon", .operators(.nodeWrite)) { (call) throws(Refusal) in
                try operations.setAvailability(.open, call)
            },
            APIRoute(.post, "/api/v1/nodes/{id}/drain", .operators(.nodeWrite)) { (call) throws(Refusal) in
                try operations.setAvailability(.draining, call)
            },
            APIRoute(.get, "/api/v1/nodes/{id}/drain", .operators(.nodeRead)) { (call) throws(Refusal) in
                try operations.drainProgress(call)
            },
        ]
    }
}
