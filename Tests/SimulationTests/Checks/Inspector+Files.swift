import ClusterCore
import Model
import NodeCore

/// Files of configs that change below running containers.
extension Inspector {
    /// A replica that runs at the generation its node was told has the files of that generation; one that is to be
    /// stopped gets them with its next start.
    func checkFiles(_ report: NodeReport, _ document: DesiredStateDocument, _ engine: EngineModel) {
        guard document.configs.contains(where: \.content.isLive) else { return }
        let concerned = document.deployments.filter {
            !$0.configs.isEmpty && $0.desiredState == .running
        }
        let replicas = Dictionary(concerned.map { ($0.assignmentID, $0) }) { first, _ in first }
        for said in report.containers where said.state == .running {
            guard let replica = said.assignmentID.flatMap({ replicas[$0] }),
                said.generation == replica.generation, let id = said.containerID,
                let container = engine.containers[ContainerID(id)], container.fact.state == .running
            else { continue }
            let wished = ContainerFiles.wished(replica, document.configs)
            guard !container.files.hold(wished) else { continue }
            world.fail(
                "container \(id) is said to be at generation \(said.generation) before it has its files: "
                    + container.files.words(wished))
        }
    }

    /// A version that changes nothing but contents of live files goes on with the containers of the one before, and no
    /// other does.
    func checkContainerVersion(_ row: ConfigVersionRow) {
        let former = configVersions[row.reference.configID]
        configVersions[row.reference.configID] = row
        guard let former, former.reference != row.reference else { return }
        let goesOn = former.name == row.name && Self.differsInLiveFilesOnly(former.content, row.content)
        world.tally.count(goesOn ? .configReloads : .configRemakes)
        let isRight =
            goesOn
            ? row.containerVersion == former.containerVersion : row.containerVersion > former.containerVersion
        guard !isRight else { return }
        world.fail(
            "\(row.reference) is for containers of version \(row.containerVersion), the one before for those of "
                + "\(former.containerVersion)")
    }

    private static func differsInLiveFilesOnly(_ old: ConfigContent, _ new: ConfigContent) -> Bool {
        guard old != new, old.entries == new.entries, old.files.count == new.files.count else { return false }
        return zip(old.files, new.files).allSatisfy { (old: ConfigFile, new: ConfigFile) -> Bool in
            guard old != new else { return true }
            var same = old
            same.source = new.source
            return same == new && new.reload != .restart
        }
    }
}
