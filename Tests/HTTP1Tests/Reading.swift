import HTTP1
import Model

/// One message as it was read, in a form that tests compare.
struct ReadMessage: Equatable, CustomStringConvertible {
    var start: String
    var fields: [String] = []
    var body: [UInt8] = []
    var trailers: [String] = []
    var keepsAlive = true

    var bodyText: String { String(decoding: body, as: UTF8.self) }
    var description: String { "\(start) \(fields) body=\(body.count) trailers=\(trailers)" }
}

/// Everything a run of bytes gave: complete messages, an incomplete one, and the failure that ended it.
struct Reading: Equatable, CustomStringConvertible {
    var messages: [ReadMessage] = []
    var partial: ReadMessage?
    var failure: HTTP1Failure.Code?

    var description: String {
        "\(messages)\(partial.map { " partial \($0)" } ?? "")\(failure.map { " failed \($0)" } ?? "")"
    }

    /// Feeds pieces to a request decoder.
    static func requests(_ pieces: [[UInt8]], limits: HTTP1Limits = HTTP1Limits()) -> Reading {
        var decoder = HTTP1RequestDecoder(limits: limits)
        var reading = Reading()
        for piece in pieces where reading.failure == nil {
            var offset = 0
            do throws(HTTP1Failure) {
                while true {
                    let step = try decoder.step(piece.span, from: &offset)
                    guard
                        reading.take(
                            step, piece, start: { "\($0.head.method) \($0.head.target) \($0.head.version)" },
                            { $0.head.headers }, { $0.keepsAlive })
                    else { break }
                }
                precondition(offset == piece.count, "needsMore left bytes behind")
            } catch {
                reading.failure = error.code
            }
        }
        return reading
    }

    /// Feeds pieces to a response decoder, then the end.
    static func responses(
        _ pieces: [[UInt8]], to method: HTTPMethod = .get, limits: HTTP1Limits = HTTP1Limits()
    ) -> Reading {
        var decoder = HTTP1ResponseDecoder(method: method, limits: limits)
        var reading = Reading()
        for piece in pieces where reading.failure == nil {
            var offset = 0
            do throws(HTTP1Failure) {
                while true {
                    let step = try decoder.step(piece.span, from: &offset)
                    guard
                        reading.take(
                            step, piece, start: { "\($0.head.version) \($0.head.status.code)" },
                            { $0.head.headers }, { $0.keepsAlive })
                    else { break }
                }
            } catch {
                reading.failure = error.code
            }
        }
        guard reading.failure == nil else { return reading }
        do throws(HTTP1Failure) {
            if try decoder.finish(), let partial = reading.partial {
                reading.messages.append(partial)
                reading.partial = nil
            }
        } catch {
            reading.failure = error.code
        }
        return reading
    }

    private mutating func take<Head>(
        _ step: HTTP1Step<Head>, _ piece: [UInt8], start: (Head) -> String, _ headers: (Head) -> HTTPHeaders,
        _ keepsAlive: (Head) -> Bool
    ) -> Bool {
        switch step {
        case .needsMore: return false
        case .head(let head):
            partial = ReadMessage(
                start: start(head), fields: headers(head).pairs.map { "\($0.name): \($0.value)" },
                keepsAlive: keepsAlive(head))
        case .body(let range): partial?.body += piece[range]
        case .end(let trailers):
            partial?.trailers = trailers.pairs.map { "\($0.name): \($0.value)" }
            if let partial { messages.append(partial) }
            partial = nil
        }
        return true
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
