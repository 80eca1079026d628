internal import EventLoop
internal import HTTPClient
internal import JSON
internal import Model

/// What can be done with containers. A container is named by id, id prefix or name.
extension DockerClient {
    /// Containers that carry all these labels (`key` or `key=value`), stopped ones too.
    public func listContainers(labels: [String]) async throws -> [ContainerSummary] {
        let operation = "list containers"
        var call = Call(operation)
        call.query.add("all", true)
        if !labels.isEmpty { call.query.addFilters(["label": labels]) }
        let body = try await self.call(.get, "/containers/json", call)
        return try Self.parsed(body, operation).arrayValue?.map { ContainerSummary($0) } ?? []
    }

    /// Everything about one container.
    public func inspectContainer(_ id: String) async throws -> ContainerDetails {
        let operation = "inspect container"
        let body = try await call(.get, Self.path("containers", id, "json"), Call(operation))
        return ContainerDetails(try Self.parsed(body, operation))
    }

    /// Makes a container and returns its id; an absent image is `imageNotFound`, a taken name `conflict`.
    public func createContainer(_ creation: ContainerCreation, name: String?) async throws -> String {
        let operation = "create container"
        var call = Call(operation, milliseconds: DockerLimits.changeMilliseconds)
        if let name { call.query.add("name", name) }
        call.body = creation.node
        let body = try await self.call(.post, "/containers/create", call)
        let id = try Self.parsed(body, operation).text("Id")
        guard !id.isEmpty else {
            throw DockerFailure(.badAnswer, operation: operation, detail: "no id in the answer")
        }
        return id
    }

    /// Starts a container; one that runs already is left alone.
    public func startContainer(_ id: String) async throws {
        let call = Call("start container", milliseconds: DockerLimits.changeMilliseconds)
        _ = try await self.call(.post, Self.path("containers", id, "start"), call)
    }

    /// Stops a container with its signal and kills it after `graceSeconds`; one that is stopped is left alone.
    public func stopContainer(_ id: String, graceSeconds: Int) async throws {
        let grace = max(0, graceSeconds)
        let patience = Int64(grace) * 1000 + DockerLimits.stopSlackMilliseconds
        var call = Call("stop container", milliseconds: patience)
        call.query.add("t", String(grace))
        _ = try await self.call(.post, Self.path("containers", id, "stop"), call)
    }

    /// Sends a signal; a container that does not run is a `conflict`.
    public func killContainer(_ id: String, signal: String = "SIGKILL") async throws {
        var call = Call("kill container")
        call.query.add("signal", signal)
        _ = try await self.call(.post, Self.path("containers", id, "kill"), call)
    }

    /// Removes a container; `force` kills it first, `volumes` removes its anonymous volumes too.
    public func removeContainer(_ id: String, force: Bool, volumes: Bool = true) async throws {
        var call = Call("remove container", milliseconds: DockerLimits.changeMilliseconds)
        call.query.add("force", force)
        call.query.add("v", volumes)
        _ = try await self.call(.delete, Self.path("containers", id), call)
    }

    /// Gives a container another name.
    public func renameContainer(_ id: String, to name: String) async throws {
        var call = Call("rename container")
        call.query.add("name", name)
        _ = try await self.call(.post, Self.path("containers", id, "rename"), call)
    }

    /// Waits until a container does not run and returns its exit code; `timeout` when that takes longer.
    public func waitForExit(_ id: String, milliseconds: Int64) async throws -> Int {
        let operation = "wait for container"
        var call = Call(operation, milliseconds: milliseconds)
        call.query.add("condition", "not-running")
        let body = try await self.call(.post, Self.path("containers", id, "wait"), call)
        return Int(try Self.parsed(body, operation).integer("StatusCode"))
    }

    /// One reading of a container's counters, without the engine's second of waiting for a difference.
    public func statistics(of id: String) async throws -> ContainerStatistics {
        let operation = "read container statistics"
        var call = Call(operation)
        call.query.add("stream", false)
        call.query.add("one-shot", true)
        let body = try await self.call(.get, Self.path("containers", id, "stats"), call)
        return ContainerStatistics(try Self.parsed(body, operation))
    }

    /// A container's output.
    public func logs(of id: String, _ options: LogOptions) async throws -> LogStream {
        let operation = "read container logs"
        var call = Call(operation)
        call.query = options.query
        call.deadlines = .engineStream
        if !options.follows { call.deadlines.idle = DockerLimits.readMilliseconds }
        let body = try await open(.get, Self.path("containers", id, "logs"), call)
        return LogStream(client: self, body: body, hasFrames: !options.isTerminal, operation: operation)
    }

    /// A path of segments, each percent-encoded.
    nonisolated static func path(_ segments: String...) -> String {
        segments.map { "/" + QueryText.encoded($0) }.joined()
    }
}

extension HTTPClientDeadlines {
    /// For streams: the answer's head is due, what follows may take any time.
    static var engineStream: HTTPClientDeadlines {
        HTTPClientDeadlines(
            connect: DockerLimits.connectMilliseconds, responseHead: DockerLimits.streamHeadMilliseconds,
            idle: nil,
            total: nil)
    }
}
