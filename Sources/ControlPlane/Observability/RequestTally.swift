/// How often one kind of request was answered within the last minutes.
///
/// The window is cut into spans that are counted apart and used in turn, so that old ones fall out by themselves.
final class RequestTally {
    let method: String
    let path: String
    let status: String
    private var counts: [UInt64]
    private var spans: [Int64]

    init(method: String, path: String, status: String, spans: Int) {
        self.method = method
        self.path = path
        self.status = status
        counts = [UInt64](repeating: 0, count: spans)
        self.spans = [Int64](repeating: .min, count: spans)
    }

    /// Counts an answer within a span.
    func add(in span: Int64) {
        let index = Int(span % Int64(counts.count))
        if spans[index] != span {
            spans[index] = span
            counts[index] = 0
        }
        counts[index] += 1
    }

    /// Answers within the window that ends with a span.
    func count(through span: Int64) -> UInt64 {
        let oldest = span - Int64(counts.count) + 1
        return zip(spans, counts).reduce(0) { $1.0 >= oldest && $1.0 <= span ? $0 + $1.1 : $0 }
    }
}
