import EventLoop
import Glibc
import Model
import TestKit
import Testing

@Suite struct SystemTests {
    @Test func durableWriteReplacesTheWholeFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("document")
        try FileIO.writeDurably(path, Array("first and longer".utf8))
        try FileIO.writeDurably(path, Array("second".utf8), mode: 0o640)
        #expect(try FileIO.read(path, limitBytes: 100) == Array("second".utf8))
        #expect(try FileIO.status(path)?.mode == 0o640)
        #expect(try FileIO.list(folder.path) == ["document"])
    }

    @Test func theWayToALoopbackAddressIsLoopback() throws {
        let peer = try #require(SocketAddress(numericHost: "127.0.0.1", port: 80))
        #expect(SystemInfo.localAddress(towards: peer)?.isLoopback == true)
        #expect(SystemInfo.localAddress(towards: SocketAddress(path: "/x")) == nil)
    }

    @Test func failuresAreSaidInWords() {
        let failure = LoopFailure(.addressInUse, operation: "lock", detail: "another process holds /x")
        #expect(failure.description == "lock: another process holds /x")
    }

    @Test func readRefusesMoreThanItsLimit() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("document")
        try FileIO.writeDurably(path, [UInt8](repeating: 1, count: 200_000))
        #expect(try FileIO.read(path, limitBytes: 200_000).count == 200_000)
        #expect(code { _ = try FileIO.read(path, limitBytes: 199_999) } == .tooLarge)
        #expect(try FileIO.readIfPresent(folder.path("none"), limitBytes: 1) == nil)
        #expect(code { _ = try FileIO.read(folder.path("none"), limitBytes: 1) } == .notFound)
    }

    @Test func durableWriteIntoAMissingFolderFails() throws {
        let folder = try TemporaryFolder()
        #expect(code { try FileIO.writeDurably(folder.path("a/b"), [1]) } == .notFound)
        try FileIO.makeFolders(folder.path("a/b/c"), mode: 0o700)
        try FileIO.makeFolders(folder.path("a/b/c"), mode: 0o755)
        #expect(try FileIO.status(folder.path("a/b"))?.mode == 0o700)
        try FileIO.writeDurably(folder.path("a/file"), [1])
        #expect(code { try FileIO.makeFolders(folder.path("a/file/x")) } != nil)
        try FileIO.removeFolder(folder.path("a/b/c"))
        try FileIO.remove(folder.path("a/file"))
        try FileIO.remove(folder.path("a/file"))
        #expect(try FileIO.list(folder.path("a")) == ["b"])
        #expect(code { _ = try FileIO.list(folder.path("none")) } == .notFound)
    }

    @Test func spaceIsKnown() throws {
        let space = try FileIO.space(at: "/")
        #expect(space.totalBytes > 0)
        #expect(space.freeBytes >= 0 && space.freeBytes <= space.totalBytes)
    }

    @Test func lockKeepsASecondHolderOut() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("lock")
        do {
            let first = try LockFile(path: path)
            #expect(code { _ = try LockFile(path: path) } == .addressInUse)
            _ = consume first
        }
        #expect(code { _ = try LockFile(path: path) } == nil)
    }

    @Test func machineKnowsItself() {
        #expect(SystemInfo.kernel.name == "Linux")
        #expect(!SystemInfo.kernel.machine.isEmpty)
        #expect(!SystemInfo.hostName.isEmpty)
        #expect(SystemInfo.totalMemoryBytes > 1 << 20)
        #expect(SystemInfo.residentBytes > 1 << 20)
        #expect(SystemInfo.threadCount >= 1)
        #expect(SystemInfo.openFileCount >= 3)
        #expect(SystemInfo.processorCount >= 1)
        #expect(SystemInfo.environment["PATH"] != nil)
    }

    @Test func randomBytesDiffer() {
        var source = SystemIDSource()
        #expect(source.nextUUID() != source.nextUUID())
        #expect(source.randomBytes(count: 32) != source.randomBytes(count: 32))
        #expect(source.randomBytes(count: 0).isEmpty)
    }

    @Test func serviceManagerHearsFromUs() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path("notify"), "@fledx-test-\(SystemInfo.processID)"] {
            let descriptor = try datagramSocket(path)
            defer { close(descriptor) }
            #expect(ServiceNotifier.notify("READY=1", socketPath: path))
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = unsafe recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "READY=1")
        }
        #expect(!ServiceNotifier.notify("READY=1", socketPath: folder.path("nobody")))
        #expect(!ServiceNotifier.notify("READY=1", socketPath: nil))
        #expect(!ServiceNotifier.notify("READY=1", socketPath: "relative"))
    }

    @Test func addressesAreReadAndWritten() {
        #expect(SocketAddress(numericHost: "127.0.0.9", port: 1)?.isLoopback == true)
        #expect(SocketAddress(numericHost: "::1", port: 1)?.isLoopback == true)
        #expect(SocketAddress(numericHost: "10.0.0.1", port: 1)?.isLoopback == false)
        #expect(SocketAddress(numericHost: "::1", port: 8)?.description == "[::1]:8")
        #expect(SocketAddress(path: "/run/x").description == "unix:/run/x")
        #expect(SocketAddress(numericHost: "localhost", port: 1) == nil)
        #expect(SocketAddress(numericHost: "256.0.0.1", port: 1) == nil)
    }

    @Test func failuresSayWhatHappenedToWhat() throws {
        let failure = try #require(throws: LoopFailure.self) {
            _ = try FileIO.read("/none/such", limitBytes: 1)
        }
        #expect(failure.operation == "read")
        #expect(failure.description == "read: /none/such: no such file or directory")
        #expect(!failure.retryable)
    }

    private func code(_ body: () throws -> Void) -> LoopFailure.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? LoopFailure)?.code
        }
    }

    private func datagramSocket(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        let isAbstract = path.hasPrefix("@")
        if isAbstract { bytes[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count + (isAbstract ? 0 : 1))
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length)
            }
        }
        try #require(status == 0)
        return descriptor
    }
}
