import ArgumentParser
import EventLoop
import Model

/// A copy of the control plane's database.
struct Backup: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the control plane's database into a file, while it runs.",
        discussion: """
            The keys (fledx.db.secrets) are not in the copy: keep them apart, or use
            'fledx-cp backup --with-keys' on the control plane's machine.
            'fledx-cp restore FILE' puts a copy in place.
            """)

    @Option(name: [.customShort("o"), .long], help: "The file to write; it must not exist.") var output:
        String
    @Flag(help: "Replace the file if it exists.") var force = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        guard force || !FileIO.isPresent(output) else {
            throw ConsoleFailure(.usage, "\(output) exists", hint: "give a free name, or --force")
        }
        let bytes = try await session.download(.post, "/api/v1/backup", to: output)
        session.terminal.write(
            "\(output): \(bytes) bytes, a whole copy of the database; the keys are not in it, keep them apart\n"
        )
        return 0
    }
}
