import Model
import NodeCore
import Testing

@Suite struct SampleBookTests {
    static func target(_ number: UInt64, container: String = "c") -> SampleTarget {
        SampleTarget(
            assignmentID: AssignmentID(UUIDValue(high: 2, low: number)),
            replica: ReplicaKey(
                deploymentID: DeploymentID(UUIDValue(high: 3, low: number)), replicaNumber: 0),
            containerID: ContainerID("\(container)\(number)"))
    }

    static func reading(
        cpu: UInt64, system: UInt64, received: UInt64 = 0, processors: Int = 4
    ) -> ContainerReading {
        ContainerReading(
            processorNanoseconds: cpu, systemNanoseconds: system, processors: processors, memoryBytes: 7,
            receivedBytes: received, sentBytes: received * 2, blockReadBytes: received)
    }

    static func moment(_ seconds: Int64) -> Moment {
        Moment(
            monotonic: MonotonicInstant(milliseconds: seconds * 1000),
            wall: Timestamp(milliseconds: 1_700_000_000_000 + seconds * 1000))
    }

    struct PercentCase: Sendable {
        let name: String
        let first: ContainerReading
        let second: ContainerReading
        let percent: Double
        let received: UInt64
    }

    @Test(arguments: [
        PercentCase(
            name: "one of four cores", first: reading(cpu: 100, system: 1_000),
            second: reading(cpu: 200, system: 1_400, received: 9), percent: 100, received: 9),
        PercentCase(
            name: "idle", first: reading(cpu: 100, system: 1_000, received: 5),
            second: reading(cpu: 100, system: 2_000, received: 5), percent: 0, received: 0),
        PercentCase(
            name: "a clock that stood still", first: reading(cpu: 100, system: 1_000),
            second: reading(cpu: 200, system: 1_000), percent: 0, received: 0),
        PercentCase(
            name: "more than there is", first: reading(cpu: 0, system: 0),
            second: reading(cpu: 900, system: 100), percent: 400, received: 0),
        PercentCase(
            name: "a container that was started again",
            first: reading(cpu: 1_000, system: 1_000, received: 500),
            second: reading(cpu: 50, system: 1_400, received: 20), percent: 50, received: 20),
        PercentCase(
            name: "an engine without processor count", first: reading(cpu: 0, system: 0, processors: 0),
            second: reading(cpu: 50, system: 100, processors: 0), percent: 50, received: 0),
    ])
    func twoReadingsAreASample(_ one: PercentCase) throws {
        var book = SampleBook(SampleSettings())
        let target = Self.target(1)
        book.targetsChanged([target], at: Self.moment(0).monotonic)
        book.readingArrived(one.first, of: target, at: Self.moment(0))
        #expect(book.samples(for: 1).byReplica.isEmpty, "one reading is none")
        book.readingArrived(one.second, of: target, at: Self.moment(30))
        let sample = try #require(book.samples(for: 1).byReplica[target.replica]?.first)
        #expect(sample.cpuPercent == one.percent, "\(one.name)")
        #expect(sample.networkReceivedBytes == one.received && sample.memoryBytes == 7)
        #expect(sample.collectedAt == Self.moment(30).wall && sample.blockWrittenBytes == nil)
    }

    @Test func newContainersAreReadAtOnceAndThenInTheirRhythm() {
        var book = SampleBook(SampleSettings(intervalMilliseconds: 10_000))
        #expect(!book.hasTargets && book.nextDue == nil)
        book.targetsChanged([Self.target(1)], at: Self.moment(0).monotonic)
        #expect(book.due(at: Self.moment(0).monotonic) == [Self.target(1)])
        book.readingArrived(Self.reading(cpu: 1, system: 1), of: Self.target(1), at: Self.moment(1))
        #expect(book.nextDue == Self.moment(10).monotonic, "in step with the round before")
        book.targetsChanged([Self.target(1), Self.target(2)], at: Self.moment(4).monotonic)
        #expect(book.due(at: Self.moment(4).monotonic) == [Self.target(2)])
        book.readingArrived(Self.reading(cpu: 1, system: 1), of: Self.target(1), at: Self.moment(100))
        book.targetsChanged([Self.target(1)], at: Self.moment(100).monotonic)
        #expect(book.nextDue == Self.moment(110).monotonic, "rounds that were missed are not made up")
        book.targetsChanged([], at: Self.moment(101).monotonic)
        #expect(!book.hasTargets)
    }

