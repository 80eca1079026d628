import ClusterCore
import NodeCore

/// Everything the two cores decide, and their shells learn.
enum Step: String, CaseIterable, Sendable {
    case workList, workInspect, workPull, workCreate, workStart, workStop, workRemove, workPersist, workProbe
    case workRemoveImage, workListPorts, workReload
    case documentAccepted, documentUnchanged, documentRefusedEmpty, documentRefusedForeign
    case effectDesiredState, effectDeployment, effectNode, effectTick, effectEvent
    case eventNodeRegistered, eventNodeUpdated, eventNodeDeleted, eventNodeStatus, eventHistoryLost
    case eventDeploymentCreated, eventDeploymentUpdated, eventDeploymentDeleted
    case eventRollout, eventPlaced, eventAdvanced, eventReleased, eventBrakeEngaged, eventBrakeReleased,
        eventPlanRefused
    case eventHistoryBegan, eventHistoryConfirmed, eventNodeAvailability, eventReturned
    case retiredPortTaken, retiredDrained, retiredAwaitingReturn, retiredOriginalReturned
    case filterCordon, filterUnconfirmed, filterAgentVersion, filterAgentCapability, filterPublicIP
    case retiredScaledDown, retiredDeleted, retiredNodeLost, retiredPlacementChanged
    case refusedNotFound, refusedNameTaken, refusedAlreadyRegistered, refusedStaleGeneration
    case refusedHoldsReplicas, refusedUnplaceable, refusedInvalid, refusedGone, refusedInternalFault
    case filterStatus, filterArch, filterOS, filterLabels, filterCapacity, filterMaxPerNode
    case filterFreeCapacity, filterPorts, filterConfigPayload, refusedPayloadTooLarge
    case eventConfig, eventRegistryCredential, eventIngressRoute
    /// A replica of a lost node moved when its patience was at an end; one that was still there when its node was back;
    /// one that waits for its node whatever happens.
    case patienceRanOut, patiencePaid, waitedForItsNode
    /// Updates to an image that does not work on every node, and came through on some and was refused by others.
    case partlyRolledBack, partlyLeft
    /// One that went everywhere, for no node stood in its way.
    case partlyComplete
    /// What operators asked of updates; a hold counts where one was under way.
    case commandPause, commandResume, commandRollBack, commandRestart
    /// Replicas of deployments that have one on each node, and of those that write to their nodes.
    case placedPerNode, placedWithVolume
    /// Reloads that wrote files anew, that told the program of them, and that told it of what an earlier life of the
    /// agent, or a try without Docker, had written.
    case filesWritten, programTold, programToldLater
    /// Versions of configs that only write files anew, and all others after the first.
    case configReloads, configRemakes

    /// What must not happen at all.
    static let forbidden: Set<Step> = [.eventPlanRefused, .refusedInternalFault]

    /// What needs agents of other versions, public addresses, registries or an ingress, which these runs do not have.
    static let elsewhere: Set<Step> = [
        .filterAgentVersion, .filterAgentCapability, .filterPublicIP, .workRemoveImage,
        .eventRegistryCredential, .eventIngressRoute,
    ]

    /// What few runs come to, so that it is asked of many only: a replica leaves a node for its port only where the node
    /// has no other to give.
    static let seldom: Set<Step> = [.retiredPortTaken]

    init(_ work: NodeAction.Work) {
        switch work {
        case .listContainers: self = .workList
        case .inspect: self = .workInspect
        case .lookUp, .pull: self = .workPull
        case .create: self = .workCreate
        case .start: self = .workStart
        case .reload: self = .workReload
        case .stop: self = .workStop
        case .remove: self = .workRemove
        case .persistMemory: self = .workPersist
        case .probe: self = .workProbe
        case .removeImage: self = .workRemoveImage
        case .listPorts: self = .workListPorts
        }
    }

