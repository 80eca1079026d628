import HTTP1
import Model

// libFuzzer calls this with every input it can think of. The same bytes must read the same in one piece and in two:
// a difference would let two readers see two different requests.

private func reading(_ pieces: [[UInt8]]) -> [String] {
    var decoder = HTTP1RequestDecoder()
    var events: [String] = []
    var body = 0
    for piece in pieces {
        var offset = 0
        do {
            reading: while true {
                switch try decoder.step(piece.span, from: &offset) {
                case .needsMore: break reading
                case .head(let request):
                    events.append("\(request.head) \(request.framing) \(request.keepsAlive)")
                case .body(let range): body += range.count
                case .end(let trailers):
                    events.append("end \(body) \(trailers)")
                    body = 0
                }
            }
        } catch {
            events.append("refused \(error.code)")
            return events
        }
    }
    return events
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let whole = reading([bytes])
    let cut = bytes.isEmpty ? 0 : Int(bytes[bytes.count / 2]) % (bytes.count + 1)
    let split = reading([Array(bytes[..<cut]), Array(bytes[cut...])])
    precondition(whole == split, "cut at \(cut): \(whole) became \(split)")
    return 0
}
