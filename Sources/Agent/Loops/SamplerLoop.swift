internal import EventLoop
internal import Logging
internal import Model
internal import NodeCore

/// Reads what containers use, as often as it is set; while none runs it sleeps until one does.
@LoopActor
final class SamplerLoop {
    private var book: SampleBook
    private let runtime: any ContainerRuntime
    private let driver: NodeDriver
    private let concurrency: Int
    private let time: any TimeSource
    private let metrics: AgentMetrics
    private let log: Logger

    init(
        settings: SampleSettings, concurrency: Int, runtime: any ContainerRuntime, driver: NodeDriver,
        time: any TimeSource, metrics: AgentMetrics, log: Logger
    ) {
        book = SampleBook(settings)
        self.concurrency = concurrency
        self.runtime = runtime
        self.driver = driver
        self.time = time
        self.metrics = metrics
        self.log = log
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while true {
            try await driver.statusChanged.until { self.look() }
            try await waitUntilDue()
            try await read(book.due(at: time.now().monotonic))
        }
    }

    /// What a report may carry of what was not told yet.
    func samples(for sequence: UInt64) -> ReportedSamples { book.samples(for: sequence) }

    /// Whether there is something that was not told yet.
    var hasNews: Bool { book.waitingSamples > 0 }

    /// A report arrived.
    func acknowledged(_ sequence: UInt64) { book.acknowledged(sequence) }

    /// Takes up what runs now; whether there is anything to read.
    private func look() -> Bool {
        book.targetsChanged(driver.sampleTargets, at: time.now().monotonic)
        metrics.showContainers(book.newest)
        return book.hasTargets
    }

    /// Until a reading is due, or something else runs.
    private func waitUntilDue() async throws {
        guard let due = book.nextDue else { return }
        let wait = due.milliseconds(since: time.now().monotonic)
        guard wait > 0 else { return }
        do {
            try await driver.statusChanged.until(deadlineMilliseconds: wait, operation: "wait to measure") {
                !self.look() || self.book.nextDue.map { $0 <= self.time.now().monotonic } ?? true
            }
        } catch let failure as LoopFailure where failure.code == .deadline {}
    }

    private func read(_ targets: [SampleTarget]) async throws {
        guard !targets.isEmpty else { return }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var rest = targets[...]
            for target in rest.prefix(concurrency) { group.addTask { try await self.read(target) } }
            rest = rest.dropFirst(concurrency)
            while try await group.next() != nil {
                guard let target = rest.popFirst() else { continue }
                group.addTask { try await self.read(target) }
            }
        }
        metrics.measured(book.newest, waiting: book.waitingSamples, dropped: book.droppedSamples)
    }

    private func read(_ target: SampleTarget) async throws {
        let started = EventLoop.hrtimeNanoseconds
        do {
            let reading = try await runtime.reading(of: target.containerID)
            metrics.dockerAnswered("stats", nanoseconds: EventLoop.hrtimeNanoseconds - started)
            book.readingArrived(reading, of: target, at: time.now())
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // A container that ends while it is read is nothing to tell people of.
            log.debug("a container was not measured: \(ErrorReport.render(error))")
            book.readingFailed(of: target, at: time.now().monotonic)
        }
    }
}
