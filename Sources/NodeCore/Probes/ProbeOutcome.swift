/// What came of one question.
public enum ProbeOutcome: Hashable, Sendable {
    /// It passed; the words say with what, such as `http 200`.
    case passed(String)
    /// It did not; the words say why, such as `http 500`.
    case failed(String)
    /// It could not be asked, which says nothing of the container.
    case notAsked
}
