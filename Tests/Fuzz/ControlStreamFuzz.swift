import JSON
import Model
import Tunnel

// What flows through a tunnel's control stream and through an executed command's stream: lines and frames are the same
// however they are cut, and a message that can be read is the same after it was written.

private func lines(_ pieces: [[UInt8]]) -> [[UInt8]]? {
    var splitter = LineSplitter(limitBytes: 1 << 10)
    var all: [[UInt8]] = []
    for piece in pieces {
        do { all += try splitter.push(piece) } catch { return nil }
    }
    return all
}

/// Neighbours of one kind are one, as output may come in pieces.
private func frames(_ pieces: [[UInt8]]) -> [StreamFrame]? {
    var parser = StreamFrameParser()
    var all: [StreamFrame] = []
    for piece in pieces {
        guard let some = try? parser.push(piece) else { return nil }
        for frame in some {
            if let last = all.last, last.kind == frame.kind, frame.kind.rawValue < 3 {
                all[all.count - 1] = StreamFrame(last.kind, last.payload + frame.payload)
            } else {
                all.append(frame)
            }
        }
    }
    return all
}

private func readsBack<Message: Codable & Equatable>(_ type: Message.Type, _ body: [UInt8]) {
    guard let message = try? JSONCoder.decode(type, from: body) else { return }
    let again = try? JSONCoder.decode(type, from: JSONCoder.encode(message))
    precondition(again == message, "\(message) changed by being written and read")
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzControlStream(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let cut = bytes.isEmpty ? 0 : Int(bytes[bytes.count / 2]) % (bytes.count + 1)
    let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
    let whole = lines([bytes])
    precondition(whole == lines(pieces), "lines cut at \(cut)")
    let framed = frames([bytes])
    precondition(framed == frames(pieces), "frames cut at \(cut)")
    for line in whole ?? [] {
        guard let line = ControlLine(line: line) else { continue }
        precondition(
            ControlLine(line: Array(line.bytes.dropLast())) == line || line.body.contains(0x0D),
            "\(line.word)")
        readsBack(PlaneGreeting.self, line.body)
        readsBack(AgentGreeting.self, line.body)
        readsBack(DocumentMark.self, line.body)
        readsBack(ReconnectOrder.self, line.body)
        readsBack(ReportRefusal.self, line.body)
    }
    return 0
}
