import Model
import NodeCore
import Testing

@Suite struct DocumentGateTests {
    private static let other = Epoch(UUIDValue(high: 8, low: 8))
    private static let one = Fixtures.replica(1)

    private func judge(
        _ current: DesiredStateDocument?, _ incoming: DesiredStateDocument, holds: Bool = true
    ) -> DocumentVerdict {
        DocumentGate.judge(current: current, incoming: incoming, mayHoldContainers: holds)
    }

    @Test func aNodeWithoutADocumentTakesTheFirst() {
        #expect(judge(nil, Fixtures.document([Self.one], revision: 7)) == .accept)
    }

    @Test func aHigherRevisionIsTakenAndTheSameIsNothingNew() {
        let current = Fixtures.document([Self.one], revision: 3)
        #expect(judge(current, Fixtures.document([Self.one], revision: 4)) == .accept)
        #expect(judge(current, Fixtures.document([Self.one], revision: 3)) == .unchanged)
    }

    @Test func anOvertakenDocumentIsDroppedWithoutAWord() {
        let current = Fixtures.document([Self.one], revision: 3)
        #expect(judge(current, Fixtures.document([Self.one], revision: 2, head: 3)) == .ignoreOlder)
        #expect(judge(current, Fixtures.document([Self.one], revision: 2, head: 9)) == .ignoreOlder)
    }

    @Test func aControlPlaneThatWentBackIsARegression() {
        let current = Fixtures.document([Self.one], revision: 3)
        #expect(
            judge(current, Fixtures.document([Self.one], revision: 2, head: 2))
                == .refuse(.regression(head: 2, applied: 3)))
    }

    @Test func oneRevisionDoesNotDecideTwoThings() {
        let current = Fixtures.document([Self.one], revision: 3)
        let others = [
            [Fixtures.replica(2)], [Self.one, Fixtures.replica(2)], [Fixtures.replica(1, generation: 2)],
            [Fixtures.replica(1, nonce: 1)],
        ]
        for replicas in others {
            let incoming = Fixtures.document(replicas, revision: 3)
            #expect(judge(current, incoming) == .refuse(.conflict(revision: 3)))
        }
        #expect(judge(current, Fixtures.document([Fixtures.replica(2)], revision: 4)) == .accept)
    }

    @Test func theSameDecisionInOtherWordsIsDriftAndPutRight() {
        let current = Fixtures.document([Self.one, Fixtures.replica(2)], revision: 3)
        let moved = Fixtures.replica(1, hostPort: 8080)
        let other = Fixtures.document([Fixtures.replica(2), moved], revision: 3)
        #expect(judge(current, other) == .accept)
        let halted = Fixtures.document(
            [Fixtures.replica(1, state: .stopped), Fixtures.replica(2)], revision: 3)
        #expect(judge(current, halted) == .accept)
    }

    @Test func anotherEpochNeedsOurNameInItsList() {
        let current = Fixtures.document([Self.one], revision: 30)
        let foreign = Fixtures.document([Self.one], revision: 99, epoch: Self.other)
        #expect(judge(current, foreign) == .refuse(.foreignEpoch(Self.other)))
        let confirmed = Fixtures.document([Self.one], revision: 1, epoch: Self.other, accepts: [World.epoch])
        #expect(judge(current, confirmed) == .accept)
        let elsewhere = Fixtures.document([Self.one], revision: 1, epoch: Self.other, accepts: [Self.other])
        #expect(judge(current, elsewhere) == .refuse(.foreignEpoch(Self.other)))
    }

    @Test func anEmptyDocumentMustSayWhoEmptiedIt() {
        let current = Fixtures.document([Self.one], revision: 3)
        #expect(judge(current, Fixtures.document([], revision: 4)) == .refuse(.emptiedWithoutCommand))
        let emptied = DesiredStateDocument.EmptiedBy(revision: 4, requestID: "r")
        #expect(judge(current, Fixtures.document([], revision: 4, emptiedBy: emptied)) == .accept)
        let later = DesiredStateDocument.EmptiedBy(revision: 5, requestID: "r")
        #expect(
            judge(current, Fixtures.document([], revision: 4, emptiedBy: later))
                == .refuse(.emptiedWithoutCommand))
    }

    @Test func anEmptyDocumentIsFineWhereNothingIs() {
        #expect(judge(nil, Fixtures.document([]), holds: false) == .accept)
        #expect(judge(nil, Fixtures.document([]), holds: true) == .refuse(.emptiedWithoutCommand))
        #expect(judge(Fixtures.document([], revision: 1), Fixtures.document([], revision: 2)) == .accept)
    }

    @Test func aConfirmedEpochDoesNotExcuseAnEmptyDocument() {
        let current = Fixtures.document([Self.one], revision: 3)
        let empty = Fixtures.document([], revision: 1, epoch: Self.other, accepts: [World.epoch])
        #expect(judge(current, empty) == .refuse(.emptiedWithoutCommand))
    }

    @Test func aRepeatedAssignmentIsRefused() {
        let twice = Fixtures.document([Self.one, Self.one])
        #expect(judge(nil, twice) == .refuse(.repeatedAssignment(Self.one.assignmentID)))
    }
}
