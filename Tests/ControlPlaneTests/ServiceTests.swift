import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

/// The control plane as a service with an agent inside.
@Suite(.onLoop) struct ServiceTests {
    private struct Broken: Error {}

    @Test @LoopActor func anEmbeddedAgentJoinsThroughTheAPI() async throws {
        let folder = try TemporaryFolder()
        let settings = try ControlPlaneSettings(environment: TestPlane.environment(folder))
        let plane = try await ControlPlane.open(settings, options: .quiet)
        var plan: EmbeddedAgentPlan?
        let service = ControlPlaneService(plane, { plan = $0 }, settings)
        try await service.run()
        #expect(plan?.controlPlaneURL == "http://127.0.0.1:\(plane.port)")
        #expect(plan?.registrationToken.revealed == TestPlane.registrationToken)
    }

    @Test @LoopActor func aBrokenAgentEndsTheControlPlane() async throws {
        let folder = try TemporaryFolder()
        let settings = try ControlPlaneSettings(environment: TestPlane.environment(folder))
        let plane = try await ControlPlane.open(settings, options: .quiet)
        let service = ControlPlaneService(plane, { _ in throw Broken() }, settings)
        await #expect(throws: Broken.self) { try await service.run() }
        let again = try await TestPlane.start(in: folder)
        try await again.stop()
    }

    @Test @LoopActor func theSecondSignalEndsAtOnce() async throws {
        let folder = try TemporaryFolder()
        let hold = CommitHold()
        let plane = try await TestPlane.start(in: folder, hold: hold)
        let settings = try ControlPlaneSettings(environment: TestPlane.environment(folder))
        let service = ControlPlaneService(plane.plane, nil, settings)
        var ends = 0
        service.endAtOnce = { ends += 1 }
        service.stopAsked()
        #expect(ends == 0)
        service.stopAsked()
        #expect(ends == 1)
        try await plane.ended()
    }

    @Test @LoopActor func aDiskThatHangsDoesNotKeepTheProcess() async throws {
        let folder = try TemporaryFolder()
        let hold = CommitHold()
        let plane = try await TestPlane.start(
            in: folder, ["FLEDX_CP_SHUTDOWN_DEADLINE_SECS": "1"], hold: hold)
        let environment = TestPlane.environment(folder, ["FLEDX_CP_SHUTDOWN_DEADLINE_SECS": "1"])
        let service = ControlPlaneService(
            plane.plane, nil, try ControlPlaneSettings(environment: environment))
        var ends = 0
        service.endAtOnce = {
            ends += 1
            hold.letGo()
        }
        hold.holdNext()
        let change = try await plane.begin("POST", "/api/v1/deployments", json: BarrierTests.web)
        await hold.waitUntilHeld()
        service.stopAsked()
        // In a program nothing would come after the end; here the disk answers at that moment.
        _ = try? await plane.ended()
        #expect(ends == 1)
        change.leave()
    }

    @Test @LoopActor func theAgentEndsBeforeTheControlPlaneStops() async throws {
        let folder = try TemporaryFolder()
        let settings = try ControlPlaneSettings(environment: TestPlane.environment(folder))
        let plane = try await ControlPlane.open(settings, options: .quiet)
        var wasOpenAtTheEnd = false
        let service = ControlPlaneService(
            plane,
            { _ in
                do { try await LoopActor.sleep(milliseconds: 60_000) } catch {
                    wasOpenAtTheEnd = plane.isServing
                    throw error
                }
            }, settings)
        EventLoop.later { service.stopAsked() }
        try await service.run()
        #expect(wasOpenAtTheEnd)
        #expect(!plane.isServing)
    }
}
