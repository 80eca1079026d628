/// An array or object that a reader has passed and found in order, to recognise the same bytes later.
///
/// Messages that come again and again repeat most of what they say; equal bytes need not be read twice.
public struct JSONPassage: Sendable {
    let bytes: [UInt8]
    /// What was open around it: an equal passage elsewhere may be nested too deep.
    let depth: Int
    let maxDepth: Int

    /// How many bytes it has.
    public var count: Int { bytes.count }
}
