import ClusterCore
import EventLoop
import Foundation
import JSON
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct EventTests {
    @Test @LoopActor func aPageTellsWhatHappenedInItsOrder() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let page = try await plane.events()
            let kinds = page.items.map(\.kind)
            #expect(kinds.starts(with: ["node.registered", "node.status_changed"]), "\(kinds)")
            #expect(kinds.contains("deployment.replica_placed"))
            #expect(page.items.map(\.id.sequence) == Array(1...UInt64(page.items.count)))
            #expect(page.lastEventID == page.items.last?.id)
            let first = try #require(page.items.first)
            #expect(first.resourceID == "\(node.id)" && first.resourceName == "edge-1")
            #expect(page.items[1].attributes["status"] == "ready")

            let some = try await plane.events("?kind=node&resource=node/edge-1&limit=1")
            #expect(some.items.map(\.kind) == ["node.status_changed"], "the newest ones")
            let rest = try await plane.events("?since=\(page.items[1].id)&limit=1")
            #expect(rest.items == [page.items[2]])
            #expect(rest.lastEventID == page.items[2].id)
            let none = try await plane.events("?since=\(page.lastEventID)")
            #expect(none.items.isEmpty && none.lastEventID == page.lastEventID)
        }
    }

    /// Without a replica nothing is left of it when its event is written.
    @Test @LoopActor func aDeletedDeploymentIsToldByItsName() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(BarrierTests.web)
            #expect(try await plane.send("DELETE", "/api/v1/deployments/web").status == 204)
            let told = try await plane.events("?kind=deployment.deleted").items
            #expect(told.map(\.text) == ["deployment web deleted"])
            #expect(told.map(\.resourceName) == ["web"])
        }
    }

    @Test @LoopActor func placesThatAreNotKnownAreGone() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.register()
            let here = try await plane.events().lastEventID
            let future = EventID(epoch: here.epoch, sequence: here.sequence + 1)
            let other = EventID(epoch: Epoch(UUIDValue(randomHigh: 1, randomLow: 2)), sequence: 1)
            for place in [future, other] {
                let gone = try await plane.send("GET", "/api/v1/events?since=\(place)")
                #expect(gone.status == 410)
                #expect(gone.code == "events_gone")
                let stream = try await plane.watch(last: "\(place)")
                try await stream.until("event: reset\ndata: {\"last_event_id\":\"\(here)\"}\n\n")
                stream.leave()
            }
            let faulty = try await plane.send("GET", "/api/v1/events?since=x&kind=&limit=0")
            #expect(Set(faulty.fields) == ["since", "kind", "limit"])
        }
    }

    @Test @LoopActor func aStreamGoesOnFromItsLastEvent() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.register(#"{"name":"edge-1"}"#)
            let start = try await plane.events().lastEventID
            _ = try await plane.register(#"{"name":"edge-2"}"#)
            let stream = try await plane.watch("?kind=node.registered", last: "\(start)")
            try await stream.until("edge-2")
            #expect(stream.text.contains("content-type: text/event-stream"))
            #expect(!stream.text.contains("edge-1"))
            let third = try await plane.register(#"{"name":"edge-3"}"#)
            _ = try await plane.send("POST", "/api/v1/nodes/edge-3/cordon")
            try await stream.until("\"resource_id\":\"\(third.id)\"")
            #expect(!stream.text.contains("node.availability_changed"))
            stream.leave()
        }
    }

    @Test @LoopActor func nothingIsToldBeforeItIsDurable() async throws {
        let hold = CommitHold()
        try await TestPlane.with(hold: hold) { plane in
            let stream = try await plane.watch()
            try await stream.until("retry: 2000")
            hold.holdNext()
            let creation = try await plane.begin("POST", "/api/v1/deployments", json: BarrierTests.web)
            await hold.waitUntilHeld()
            #expect(try await plane.send("GET", "/livez", token: nil).status == 200)
            #expect(!stream.text.contains("deployment.created"))
            hold.letFail(SQLiteFailure(.full, operation: "test", detail: "no room"))
            #expect(try await creation.response().status == 503)
            try await plane.plane.recovery.untilHealed()
            _ = try await plane.declare(#"{"name":"real","image":"nginx:1","replicas":0}"#)
            try await stream.until("deployment.created")
            #expect(stream.text.contains("real") && !stream.text.contains("\"resource_name\":\"web\""))
            stream.leave()
        }
    }

    @Test @LoopActor func aRevokedTokenLosesItsStream() async throws {
        try await TestPlane.with { plane in
            let made = try await plane.token(#"{"name":"eye","role":"read_only"}"#)
            let stream = try await plane.watch(token: made.token)
            try await stream.until("retry: 2000")
            #expect(plane.plane.watchers.count == 1)
            let started = EventLoop.now
            #expect(try await plane.send("DELETE", "/api/v1/operator-tokens/eye").status == 204)
            _ = try await stream.response()
            #expect(EventLoop.now.milliseconds(since: started) < 10_000)
            #expect(plane.plane.watchers.count == 0)
        }
    }

    @Test @LoopActor func watchersAreBounded() async throws {
        try await TestPlane.with { plane in
            var streams: [TestExchange] = []
            for _ in 0..<ControlPlaneLimits.eventWatchers { streams.append(try await plane.watch()) }
            for stream in streams { try await stream.until("retry: 2000") }
            let one = try await plane.send(
                "GET", "/api/v1/events", headers: [("accept", "text/event-stream")])
            #expect(one.status == 503)
            #expect(one.code == "too_many_watchers")
            for stream in streams { stream.leave() }
        }
    }

    /// A reader that takes nothing is cut, and nobody else waits for it.
    @Test @LoopActor func aReaderThatFallsBehindIsCut() async throws {
        try await TestPlane.with { plane in
            let slow = try await plane.watch()
            try await slow.until("retry: 2000")
            slow.stopReading()
            let big = String(repeating: "x", count: 200)
            let host = plane.plane.host
            let end = EventLoop.now.adding(milliseconds: 60_000)
            while plane.plane.watchers.count > 0 {
                try #require(EventLoop.now < end)
                // Sockets hold some megabytes before the queue of the server grows.
                var events = host.journal.number(
                    Array(repeating: .massLossBrakeReleased, count: 500), in: host.cluster,
                    at: host.clock.now().wall)
                for index in events.indices { events[index].text = big }
                host.journal.publish(events)
                await LoopActor.pass()
            }
            let page = try await plane.send("GET", "/livez", token: nil)
            #expect(page.status == 200)
            slow.leave()
        }
    }

    /// Whoever lists and then watches from the list's place knows every state, whenever the control plane ends.
    @Test(arguments: 0..<4 as Range<UInt64>)
    @LoopActor func listAndWatchMissNothingOverRestarts(seed: UInt64) async throws {
        var random = SeededIDSource(seed: seed)
        var plane = try await TestPlane.start()
        _ = try await plane.register(#"{"name":"before"}"#)
        let list = try await plane.send("GET", "/api/v1/nodes")
        var known = Set(try (list.decode() as Page<NodeSummary>).items.map { "\($0.nodeID)" })
        var place = try #require(list.headers["x-fledx-event-id"])
        var made = known
        for _ in 0..<4 {
            let stream = try await plane.watch("?kind=node.registered", last: place)
            try await stream.until("retry: ")
            for _ in 0..<(random.nextRandom() % 4) { made.insert("\(try await plane.register().id)") }
            // The stream may end anywhere in what it had to tell.
            for _ in 0..<(random.nextRandom() % 20) { await LoopActor.pass() }
            if random.nextRandom() % 2 == 0 {
                try await plane.stop()
                plane = try await TestPlane.start(in: plane.folder)
            }
            for event in try stream.events() {
                place = event.id
                known.insert(event.resource)
            }
            stream.leave()
        }
        let last = try await plane.watch("?kind=node.registered", last: place)
        for id in made where !known.contains(id) { try await last.until(id) }
        for event in try last.events() { known.insert(event.resource) }
        #expect(known == made)
        #expect(!last.text.contains("event: reset"))
        last.leave()
        try await plane.stop()
    }

    @Test @LoopActor func oldEventsGoButNeverTheCount() async throws {
        let clock = MovableClock()
        let plane = try await TestPlane.start(clock: clock)
        for _ in 0..<3 { _ = try await plane.register() }
        let before = try await plane.events().lastEventID
        let statement = EventRecords.prune(
            keeping: ControlPlaneLimits.storedEvents, after: clock.now().wall.adding(milliseconds: 1))
        try await plane.plane.host.store.worker.commit([statement])
        let page = try await plane.events()
        #expect(page.items.map(\.id) == [before])
        let old = EventID(epoch: before.epoch, sequence: 1)
        #expect(try await plane.send("GET", "/api/v1/events?since=\(old)").status == 410)
        try await plane.stop()
        let again = try await TestPlane.start(in: plane.folder)
        _ = try await again.register()
        #expect(try await again.events("?since=\(before)").items.map(\.id.sequence) == [before.sequence + 1])
        try await again.stop()
    }
}

extension TestExchange {
    /// The whole events that have come so far.
    fileprivate func events() throws -> [(id: String, resource: String)] {
        try text.components(separatedBy: "\n\n").dropLast().compactMap { frame in
            guard let data = frame.range(of: "data: "), let id = frame.range(of: "id: ") else { return nil }
            let node = try JSONNode.parse(Array(frame[data.upperBound...].utf8))
            let resource = try #require(node["resource_id"]?.stringValue)
            let line = frame[id.upperBound...].prefix { $0 != "\n" }
            return (String(line), resource)
        }
    }
}

extension TestPlane {
    func events(_ query: String = "") async throws -> EventPage {
        let response = try await send("GET", "/api/v1/events\(query)")
        try #require(response.status == 200, "\(response.text)")
        return try response.decode()
    }
}
