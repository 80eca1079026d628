import DockerEngine

// A container's output in the engine's frames: the same bytes come out however the stream was cut.

private struct Output: Equatable {
    var pieces: [LogFrame] = []
    var isRefused = false
    var isInside = false
}

private func output(_ pieces: [[UInt8]]) -> Output {
    var parser = LogFrameParser()
    var output = Output()
    for piece in pieces {
        do {
            for frame in try parser.push(piece) {
                precondition(!frame.bytes.isEmpty, "a piece without content")
                if let last = output.pieces.last, last.source == frame.source {
                    output.pieces[output.pieces.count - 1] = LogFrame(
                        source: last.source, bytes: last.bytes + frame.bytes)
                } else {
                    output.pieces.append(frame)
                }
            }
        } catch {
            // What a piece held before its fault is not given out with it.
            return Output(isRefused: true)
        }
    }
    output.isInside = parser.isInside
    return output
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDockerFrames(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let cut = bytes.isEmpty ? 0 : Int(bytes[bytes.count / 2]) % (bytes.count + 1)
    let whole = output([bytes])
    let split = output([Array(bytes[..<cut]), Array(bytes[cut...])])
    precondition(whole == split, "cut at \(cut): \(whole) became \(split)")
    return 0
}
