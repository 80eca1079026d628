/// The one body every refusal has (REST contract, "Conventions").
public struct ErrorBody: Codable, Hashable, Sendable {
    /// What went wrong, where, and what to do next, for people.
    public var error: String
    /// The machine word.
    public var code: String
    /// The request this answers.
    public var requestID: String
    /// Every single fault of a refused body.
    public var details: [FieldFault]

    /// Puts a refusal into words.
    public init(error: String, code: String, requestID: String, details: [FieldFault] = []) {
        self.error = error
        self.code = code
        self.requestID = requestID
        self.details = details
    }

    private enum CodingKeys: String, CodingKey {
        case error, code, details
        case requestID = "request_id"
    }
}
