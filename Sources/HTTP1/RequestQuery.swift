/// The parameters of a query in their order: `name=value` pairs, `+` and `%20` both a space.
public struct RequestQuery: Hashable, Sendable {
    /// One parameter; without `=` its value is empty.
    public struct Parameter: Hashable, Sendable {
        /// The decoded name.
        public let name: String
        /// The decoded value.
        public let value: String
    }

    /// The largest number of parameters that is read; more is a fault.
    public static let maximumCount = 256

    /// Every parameter in order, repeated names included.
    public let parameters: [Parameter]

    /// No parameters.
    public init() { parameters = [] }

    /// Parses what follows the question mark; nil when an escape is wrong or there are too many.
    public init?(_ text: String) {
        var parameters: [Parameter] = []
        for pair in text.utf8.split(separator: 0x26) {
            let mark = pair.firstIndex(of: 0x3D) ?? pair.endIndex
            guard parameters.count < Self.maximumCount,
                let name = PercentCoding.decode(pair[..<mark], plusIsSpace: true),
                let value = PercentCoding.decode(pair[mark...].dropFirst(), plusIsSpace: true)
            else { return nil }
            parameters.append(Parameter(name: name, value: value))
        }
        self.parameters = parameters
    }

    /// The first value of that name.
    public subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// Every value of that name, in order.
    public func all(_ name: String) -> [String] { parameters.filter { $0.name == name }.map(\.value) }
}
