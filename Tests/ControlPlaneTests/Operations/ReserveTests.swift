import EventLoop
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

/// Little room: changes are refused with the reason, everything else goes on.
@Suite(.onLoop) struct ReserveTests {
    /// A file system that says what the test wants.
    @LoopActor private final class Disk {
        var free: Int64 = 100 << 20
        private(set) var looks = 0

        func look() -> Int64? {
            looks += 1
            return free
        }
    }

    @Test @LoopActor func belowTheReserveChangesAreRefusedAndTheRestGoesOn() async throws {
        try await TestPlane.with(["FLEDX_CP_STORAGE_RESERVE_BYTES": "9000000000000000"]) { plane in
            let refused = try await plane.send("POST", "/api/v1/deployments", json: BarrierTests.web)
            #expect(refused.status == 503)
            #expect(refused.code == "storage_unavailable")
            #expect(refused.text.contains("FLEDX_CP_STORAGE_RESERVE_BYTES"), "\(refused.text)")
            #expect(refused.headers["retry-after"] != nil)
            #expect(try await plane.send("GET", "/api/v1/deployments").status == 200)
            #expect(try await plane.send("GET", "/livez", token: nil).status == 200)
            #expect(try await plane.send("GET", "/readyz", token: nil).status == 503)
            let health: HealthResponse = try await plane.send("GET", "/health", token: nil).decode()
            #expect(health.conditions.map(\.type) == ["storage_unavailable"])
            #expect(health.conditions.first?.message.contains("MiB are free") == true)
            #expect(try await plane.send("POST", "/api/v1/backup").status == 503)
        }
    }

    @Test @LoopActor func aLookHoldsForAWhileAndHealsByItself() async throws {
        let disk = Disk()
        let reserve = StorageReserve(path: "/x", reserveBytes: 64 << 20) { _ in disk.look() }
        #expect(reserve.shortage == nil)
        disk.free = 10 << 20
        for _ in 0..<100 { _ = reserve.shortage }
        #expect(disk.looks == 1, "not one call of the system per request")
        #expect(reserve.hasRoom(for: 1)?.kind == .reserve, "whoever needs room looks anew")
        #expect(reserve.shortage?.detail.contains("10 MiB") == true)
        disk.free = 100 << 20
        #expect(reserve.hasRoom(for: 1 << 20) == nil)
        #expect(reserve.shortage == nil)
        #expect(reserve.hasRoom(for: 40 << 20) != nil, "the reserve itself is not given away")
    }

    @Test @LoopActor func aFileSystemThatDoesNotSayKeepsNobodyOut() async throws {
        let reserve = StorageReserve(path: "/x", reserveBytes: 64 << 20) { _ in nil }
        #expect(reserve.shortage == nil)
    }
}
