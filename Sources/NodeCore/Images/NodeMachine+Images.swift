public import Model

extension NodeMachine {
    /// The space where the engine keeps images was measured; past the high mark one image goes at a time, until the
    /// low one is reached.
    public mutating func imageSpaceMeasured(usedPercent: Int, at now: Moment) -> [NodeAction] {
        noteDiskUse(usedPercent, at: now)
        let marks = settings.images
        isCollectingImages =
            marks.highPercent > 0 && docker == .current && document != nil
            && usedPercent
                >= (isCollectingImages ? min(marks.lowPercent, marks.highPercent) : marks.highPercent)
        guard isCollectingImages, !flights.has(.images) else { return settle(at: now) }
        let needed = neededImages()
        let candidates = pulledImages.values.filter {
            !needed.contains($0.imageID) && !needed.contains($0.name)
                && keptImages[$0.imageID]?.waitUntil(now.monotonic) == nil
        }
        guard
            let oldest = candidates.min(by: { ($0.lastNeeded, $0.imageID) < ($1.lastNeeded, $1.imageID) })
        else {
            isCollectingImages = false
            return settle(at: now)
        }
        return [flights.begin(.images, .quick, .removeImage(oldest))] + settle(at: now)
    }

    private mutating func noteDiskUse(_ percent: Int, at now: Moment) {
        let isFull =
            percent
            >= (diskPressureSince == nil ? NodeLimits.diskPressurePercent : NodeLimits.diskReliefPercent)
        guard isFull != (diskPressureSince != nil) else { return }
        diskPressureSince = isFull ? now.wall : nil
        statusVersion += 1
    }

    /// Ids and names of images that a replica runs, ran before its last change, keeps for its way back, or will run.
    private func neededImages() -> Set<String> {
        var needed: Set<String> = []
        for track in tracks.values {
            needed.formUnion(track.containers.map(\.observed.imageID))
            let ids = [
                track.readyImage?.imageID, track.memory.knownGood?.imageID, track.memory.previousImageID,
            ]
            needed.formUnion(ids.compactMap(\.self))
            if let wish = track.wish { needed.insert(wish.replica.container.image) }
        }
        return needed
    }

    /// Remembers what was pulled, so that it can be told from images of others.
    mutating func notePull(_ imageID: String, _ name: String, at now: Moment) {
        pulledImages[imageID] = PulledImage(imageID: imageID, name: name, lastNeeded: now.wall)
        keptImages[imageID] = nil
        if pulledImages.count > NodeLimits.pulledImages,
            let oldest = pulledImages.values.min(by: { $0.lastNeeded < $1.lastNeeded })
        {
            pulledImages[oldest.imageID] = nil
            keptImages[oldest.imageID] = nil
        }
        persistence.changed()
    }

    /// A container made from it went: from now on it may be unneeded.
    mutating func noteUnused(_ imageID: String, at now: Moment) {
        guard pulledImages[imageID] != nil else { return }
        pulledImages[imageID]?.lastNeeded = now.wall
        persistence.changed()
    }

    /// One that the engine keeps, because somebody uses it, is let be for a long while; others have their turn.
    mutating func finishImage(_ work: NodeAction.Work, _ result: ActionResult, at now: Moment) {
        guard case .removeImage(let image) = work else { return }
        guard result == .imageRemoved else {
            keptImages[image.imageID, default: Backoff()].failed(
                Self.words(of: result), .image, at: now.monotonic)
            return
        }
        pulledImages[image.imageID] = nil
        keptImages[image.imageID] = nil
        persistence.changed()
    }
}
