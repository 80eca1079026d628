internal import EventLoop
internal import HTTPClient
internal import JSON
internal import Model

/// What can be done with images.
extension DockerClient {
    /// Pulls an image and returns its digest where the registry named one.
    ///
    /// `milliseconds` bounds the whole pull; a registry that falls silent ends it earlier. Cancelling the task stops
    /// the pull in the engine too.
    public func pullImage(
        _ reference: ImageReference, credentials: RegistryCredentials? = nil, milliseconds: Int64,
        progress: (@LoopActor (PullProgress) -> Void)? = nil
    ) async throws -> String? {
        let operation = "pull image"
        var call = Call(operation)
        call.query.add("fromImage", reference.repository)
        call.query.add("tag", reference.digest ?? reference.tag ?? "latest")
        if let credentials { call.headers.append(("X-Registry-Auth", credentials.headerValue)) }
        call.deadlines = HTTPClientDeadlines(
            connect: DockerLimits.connectMilliseconds, responseHead: DockerLimits.pullHeadMilliseconds,
            idle: DockerLimits.pullIdleMilliseconds, total: milliseconds)
        let body: HTTPBodyStream
        do { body = try await open(.post, "/images/create", call) } catch {
            throw FailureReader.aboutImage(error)
        }
        let objects = ObjectStream(client: self, body: body, operation: operation)
        var digest: String?
        while let node = try await objects.next() {
            if let message = node["error"]?.stringValue ?? node["errorDetail"]?["message"]?.stringValue {
                throw FailureReader.pullFailure(message: message, operation: operation)
            }
            let line = PullProgress(node)
            digest = line.digest ?? digest
            progress?(line)
        }
        return digest
    }

    /// Everything about an image by reference or id; `imageNotFound` when it is not here.
    public func inspectImage(_ name: String) async throws -> ImageDetails {
        let operation = "inspect image"
        do {
            let body = try await call(.get, Self.imagePath(name, "/json"), Call(operation))
            return ImageDetails(try Self.parsed(body, operation))
        } catch { throw FailureReader.aboutImage(error) }
    }

    /// Removes an image's name, and the image with its last name; `conflict` while a container uses it.
    public func removeImage(_ name: String, force: Bool = false) async throws {
        var call = Call("remove image", milliseconds: DockerLimits.changeMilliseconds)
        call.query.add("force", force)
        do { _ = try await self.call(.delete, Self.imagePath(name, ""), call) } catch {
            throw FailureReader.aboutImage(error)
        }
    }

    /// Gives an image another name.
    public func tagImage(_ name: String, repository: String, tag: String) async throws {
        var call = Call("tag image")
        call.query.add("repo", repository)
        call.query.add("tag", tag)
        _ = try await self.call(.post, Self.imagePath(name, "/tag"), call)
    }

    /// The engine routes image names with their slashes unescaped.
    private nonisolated static func imagePath(_ name: String, _ suffix: String) -> String {
        let segments = name.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        return "/images"
            + segments.map { "/" + QueryText.encoded(String(decoding: $0, as: UTF8.self)) }.joined()
            + suffix
    }
}
