import ClusterCore
import Model

/// The database: row changes wait, are written in groups, and what is not committed is lost in a crash.
final class StoreModel {
    private struct Entry {
        var sequence: UInt64
        var changes: [RowChange]
    }

    let world: World
    /// Everything up to this outcome is stored.
    private(set) var committed: UInt64 = 0
    private(set) var rows: [RowKey: Row] = [:]
    /// Told of each stored change.
    var stored: ([RowChange]) -> Void = { _ in }
    private var waiting: [Entry] = []
    private var writing: [Entry] = []
    /// Which life of the control plane is writing.
    private var life = 0

    init(_ world: World, meta: MetaRow) {
        self.world = world
        rows[.meta] = .meta(meta)
    }

    var isWriting: Bool { !writing.isEmpty }

    func snapshot() -> ClusterSnapshot {
        var meta = MetaRow(epoch: Epoch(UUIDValue(high: 9, low: 9)), createdAt: Timestamp(milliseconds: 0))
        if case .meta(let row)? = rows[.meta] { meta = row }
        return ClusterSnapshot(meta: meta, rows: rows.values)
    }

    /// What a backup would hold.
    func copy() -> [RowKey: Row] { rows }

    /// An older copy takes the database's place.
    func restore(_ copy: [RowKey: Row]) { rows = copy }

    /// Queues an outcome; `done` says whether its group was committed.
    func append(_ sequence: UInt64, _ changes: [RowChange], done: @escaping (Bool) -> Void) {
        waiting.append(Entry(sequence: sequence, changes: changes))
        if writing.isEmpty { write(done) }
    }

    /// The process dies: a group being written is stored or not, the rest is lost.
    func crashed() {
        if isWriting {
            world.happened(.crashDuringCommit)
            if world.chance(50) { apply(writing) }
        }
        drop()
    }

    /// Forgets what was not stored.
    func drop() {
        life += 1
        writing = []
        waiting = []
    }

    private func write(_ done: @escaping (Bool) -> Void) {
        writing = waiting
        waiting = []
        let isSlow = world.strikes(.commitSlow, perMille: 10)
        let life = life
        world.after(isSlow ? world.between(200, 2000) : world.between(2, 12)) { [self] in
            guard life == self.life else { return }
            let fails = !world.awaitsFirstWords && world.strikes(.commitFailed, perMille: 2)
            guard !fails else { return done(false) }
            apply(writing)
            writing = []
            done(true)
            if life == self.life, !waiting.isEmpty, writing.isEmpty { write(done) }
        }
    }

    private func apply(_ entries: [Entry]) {
        for entry in entries {
            for change in entry.changes {
                switch change.kind {
                case .put(let row): rows[row.key] = row
                case .delete(let key): rows[key] = nil
                }
            }
            committed = max(committed, entry.sequence)
            stored(entry.changes)
        }
    }
}
