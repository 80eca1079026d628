/// One step through a text, copied out of libyaml's own.
struct YAMLEvent {
    enum Kind: Equatable {
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(text: String, isPlain: Bool)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
        /// What means nothing here: the stream's start.
        case other
    }

    let kind: Kind
    /// The name that an alias may use for what begins here.
    let anchor: String?
    let place: YAMLPlace
}
