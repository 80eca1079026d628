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
