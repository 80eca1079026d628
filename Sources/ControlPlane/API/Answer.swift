import EventLoop
import HTTPServer
import JSON
import Model

/// What a client hears, complete.
struct Answer: Sendable {
    /// Writes a body piece by piece; what it throws breaks the connection off, so that half is not taken for whole.
    typealias BodyWriter = @LoopActor @Sendable (ResponseWriter) async throws -> Void
    /// Takes a connection over, with the bytes that came behind the request.
    typealias TakeOver = @LoopActor @Sendable (LoopStream, _ received: [UInt8]) -> Void

    var status: HTTPStatus
    var headers: HTTPHeaders
    let body: [UInt8]
    /// Set when the body holds a secret that is shown once: the member a repetition is told instead.
    var shownOnce: JSONMember?
    /// Writes the body instead of `body`.
    var stream: BodyWriter?
    /// Takes the connection over instead: it speaks another protocol from then on, whose name is a field.
    var takeOver: TakeOver?

    /// A JSON body.
    static func json(
        _ value: some Encodable, status: HTTPStatus = .ok, headers: [(String, String)] = []
    ) throws(Refusal) -> Answer {
        do {
            let body = try JSONCoder.encode(value) + newline
            return Answer(status: status, headers: headers, contentType: "application/json", body: body)
        } catch {
            throw Refusal(.internalServerError, "internal_error", "the answer could not be written")
        }
    }

    /// An answer put together on a worker: a page of a thousand entries takes the loop longer than anybody else
    /// should wait for it.
    @LoopActor
    static func writtenBeside(
        _ make: @escaping @Sendable () throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer {
        do {
            return try await BlockingPool.run { try make() }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.internalServerError, "internal_error", "the answer could not be written")
        }
    }

    /// Ends every JSON body: a terminal shows its prompt on a line of its own.
    private static let newline: [UInt8] = [0x0A]

    /// No body.
    static func empty(_ status: HTTPStatus, headers: [(String, String)] = []) -> Answer {
        Answer(status: status, headers: headers)
    }

    /// Plain text.
    static func text(_ text: String, status: HTTPStatus = .ok, type: String = "text/plain; charset=utf-8")
        -> Answer
    {
        Answer(status: status, contentType: type, body: Array(text.utf8))
    }

    /// Another protocol on the same connection.
    static func upgrade(
        to name: String, headers: [(String, String)] = [], _ takeOver: @escaping TakeOver
    ) -> Answer {
        var answer = Answer(status: .switchingProtocols, headers: [("upgrade", name)] + headers)
        answer.takeOver = takeOver
        return answer
    }

    /// A body that is written piece by piece.
    static func streamed(
        type: String, headers: [(String, String)] = [], _ write: @escaping BodyWriter
    ) -> Answer {
        var answer = Answer(status: .ok, headers: headers, contentType: type)
        answer.stream = write
        return answer
    }

    /// The one error body.
    init(_ refusal: Refusal, requestID: String) {
        let body = ErrorBody(
            error: refusal.message, code: refusal.code, requestID: requestID, details: refusal.details)
        var members = (try? JSONCoder.node(of: body))?.objectValue ?? []
        // The same order as in refusals of the server itself: the details, which may be long, come last.
        if let details = members.firstIndex(where: { $0.key == "details" }) {
            members.append(members.remove(at: details))
        }
        members += refusal.extra
        self.init(
            status: refusal.status, headers: refusal.headers, contentType: "application/json",
            body: JSONNode.object(members).encoded() + Self.newline)
    }

    init(
        status: HTTPStatus, headers: [(String, String)] = [], contentType: String? = nil, body: [UInt8] = []
    ) {
        var fields = HTTPHeaders(headers)
        if let contentType { fields.set("content-type", contentType) }
        self.init(status: status, fields: fields, body: body)
    }

    /// Header fields that are put together already.
    init(status: HTTPStatus, fields: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = fields
        self.body = body
    }
}
