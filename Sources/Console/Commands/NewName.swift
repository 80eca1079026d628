import ArgumentParser

/// The name of something new: a word of its own, or behind `--name`.
struct NewName: ParsableArguments, Sendable {
    @Argument(help: ArgumentHelp("Name for people; unique. --name says the same.", valueName: "name"))
    var word: String?
    @Option(help: ArgumentHelp("The name, as a flag.", visibility: .hidden)) var name: String?

    /// The name; nil where none is given.
    var text: String? { word ?? name }

    func validate() throws {
        if word != nil, name != nil { throw ValidationError("the name is given twice") }
    }

    /// The name, where there must be one.
    func required() throws -> String {
        guard let text else { throw ValidationError("a name is missing: NAME or --name NAME") }
        return text
    }
}
