import HTTP1
import Model

// The change of protocol as both ends read it: an agent's answer, a control plane's request. Read in one piece and in
// two, the same must be understood, and the same bytes must be left for the other protocol.

private struct Reading: Equatable {
    var events: [String] = []
    var rest: [UInt8] = []
}

private func answer(_ pieces: [[UInt8]]) -> Reading {
    var decoder = HTTP1ResponseDecoder(method: .get)
    var reading = Reading()
    var body = 0
    var isSwitched = false
    for piece in pieces {
        var offset = 0
        do {
            steps: while !isSwitched {
                switch try decoder.step(piece.span, from: &offset) {
                case .needsMore: break steps
                case .head(let response):
                    reading.events.append("\(response.head) \(response.switchesProtocol)")
                    isSwitched = response.switchesProtocol
                case .body(let range): body += range.count
                case .end:
                    reading.events.append("end \(body)")
                    body = 0
                }
            }
        } catch {
            reading.events.append("refused \(error.code)")
            return reading
        }
        if isSwitched { reading.rest += piece[offset...] }
    }
    if !isSwitched {
        do { reading.events.append("finished \(try decoder.finish()) \(body)") } catch {
            reading.events.append("cut \(error.code)")
        }
    }
    return reading
}

private func request(_ pieces: [[UInt8]]) -> Reading {
    var decoder = HTTP1RequestDecoder()
    var reading = Reading()
    var offers = false
    var isOver = false
    for piece in pieces {
        var offset = 0
        do {
            steps: while !isOver {
                switch try decoder.step(piece.span, from: &offset) {
                case .needsMore: break steps
                case .head(let head):
                    reading.events.append("\(head.head) \(head.framing) \(head.offersUpgrade)")
                    offers = head.offersUpgrade
                case .body: break
                case .end: isOver = offers
                }
            }
        } catch {
            reading.events.append("refused \(error.code)")
            return reading
        }
        if isOver { reading.rest += piece[offset...] }
    }
    return reading
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzUpgrade(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let cut = bytes.isEmpty ? 0 : Int(bytes[bytes.count / 2]) % (bytes.count + 1)
    let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
    let (whole, split) = (answer([bytes]), answer(pieces))
    precondition(whole == split, "answer cut at \(cut): \(whole) became \(split)")
    let (asked, askedSplit) = (request([bytes]), request(pieces))
    precondition(asked == askedSplit, "request cut at \(cut): \(asked) became \(askedSplit)")
    return 0
}
