import HTTP2

// A tunnel's session against any peer: it ends or goes on, and never holds more than it may. The first byte says which
// end it is and how the rest is cut; a server is greeted properly, so that what follows is looked at.

private let greeting = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

private func answer(_ events: [HTTP2Event], _ session: HTTP2Session) {
    for event in events {
        switch event {
        case .request(let id, _):
            do { try session.respond(id, [HTTP2Field(":status", "200")]) } catch {
                session.reset(id, .refused)
            }
        case .data(let id, let bytes):
            if session.role == .server { try? session.send(bytes, on: id) }
            if id % 4 != 3 { session.consumed(bytes.count, on: id) }
        case .ended(let id): try? session.finish(id, trailers: [HTTP2Field("x-end", "yes")])
        default: break
        }
    }
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP2(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let session = HTTP2Session(first & 1 == 0 ? .server : .client, limits: .small)
    let step = 1 + Int(first >> 1)
    if session.role == .client {
        for _ in 0..<3 {
            _ = try? session.open([HTTP2Field(":method", "CONNECT"), HTTP2Field(":authority", "a:1")])
        }
    }
    let input = (session.role == .server ? greeting : [0, 0, 0, 4, 0, 0, 0, 0, 0]) + bytes.dropFirst()
    var output: [UInt8] = []
    for at in stride(from: 0, to: input.count, by: step) {
        do { answer(try session.receive(Array(input[at..<min(at + step, input.count)])), session) } catch {
            break
        }
        session.takeOutput(into: &output)
        answer(session.takeEvents(), session)
        output.removeAll(keepingCapacity: true)
        precondition(session.bufferedBytes <= session.limits.bufferedBytes + (1 << 20), "it holds too much")
        precondition(session.streamCount <= session.limits.streams, "it has too many streams")
    }
    session.takeOutput(into: &output)
    return 0
}
