import Agent
import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import Model
import TestKit
import Testing

/// What befalls a node with five replicas of three deployments, and a sixth in the middle of its pull.
@Suite(.onLoop) struct FleetFaultTests {
    @Test @LoopActor func withoutAControlPlaneCrashesAreMendedAlsoByTheNextAgent() async throws {
        try await Fleet.run { fleet in
            let node = fleet.node
            await node.controlPlane.stop()
            var meddled: Set<String> = [try await fleet.crash(fleet.replicas[0])]
            await node.stop()
            try node.start()
            meddled.insert(try await fleet.crash(fleet.replicas[1]))
            try await fleet.isUntouched(except: meddled)
            try node.controlPlane.start()
            try await node.reported(fleet.replicas[1], .running, milliseconds: 60_000) {
                $0.restartCount > 0
            }
            try await fleet.isUntouched(except: meddled)
        }
    }

    @Test @LoopActor func aTornAndACutDocumentMoveNothing() async throws {
        try await Fleet.run { fleet in
            let node = fleet.node
            let path = node.folder.path("agent/desired.json")
            let whole = try FileIO.readIfPresent(path, limitBytes: 1 << 20) ?? []
            await node.stop()
            // The newest one ends in the middle; the one before is of two writes.
            try FileIO.writeDurably(path, Array(whole.prefix(whole.count / 2)))
            try FileIO.writeDurably("\(path).previous", Array(whole.prefix(200)) + Array(whole.suffix(300)))
            node.controlPlane.publish(nil)
            try node.start()
            try await fleet.condition("state_damaged")
            try await fleet.isUntouched()
            node.controlPlane.publish(
                ScriptedControlPlane.document(fleet.all, revision: 2))
            for replica in fleet.replicas { try await node.reported(replica, .running) }
            try await fleet.isUntouched()
        }
    }

    @Test @LoopActor func aForeignAnOlderAndAnEmptyDocumentMoveNothing() async throws {
        try await Fleet.run { fleet in
            let node = fleet.node
            let less = Array(fleet.replicas.prefix(2))
            let foreign = Epoch(UUIDValue(high: 4, low: 4))
            node.controlPlane.publish(ScriptedControlPlane.document(fleet.all, revision: 9))
            try await eventually("it is accepted") { node.agent?.appliedRevision == 9 }
            for (condition, document) in [
                ("epoch_mismatch", ScriptedControlPlane.document(less, revision: 10, epoch: foreign)),
                ("revision_regression", ScriptedControlPlane.document(less, revision: 3)),
                ("empty_refused", ScriptedControlPlane.document([], revision: 11)),
            ] {
                // The running agent is told, and the next life again, which knows what the former one accepted.
                node.controlPlane.publish(document)
                try await fleet.condition(condition)
                try await fleet.isUntouched()
                await node.stop()
                let told = node.controlPlane.reports.count
                try node.start()
                try await eventually("the next life refuses it too") {
                    node.controlPlane.reports.dropFirst(told).contains { report in
                        report.conditions.contains { $0.type == condition }
                    }
                }
                try await fleet.isUntouched()
                await node.stop()
                node.controlPlane.publish(ScriptedControlPlane.document(fleet.all, revision: 9))
                try node.start()
                try await fleet.well()
            }
            // Without a new life of the agent a good one is taken too, once its pause after a refusal is over.
            node.controlPlane.publish(ScriptedControlPlane.document([], revision: 12))
            try await fleet.condition("empty_refused")
            node.controlPlane.publish(ScriptedControlPlane.document(fleet.all, revision: 13))
            try await eventually("it is accepted", milliseconds: 60_000) {
                node.agent?.appliedRevision == 13 && node.controlPlane.last?.conditions.isEmpty == true
            }
            try await fleet.isUntouched()
        }
    }

    @Test @LoopActor func whatAnUpdateLacksLeavesEveryOldContainerServing() async throws {
        let folder = try TemporaryFolder()
        let prefix = folder.path("volumes")
        try FileIO.makeFolders(prefix)
        try FileManager.default.createSymbolicLink(atPath: "\(prefix)/out", withDestinationPath: "/etc")
        try await Fleet.run(["FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES": prefix]) { fleet in
            let node = fleet.node
            let holder = try Listener.tcp(host: "127.0.0.1", port: 0)
            defer { holder.close() }
            var changed = fleet.all
            for index in changed.indices.dropLast() { changed[index].generation = 2 }
            changed[0].container.secretEnv = [SecretVariable(name: "A", secret: "absent")]
            changed[1].ports = [PortMapping(containerPort: 80, hostPort: holder.port)]
            changed[2].container.volumes = [VolumeMount(hostPath: "\(prefix)/out/x", containerPath: "/data")]
            changed[3].container.image = try await node.docker.image(.bad)
            // It starts, and never gets through its gate.
            changed[4].container.env = ["GATE": "shut"]
            changed[4].container.health = HealthSpec(readiness: ProbeSpec(.tcp(port: 81), intervalSeconds: 1))
            node.controlPlane.publish(changed)
            let reasons = [
                "secret 'absent' is missing on this node", "\(holder.port)",
                "\(prefix)/out is a symbolic link", "generation 2 did not work here",
                "generation 2 did not work here",
            ]
            for (index, reason) in reasons.enumerated() {
                let report = try await node.reported(changed[index], .running, milliseconds: 60_000) {
                    $0.message?.contains(reason) == true
                }
                #expect(report.generation == 1)
            }
            for index in [3, 4] {
                #expect(node.controlPlane.state(changed[index])?.rejectedGeneration == 2)
            }
            try await fleet.isUntouched()
            // What only a port was missing for comes by itself when the port is free.
            #expect(node.controlPlane.state(changed[1])?.rejectedGeneration == nil)
            holder.close()
            try await node.reported(changed[1], .running, milliseconds: 60_000) { $0.generation == 2 }
        }
    }

    @Test @LoopActor func twoNodesOnOneDaemonTouchNothingOfEachOther() async throws {
        try await Fleet.run { fleet in
            try await NodeFixture.run(on: fleet.node.docker) { other in
                other.controlPlane.publish(fleet.replicas)
                try other.start()
                for replica in fleet.replicas { try await other.reported(replica, .running) }
                #expect(try await other.containers().count == fleet.replicas.count)
                other.controlPlane.publish([], emptied: true)
                try await eventually("the other node is empty", milliseconds: 60_000) {
                    try await other.containers().isEmpty
                }
                try await fleet.isUntouched()
            }
        }
    }
}
