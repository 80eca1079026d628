internal import Model

/// Sentences for operators: what is the matter, why, and what comes next.
enum StatusWords {
    static func pullFailed(image: String, _ failure: ActionFailure) -> String {
        switch failure.kind {
        case .imageNotFound: "image \(image) was not found: \(failure.detail)"
        case .registryUnavailable:
            "image \(image) cannot be pulled, the registry does not serve: \(failure.detail)"
        default: "image \(image) cannot be pulled: \(failure.detail)"
        }
    }

    static func createFailed(_ failure: ActionFailure) -> String {
        switch failure.kind {
        case .invalid: "Docker does not accept the container: \(failure.detail)"
        case .notPrepared: failure.detail
        case .imageGone: "the image was deleted before the container was made: \(failure.detail)"
        default: "the container cannot be created: \(failure.detail)"
        }
    }

    static func startFailed(_ failure: ActionFailure) -> String {
        switch failure.kind {
        case .portTaken:
            "the container cannot be started: \(failure.detail); free the port or declare another one"
        case .notPrepared: failure.detail
        case .startBarred:
            "Docker holds something of the container's last start and lets it have no other: \(failure.detail)"
        default: "the container cannot be started: \(failure.detail)"
        }
    }

    static func cleanupFailed(_ failure: ActionFailure) -> String {
        "a container cannot be stopped or removed: \(failure.detail)"
    }

    /// When the next try comes, as the end of a sentence.
    static func nextTry(_ backoff: Backoff, at now: MonotonicInstant) -> String {
        guard let next = backoff.waitUntil(now) else { return "; trying again now" }
        return "; next try in \((next.milliseconds(since: now) + 999) / 1000) s"
    }

    /// The reason of a replica's state; nil when all is well.
    static func message(
        _ track: ReplicaTrack, _ status: ReplicaStatus, _ settings: NodeSettings, at now: MonotonicInstant
    )
        -> String?
    {
        guard let wish = track.wish else { return leaving(track, at: now) }
        if wish.replica.desiredState == .stopped {
            guard status.state == .running else { return cleanup(track, at: now) }
            return cleanup(track, at: now).map { "is being stopped; \($0)" } ?? "is being stopped"
        }
        if let rejected = track.memory.rejected, rejected.bars(wish) {
            return Self.rejected(rejected, track, status)
                + (status.state == .running ? "" : "; " + pending(track, wish, settings, at: now))
        }
        return wished(track, wish, status, settings, at: now)
    }

    private static func rejected(
        _ rejected: ReplicaMemory.Rejection, _ track: ReplicaTrack, _ status: ReplicaStatus
    ) -> String {
        if track.awaitsPort {
            return "generation \(rejected.generation) waits: \(rejected.reason); generation "
                + "\(status.generation) serves until the port is free"
        }
        let words = "generation \(rejected.generation) did not work here: \(rejected.reason); "
        guard track.wish.flatMap({ track.fallback($0) }) != nil else {
            return words + "nothing else is left to run, so it is tried again"
        }
        return words + "generation \(status.generation) is kept until a new generation comes"
    }

    private static func wished(
        _ track: ReplicaTrack, _ wish: Wish, _ status: ReplicaStatus, _ settings: NodeSettings,
        at now: MonotonicInstant
    ) -> String? {
        let remark = track.wayBack(wish).flatMap { old in
            track.memory.knownGood?.specHash == wish.specHash ? nil : SwitchOrder.remark(wish, old: old)
        }
        let words = [plain(track, wish, status, settings, at: now), remark].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }

    private static func plain(
        _ track: ReplicaTrack, _ wish: Wish, _ status: ReplicaStatus, _ settings: NodeSettings,
        at now: MonotonicInstant
    ) -> String? {
        switch status.state {
        case .running where status.isRight:
            guard status.serving?.state != .paused else {
                return "the container is paused; unpause or remove it"
            }
            return cleanup(track, at: now) ?? ill(track, status, at: now)
                ?? reload(track, wish, status, at: now) ?? trial(track, wish)
        case .running:
            return "generation \(status.generation) serves meanwhile; "
                + pending(track, wish, settings, at: now)
        case .stopped, .failed, .pending:
            return ended(status, wish) ?? pending(track, wish, settings, at: now)
        case .unknown, .removed: return nil
        }
    }