    @Test func aFailedReadingIsTriedAgainAfterAGrowingPause() {
        var book = SampleBook(SampleSettings(backoffMilliseconds: 1_000, backoffMaxMilliseconds: 3_000))
        book.targetsChanged([Self.target(1)], at: Self.moment(0).monotonic)
        var now: Int64 = 0
        for pause: Int64 in [1, 2, 3, 3] {
            book.readingFailed(of: Self.target(1), at: Self.moment(now).monotonic)
            now += pause
            #expect(book.nextDue == Self.moment(now).monotonic)
        }
        book.readingArrived(Self.reading(cpu: 1, system: 1), of: Self.target(1), at: Self.moment(now))
        book.readingFailed(of: Self.target(1), at: Self.moment(50).monotonic)
        #expect(book.nextDue == Self.moment(51).monotonic, "a success begins anew")
    }

    @Test func anotherContainersCountersAreNotCompared() {
        var book = SampleBook(SampleSettings())
        book.targetsChanged([Self.target(1)], at: Self.moment(0).monotonic)
        book.readingArrived(Self.reading(cpu: 900, system: 900), of: Self.target(1), at: Self.moment(0))
        let other = Self.target(1, container: "d")
        book.targetsChanged([other], at: Self.moment(5).monotonic)
        book.readingArrived(Self.reading(cpu: 1, system: 1_000), of: Self.target(1), at: Self.moment(6))
        book.readingArrived(Self.reading(cpu: 1, system: 1_000), of: other, at: Self.moment(6))
        #expect(book.samples(for: 1).byReplica.isEmpty)
    }

    /// A book with so many samples of each of some replicas.
    private func filled(_ settings: SampleSettings, replicas: UInt64, samples: Int) -> SampleBook {
        var book = SampleBook(settings)
        let targets = (1...replicas).map { Self.target($0) }
        book.targetsChanged(targets, at: Self.moment(0).monotonic)
        for round in 0...samples {
            for target in targets {
                let count = UInt64(round)
                book.readingArrived(
                    Self.reading(cpu: count, system: count * 10, received: count), of: target,
                    at: Self.moment(Int64(round) * 30))
            }
        }
        return book
    }

    @Test func everySampleIsToldOnceAndAgainOnlyWhenItWasLost() {
        var book = filled(SampleSettings(), replicas: 2, samples: 3)
        let first = book.samples(for: 7)
        #expect(first.count == 6 && first.countersAreDeltas)
        #expect(book.samples(for: 8) == first, "nobody has said that it arrived")
        book.acknowledged(7)
        #expect(book.waitingSamples == 6, "that report was given up")
        book.acknowledged(8)
        #expect(book.waitingSamples == 0 && book.samples(for: 9).isEmpty)
    }

    @Test func aSmallReportIsFairToAllReplicas() {
        var book = filled(SampleSettings(samplesPerReport: 4), replicas: 3, samples: 3)
        var told: [ReplicaKey: Int] = [:]
        for sequence in 1...3 as ClosedRange<UInt64> {
            for (replica, samples) in book.samples(for: sequence).byReplica {
                told[replica, default: 0] += samples.count
            }
            book.acknowledged(sequence)
        }
        #expect(told.values.sorted() == [3, 3, 3] && book.waitingSamples == 0)
    }

    @Test func whatNobodyTakesIsBounded() {
        let book = filled(SampleSettings(window: 5), replicas: 2, samples: 9)
        #expect(book.waitingSamples == 10 && book.droppedSamples == 8)
    }

    @Test func theLastSamplesOfAContainerThatEndedAreStillTold() {
        var book = filled(SampleSettings(), replicas: 1, samples: 2)
        book.targetsChanged([], at: Self.moment(100).monotonic)
        #expect(!book.hasTargets && book.newest.isEmpty)
        #expect(book.samples(for: 1).count == 2)
        book.acknowledged(1)
        #expect(book.waitingSamples == 0)
    }

    @Test func nothingIsMeasuredWhenNothingMayBeTold() {
        var book = SampleBook(SampleSettings(samplesPerReport: 0))
        book.targetsChanged([Self.target(1)], at: Self.moment(0).monotonic)
        #expect(!book.hasTargets)
    }
}