    /// What was asked of an update and changed something.
    init?(_ command: Command, _ reply: Reply, _ core: Cluster?) {
        guard case .deployment(let reply) = reply, reply.hasChanged else { return nil }
        switch command {
        case .pauseDeployment where core?.deploymentRow(reply.id)?.rollout.phase == .progressing:
            self = .commandPause
        case .resumeDeployment: self = .commandResume
        case .rollBackDeployment: self = .commandRollBack
        case .restartDeployment: self = .commandRestart
        default: return nil
        }
    }

    init(_ effect: Effect) {
        switch effect {
        case .desiredStateChanged: self = .effectDesiredState
        case .deploymentChanged: self = .effectDeployment
        case .nodeChanged: self = .effectNode
        case .tickWanted: self = .effectTick
        case .event: self = .effectEvent
        }
    }

    init(_ event: ClusterEvent) {
        switch event {
        case .nodeRegistered: self = .eventNodeRegistered
        case .nodeUpdated: self = .eventNodeUpdated
        case .nodeDeleted: self = .eventNodeDeleted
        case .nodeStatusChanged: self = .eventNodeStatus
        case .historyLost: self = .eventHistoryLost
        case .historyBegan: self = .eventHistoryBegan
        case .historyConfirmed: self = .eventHistoryConfirmed
        case .nodeAvailabilityChanged: self = .eventNodeAvailability
        case .replicaReturned: self = .eventReturned
        case .deploymentCreated: self = .eventDeploymentCreated
        case .deploymentUpdated: self = .eventDeploymentUpdated
        case .deploymentDeleted: self = .eventDeploymentDeleted
        case .rolloutChanged: self = .eventRollout
        case .replicaPlaced: self = .eventPlaced
        case .replicaRetired(_, _, _, let reason): self = Step(reason)
        case .replicaAdvanced: self = .eventAdvanced
        case .replicaReleased: self = .eventReleased
        case .massLossBrakeEngaged: self = .eventBrakeEngaged
        case .massLossBrakeReleased: self = .eventBrakeReleased
        case .planRefused: self = .eventPlanRefused
        case .configChanged: self = .eventConfig
        case .registryCredentialChanged: self = .eventRegistryCredential
        case .ingressRouteChanged: self = .eventIngressRoute
        }
    }

    init(_ reason: AssignmentRow.RetireReason) {
        switch reason {
        case .portTaken: self = .retiredPortTaken
        case .drained: self = .retiredDrained
        case .awaitingReturn: self = .retiredAwaitingReturn
        case .originalReturned: self = .retiredOriginalReturned
        case .scaledDown: self = .retiredScaledDown
        case .deploymentDeleted: self = .retiredDeleted
        case .nodeLost: self = .retiredNodeLost
        case .placementChanged: self = .retiredPlacementChanged
        }
    }

    init(_ code: Rejection.Code) {
        switch code {
        case .notFound: self = .refusedNotFound
        case .nameTaken: self = .refusedNameTaken
        case .alreadyRegistered: self = .refusedAlreadyRegistered
        case .staleGeneration: self = .refusedStaleGeneration
        case .holdsReplicas: self = .refusedHoldsReplicas
        case .unplaceable: self = .refusedUnplaceable
        case .invalid: self = .refusedInvalid
        case .payloadTooLarge: self = .refusedPayloadTooLarge
        case .gone: self = .refusedGone
        case .internalFault: self = .refusedInternalFault
        }
    }

    init(_ filter: PlacementFilter) {
        switch filter {
        case .status: self = .filterStatus
        case .cordon: self = .filterCordon
        case .unconfirmed: self = .filterUnconfirmed
        case .agentVersion: self = .filterAgentVersion
        case .agentCapability: self = .filterAgentCapability
        case .publicIP: self = .filterPublicIP
        case .arch: self = .filterArch
        case .os: self = .filterOS
        case .labels: self = .filterLabels
        case .capacity: self = .filterCapacity
        case .maxPerNode: self = .filterMaxPerNode
        case .freeCapacity: self = .filterFreeCapacity
        case .configPayload: self = .filterConfigPayload
        case .ports: self = .filterPorts
        }
    }
}