    /// A container that runs and cannot serve.
    private static func ill(
        _ track: ReplicaTrack, _ status: ReplicaStatus, at now: MonotonicInstant
    ) -> String? {
        guard let serving = status.serving, let complaint = serving.health?.complaint else { return nil }
        return serving.isCondemned ? "is being restarted: \(complaint)" : "not ready: \(complaint)"
    }

    /// A container whose files are still those of an earlier generation.
    private static func reload(
        _ track: ReplicaTrack, _ wish: Wish, _ status: ReplicaStatus, at now: MonotonicInstant
    ) -> String? {
        guard status.awaitsReload else { return nil }
        guard let failure = track.reload.lastFailure else {
            return "the files of its configs are being written anew for generation \(wish.replica.generation)"
        }
        return "the files of its configs cannot be written anew for generation \(wish.replica.generation): "
            + "\(failure); the program goes on with the earlier ones\(nextTry(track.reload, at: now))"
    }

    /// A new container that has not passed its gate yet, while an old one is kept for it.
    private static func trial(_ track: ReplicaTrack, _ wish: Wish) -> String? {
        guard track.onTrial(wish) != nil, track.wayBack(wish) != nil else { return nil }
        return "generation \(wish.replica.generation) is on trial until it has been ready for "
            + "\(wish.replica.strategy.healthyAfterSecs) s; the old container is kept until then"
    }

    private static func leaving(_ track: ReplicaTrack, at now: MonotonicInstant) -> String {
        cleanup(track, at: now).map { "is being removed; \($0)" } ?? "is being removed"
    }

    private static func cleanup(_ track: ReplicaTrack, at now: MonotonicInstant) -> String? {
        track.cleanup.lastFailure.map { $0 + nextTry(track.cleanup, at: now) }
    }

    /// A container that ended and that its policy leaves alone.
    private static func ended(_ status: ReplicaStatus, _ wish: Wish) -> String? {
        guard status.isRight, let serving = status.serving,
            !RestartRule.shallStart(serving, policy: wish.restartPolicy)
        else { return nil }
        let code = serving.state.exitCode.map { " with code \($0)" } ?? ""
        return
            "the container exited\(code); its restart policy is \(wish.restartPolicy.rawValue), so it stays ended"
    }

    private static func pending(
        _ track: ReplicaTrack, _ wish: Wish, _ settings: NodeSettings, at now: MonotonicInstant
    ) -> String {
        if track.awaitsMemory {
            return track.memory.rejected == nil
                ? "the change begins as soon as the way back to the old container is written to disk"
                : "the kept container is started as soon as the rejection is written to disk"
        }
        if track.waitsForPort { return "waits for a host port that a leaving container still holds" }
        if let failure = track.prepare.lastFailure { return failure + nextTry(track.prepare, at: now) }
        if let failure = track.run.lastFailure { return crash(failure, track, settings, at: now) }
        if let failure = cleanup(track, at: now) { return failure }
        if CurrentContainer.right(in: track, wish) != nil { return "the container is being started" }
        guard track.readyImage == nil else { return "the container is being created" }
        return "image \(wish.replica.container.image) is being made ready"
    }

    private static func crash(
        _ failure: String, _ track: ReplicaTrack, _ settings: NodeSettings, at now: MonotonicInstant
    ) -> String {
        let times = track.run.failures > 1 ? ", \(track.run.failures) times in a row" : ""
        let limit = settings.restartFailureLimit
        let word = limit > 0 && track.run.failures >= limit && track.run.isCrash ? "crash_loop: " : ""
        return word + failure + times + nextTry(track.run, at: now)
    }
}
