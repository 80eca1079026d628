import JSON

// The tree and the pull reader are two parsers of one grammar: they must accept and refuse the same bytes, and what
// was accepted must read back the same after it was written.

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let tree = try? JSONNode.parse(bytes)
    var isSkipped = false
    if var reader = try? JSONReader(bytes) {
        do {
            try reader.skipValue()
            try reader.end()
            isSkipped = true
        } catch {}
    }
    precondition((tree != nil) == isSkipped, "the tree says \(tree != nil), the reader \(isSkipped)")
    guard let tree else { return 0 }
    let again = try? JSONNode.parse(tree.encoded())
    precondition(again == tree, "a document changed by being written and read")
    return 0
}
