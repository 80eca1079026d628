import ClusterCore
import EventLoop
import Model

/// Numbers events, keeps the newest in memory once they are durable, and wakes who watches.
///
/// Numbers are given in the turn of the loop that decides; the rows are stored with their cause in one transaction,
/// so that a number that was lost with its commit is given again.
@LoopActor
final class EventJournal {
    /// The number of the newest event, durable or not.
    private(set) var last: UInt64
    /// The number up to which every event is durable.
    private(set) var committed: UInt64
    /// Woken when an event has become durable.
    let gate = Gate()
    private var recent: [EventView] = []
    /// What happened while the store refused changes.
    private var unstored: [EventView] = []
    private var forgotten = 0

    init(last: UInt64) {
        self.last = last
        committed = last
    }

    /// Gives events their numbers.
    func number(_ events: [ClusterEvent], in cluster: Cluster, at now: Timestamp) -> [EventView] {
        events.map { event in
            last += 1
            return Self.view(event, EventID(epoch: cluster.epoch, sequence: last), cluster, now)
        }
    }

    /// Tells of events that are durable now.
    func publish(_ events: [EventView]) {
        guard let newest = events.last, newest.id.sequence > committed else { return }
        committed = newest.id.sequence
        recent += events
        if recent.count > 2 * ControlPlaneLimits.recentEvents {
            recent.removeFirst(recent.count - ControlPlaneLimits.recentEvents)
        }
        gate.changed()
    }

    /// Durable events behind a number; nil when some of them are no longer in memory.
    func events(after sequence: UInt64) -> ArraySlice<EventView>? {
        guard sequence < committed else { return [] }
        guard let first = recent.first?.id.sequence, sequence + 1 >= first else { return nil }
        return recent[Int(sequence + 1 - first)...]
    }

    /// Goes on from what the disk says, after a commit failed.
    func restart(at last: UInt64) {
        self.last = last
        committed = last
        recent = []
        gate.changed()
    }

    /// Keeps what happened while nothing can be stored; beyond the bound the oldest is forgotten.
    func keep(_ events: [ClusterEvent], in cluster: Cluster, at now: Timestamp) {
        let place = EventID(epoch: cluster.epoch, sequence: 0)
        unstored += events.map { Self.view($0, place, cluster, now) }
        let surplus = unstored.count - ControlPlaneLimits.recentEvents
        guard surplus > 0 else { return }
        unstored.removeFirst(surplus)
        forgotten += surplus
    }

    /// What was kept, numbered now; where some of it was forgotten, the first one says so.
    func takeKept(at now: Timestamp) -> [EventView] {
        if forgotten > 0, let first = unstored.first {
            let text = "\(forgotten) events were forgotten while the database could not be written: list anew"
            unstored.insert(
                EventView(
                    id: first.id, at: now, kind: "cluster.events_lost", resourceType: "cluster",
                    resourceID: nil, resourceName: nil, text: text, attributes: ["count": "\(forgotten)"]),
                at: 0)
            forgotten = 0
        }
        let events = unstored.map { event in
            last += 1
            var event = event
            event.id = EventID(epoch: event.id.epoch, sequence: last)
            return event
        }
        unstored = []
        return events
    }

    private static func view(
        _ event: ClusterEvent, _ id: EventID, _ cluster: Cluster, _ now: Timestamp
    ) -> EventView {
        let details = EventDetails(event, in: cluster)
        return EventView(
            id: id, at: now, kind: details.kind, resourceType: details.resourceType,
            resourceID: details.resourceID, resourceName: details.resourceName,
            text: EventWords.line(event, in: cluster).text, attributes: details.attributes)
    }
}
