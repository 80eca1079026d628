public import JSON

/// Files for people as the trees that JSON has; one text may hold several documents.
///
/// Plain words mean what they mean in JSON and nothing else: `no` and `0400` are texts, `true` and `80` are not. What has
/// a tag or quotes is a text. An alias stands for what its anchor named before it, also in an earlier document.
public enum YAMLText {
    /// The tree of each document, in order; a document of nothing is null.
    public static func documents(
        _ bytes: [UInt8], limits: YAMLLimits = .standard
    ) throws(YAMLFailure) -> [JSONNode] {
        guard let parser = YAMLParser(bytes) else {
            throw YAMLFailure(.memory, "no memory is left", at: .start)
        }
        var composer = YAMLComposer(parser, limits)
        do {
            return try composer.documents()
        } catch {
            throw error.shown(in: bytes)
        }
    }
}
