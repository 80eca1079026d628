import ClusterCore
import Model
import Testing

@Suite struct UsageLedgerTests {
    static let start = Timestamp(milliseconds: 1_795_429_200_000)
    static let key = UsageKey(
        replica: ReplicaKey(deploymentID: DeploymentID(UUIDValue(high: 1, low: 1)), replicaNumber: 0),
        nodeID: NodeID(UUIDValue(high: 2, low: 2)))

    static func at(_ seconds: Int64) -> Timestamp { start.adding(milliseconds: seconds * 1000) }

    static func sample(_ seconds: Int64, received: UInt64 = 0, cpu: Double = 10) -> ResourceSample {
        ResourceSample(
            collectedAt: at(seconds), cpuPercent: cpu, memoryBytes: 100, networkReceivedBytes: received,
            networkSentBytes: received / 2, blockReadBytes: received)
    }

    static func ledger(_ change: (inout UsageBounds) -> Void = { _ in }) -> UsageLedger {
        var bounds = UsageBounds(startedAt: start)
        change(&bounds)
        return UsageLedger(bounds: bounds)
    }

    struct CounterCase: Sendable {
        let name: String
        let isDelta: Bool
        let readings: [UInt64]
        let total: UInt64
    }

    @Test(arguments: [
        CounterCase(name: "deltas are added", isDelta: true, readings: [5, 7, 0], total: 12),
        CounterCase(name: "the first of a counter is its base", isDelta: false, readings: [100], total: 0),
        CounterCase(name: "a counter's growth counts", isDelta: false, readings: [100, 150, 150], total: 50),
        CounterCase(
            name: "a counter that went down began anew", isDelta: false, readings: [100, 150, 30, 40],
            total: 90),
        CounterCase(
            name: "one that began at nothing", isDelta: false, readings: [100, 0, 20], total: 20),
    ])
    func counters(_ one: CounterCase) {
        var ledger = Self.ledger()
        for (index, reading) in one.readings.enumerated() {
            let second = Int64(index) * 10
            let intake = ledger.take(
                [Self.sample(second, received: reading)], of: Self.key, countersAreDeltas: one.isDelta,
                sentAt: Self.at(second), now: Self.at(second))
            #expect(intake.accepted == 1)
        }
        #expect(ledger.total(of: Self.key)?.receivedBytes == one.total, "\(one.name)")
    }

    @Test func everySampleCountsOnceHoweverOftenItIsSent() {
        var ledger = Self.ledger()
        var sent: [ResourceSample] = []
        for round in 0..<10 {
            let second = Int64(round) * 30
            sent.append(Self.sample(second, received: UInt64(round) * 100))
            let intake = ledger.take(
                sent.reversed(), of: Self.key, countersAreDeltas: false, sentAt: Self.at(second),
                now: Self.at(second))
            #expect(intake.accepted == 1)
            #expect(intake.repeated == round)
        }
        let minutes = ledger.takeAllMinutes()
        #expect(minutes.map(\.totals.samples) == [2, 2, 2, 2, 2])
        #expect(minutes.reduce(0) { $0 + $1.totals.receivedBytes } == 900)
        #expect(minutes.map(\.start) == (0..<5).map { Self.at(Int64($0) * 60) })
    }

    @Test func minutesAreHandedOutOnceAndLateSamplesAreAdded() {
        var ledger = Self.ledger()
        _ = ledger.take(
            [Self.sample(10), Self.sample(70)], of: Self.key, countersAreDeltas: true, sentAt: nil,
            now: Self.at(80))
        #expect(ledger.takeMinutes(endedBefore: Self.at(60)).map(\.totals.samples) == [1])
        #expect(ledger.takeMinutes(endedBefore: Self.at(60)).isEmpty)
        #expect(ledger.openMinutes { _ in true }.count == 1)
        let late = ledger.take(
            [Self.sample(50)], of: Self.key, countersAreDeltas: true, sentAt: nil, now: Self.at(90))
        #expect(late.repeated == 1, "what is not newer than the newest was counted, or is out of order")
    }

    @Test func whatIsTooOldIsNotCounted() {
        var ledger = Self.ledger { $0.historyMilliseconds = 3_600_000 }
        let now = Self.at(7200)
        let intake = ledger.take(
            [Self.sample(3599), Self.sample(3601), Self.sample(7200)], of: Self.key, countersAreDeltas: true,
            sentAt: now, now: now)
        #expect(intake.old == 1 && intake.accepted == 2)
        #expect(ledger.samples(of: Self.key, now: now).map(\.collectedAt) == [Self.at(7200)])
    }

