import EventLoop
import Foundation
import HTTPClient
import JSON
import Model
import TestKit

/// Lists once, then watches, and goes on from the last event it has read whenever the control plane was gone.
@LoopActor
final class ClusterWatcher {
    /// What it knows.
    private(set) var known = ClusterPortrait()
    /// How far it has read.
    private(set) var place: EventID?
    /// How often it was told something, by kind and name.
    private(set) var told: [String: Int] = [:]
    /// What should not have been told.
    private(set) var faults: [String] = []
    /// How many streams it has read.
    private(set) var streams = 0

    private let programs: Programs
    private var random: SeededRandom
    /// After how many events at most it forgets everything and lists anew; nil: never.
    private let relistsAfter: UInt64?

    init(_ programs: Programs, seed: UInt64, relistsAfter: UInt64? = nil) {
        self.programs = programs
        self.relistsAfter = relistsAfter
        random = SeededRandom(seed: seed)
    }

    /// Lists and watches until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                if place == nil { (known, place) = try await ClusterPortrait.listed(programs) }
                try await readStream()
            } catch {
                // The control plane is not there, or no longer.
                try? await LoopActor.sleep(milliseconds: 10)
            }
        }
    }

    private func readStream() async throws {
        guard let from = place else { return }
        var request = try programs.operatorRequest(.get, "/api/v1/events?since=\(from)")
        request.headers.append("accept", "text/event-stream")
        request.headers.append("last-event-id", "\(from)")
        request.deadlines = .endless(responseHead: 5000)
        let answer = try await programs.http.stream(request)
        defer { answer.body.cancel() }
        guard answer.head.status == .ok else {
            return faults.append("a stream from \(from) was answered \(answer.head.status.code)")
        }
        streams += 1
        let events = relistsAfter.map { random.nextRandom() % $0 + 1 } ?? .max
        try await read(answer.body, atMost: events)
    }

    private func read(_ body: HTTPBodyStream, atMost limit: UInt64) async throws {
        var buffer = ""
        var count: UInt64 = 0
        while let bytes = try await body.next() {
            buffer += String(decoding: bytes, as: UTF8.self)
            while let end = buffer.range(of: "\n\n") {
                let frame = String(buffer[..<end.lowerBound])
                buffer.removeSubrange(..<end.upperBound)
                count += try take(frame) ? 1 : 0
                guard count < limit else {
                    place = nil
                    return
                }
            }
        }
    }

    /// - Returns: Whether it was an event.
    private func take(_ frame: String) throws -> Bool {
        if frame.contains("event: reset") { faults.append("its place is unknown") }
        guard let data = frame.range(of: "\ndata: ") else { return false }
        let event = try JSONCoder.decode(EventView.self, from: Array(frame[data.upperBound...].utf8))
        // Nothing is filtered, so numbers are in a row: none is missing, none comes twice.
        if let place, event.id != EventID(epoch: place.epoch, sequence: place.sequence + 1) {
            faults.append("\(event.id) follows \(place)")
        }
        place = event.id
        known.apply(event)
        told["\(event.kind) \(event.resourceName ?? "")", default: 0] += 1
        return true
    }
}
