import ArgumentParser
import EventLoop

/// A command that talks to a control plane.
protocol ConsoleCommand: ParsableCommand, Sendable {
    /// Where the control plane is and who asks.
    var global: GlobalOptions { get }

    /// Does the work; the result is the exit code.
    @LoopActor func execute(_ session: Session) async throws -> Int32
}