    @Test func anAgentThatRepeatsItselfIsNotCountedAgainAfterAStart() {
        var ledger = Self.ledger()
        let sent = [
            Self.sample(-60, received: 10), Self.sample(-30, received: 20), Self.sample(5, received: 50),
        ]
        let repeated = ledger.take(
            sent, of: Self.key, countersAreDeltas: false, sentAt: Self.at(6), now: Self.at(6))
        #expect(repeated.accepted == 1 && repeated.old == 2)
        #expect(ledger.total(of: Self.key)?.receivedBytes == 30, "but its counters are counted on")
        var told = Self.ledger()
        let once = told.take(sent, of: Self.key, countersAreDeltas: true, sentAt: Self.at(6), now: Self.at(6))
        #expect(once.accepted == 3, "an agent that tells everything once has told it for the first time")
    }

    @Test(arguments: [86_400, -86_400, 5] as [Int64])
    func anAgentsWrongClockIsCorrected(_ wrong: Int64) {
        var ledger = Self.ledger()
        let now = Self.at(100)
        let sent = now.adding(milliseconds: wrong * 1000)
        var sample = Self.sample(0)
        sample.collectedAt = sent.adding(milliseconds: -20_000)
        let intake = ledger.take(
            [sample], of: Self.key, countersAreDeltas: true, sentAt: sent, now: now)
        #expect(intake.accepted == 1)
        let counted = ledger.newest(of: Self.key)?.collectedAt
        #expect(counted == (wrong == 5 ? Self.at(85) : Self.at(80)))
    }

    @Test func aClockThatIsSetBackDoesNotSilenceAReplica() {
        var ledger = Self.ledger()
        _ = ledger.take(
            [Self.sample(1000)], of: Self.key, countersAreDeltas: true, sentAt: Self.at(1000),
            now: Self.at(1000))
        let after = ledger.take(
            [Self.sample(500)], of: Self.key, countersAreDeltas: true, sentAt: Self.at(500),
            now: Self.at(1030))
        #expect(after.accepted == 1)
        #expect(ledger.newest(of: Self.key)?.collectedAt == Self.at(1030))
    }

    @Test func everythingKeptIsBounded() {
        var ledger = Self.ledger {
            $0.series = 2
            $0.samplesPerSeries = 3
            $0.samples = 4
        }
        for number in 0..<3 {
            var key = Self.key
            key.replica.replicaNumber = number
            let intake = ledger.take(
                (0..<5).map { Self.sample($0) }, of: key, countersAreDeltas: true, sentAt: nil,
                now: Self.at(5))
            #expect(intake.beyondSeries == (number == 2 ? 5 : 0))
        }
        #expect(ledger.seriesCount == 2)
        #expect(ledger.sampleCount <= 4)
        #expect(ledger.keys.allSatisfy { ledger.total(of: $0)?.samples == 5 }, "sums need no room")
    }

    @Test func replicasThatAreGoneAreForgottenOnceTheirMinutesAreStored() {
        var ledger = Self.ledger()
        _ = ledger.take(
            [Self.sample(10)], of: Self.key, countersAreDeltas: true, sentAt: nil, now: Self.at(10))
        ledger.tidy(now: Self.at(20)) { _ in false }
        #expect(ledger.seriesCount == 1)
        _ = ledger.takeAllMinutes()
        ledger.tidy(now: Self.at(20)) { _ in false }
        #expect(ledger.seriesCount == 0 && ledger.sampleCount == 0)
    }

    @Test func aSummaryIsOfTheLastMinutes() throws {
        var ledger = Self.ledger()
        #expect(ledger.summary(of: [Self.key], milliseconds: 300_000, now: Self.at(0)) == nil)
        _ = ledger.take(
            [
                Self.sample(0, received: 1000, cpu: 90), Self.sample(400, received: 30, cpu: 20),
                Self.sample(430, received: 50, cpu: 40),
            ],
            of: Self.key, countersAreDeltas: true, sentAt: nil, now: Self.at(440))
        let summary = try #require(
            ledger.summary(of: [Self.key], milliseconds: 300_000, now: Self.at(440)))
        #expect(summary.figures.samples == 2)
        #expect(summary.figures.cpuPercent == 30)
        #expect(summary.figures.receivedBytes == 80)
        #expect(summary.windowStart == Self.at(140) && summary.windowEnd == Self.at(440))
    }

    @Test func sumsStayWithinWhatADatabaseHolds() {
        var totals = UsageTotals()
        for _ in 0..<3 { totals.add(Self.sample(0, received: UInt64(Int64.max))) }
        #expect(totals.receivedBytes == UInt64(Int64.max))
        #expect(totals.blockReadBytes == UInt64(Int64.max))
        #expect(totals.blockWrittenBytes == nil)
    }
}
