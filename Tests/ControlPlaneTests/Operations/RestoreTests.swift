import ClusterCore
import EventLoop
import JSON
import Model
import SQLite
import TLS
import TestKit
import Testing

@testable import ControlPlane

/// `fledx-cp backup` and `fledx-cp restore` as files see them.
@Suite(.onLoop) struct RestoreTests {
    private static let phrase = Redacted("a passphrase of the tests")

    /// A control plane that has run once with a node and a deployment, and a copy of its database.
    @LoopActor private static func copy(
        in folder: TemporaryFolder, passphrase: Redacted<String>? = nil
    ) async throws -> (settings: ControlPlaneSettings, file: String, epoch: Epoch) {
        let plane = try await TestPlane.start(in: folder)
        _ = try await plane.readyNode(#"{"name":"edge-1"}"#)
        let epoch = plane.plane.host.cluster.epoch
        let settings = try ControlPlaneSettings(environment: TestPlane.environment(folder))
        let file = folder.path("copy.db")
        // While it runs: a copy needs no standstill.
        let text = try await BlockingPool.run {
            try BackupCommand.run(settings, file: file, passphrase: passphrase)
        }
        #expect(text.hasPrefix("\(file): "))
        _ = try await plane.declare(BarrierTests.web)
        try await plane.stop()
        return (settings, file, epoch)
    }

    @LoopActor private static func restore(
        _ settings: ControlPlaneSettings, _ file: String, phrase: Redacted<String> = phrase
    ) async throws -> String {
        try await BlockingPool.run {
            try RestoreCommand(settings: settings, file: file)
                .run(now: Timestamp(milliseconds: 1_700_000_000_000)) { phrase }
        }
    }

    @Test @LoopActor func aRestoredDatabaseIsAnotherHistoryWithItsPredecessor() async throws {
        let folder = try TemporaryFolder()
        let (settings, file, epoch) = try await Self.copy(in: folder)
        let before = try FileIO.read(file, limitBytes: 10_000_000)
        let text = try await Self.restore(settings, file)
        #expect(text.contains("fledx cluster confirm \(epoch)"), "it says what to confirm: \(text)")
        #expect(try FileIO.read(file, limitBytes: 10_000_000) == before, "the copy itself is not touched")

        let plane = try await TestPlane.start(in: folder)
        let cluster = plane.plane.host.cluster
        #expect(cluster.epoch != epoch)
        let status = try await plane.send("GET", "/api/v1/cluster").json()
        #expect(status["predecessors"]?.arrayValue?.contains(.string("\(epoch)")) == true)
        #expect(status["accepts"]?.arrayValue == [], "nobody has confirmed yet")
        #expect(
            try await plane.send("GET", "/api/v1/deployments/web").status == 404,
            "it is younger than the copy")
        #expect(try await plane.send("GET", "/api/v1/nodes/edge-1").status == 200)
        try await plane.stop()

        let aside = "test.db.replaced-20231114T221320Z"
        #expect(try FileIO.list(folder.path).contains(aside))
        let old = try BackupFile.read(folder.path(aside)) { try ClusterStore.snapshot($0) }
        #expect(old?.deployments.map(\.spec.name) == ["web"])
    }

    @Test @LoopActor func keysComeBackWithTheRightPassphraseOnly() async throws {
        let folder = try TemporaryFolder()
        let (_, file, _) = try await Self.copy(in: folder, passphrase: Self.phrase)
        let bytes = try FileIO.read(file, limitBytes: 10_000_000)
        #expect(bytes.firstRange(of: Array("pepper-of-the-tests".utf8)) == nil, "sealed")

        let other = try TemporaryFolder()
        var environment = TestPlane.environment(other)
        for key in ["FLEDX_CP_TOKENS_PEPPER", "FLEDX_CP_OPERATOR_TOKENS", "FLEDX_CP_REGISTRATION_TOKEN"] {
            environment[key] = nil
        }
        let settings = try ControlPlaneSettings(environment: environment)
        await #expect(throws: (any Error).self) {
            _ = try await Self.restore(settings, file, phrase: Redacted("another passphrase"))
        }
        #expect(try FileIO.list(other.path) == [], "a refused restore leaves nothing")
        let text = try await Self.restore(settings, file)
        #expect(text.contains("its keys are in"))
        #expect(
            try SecretsFile(beside: settings.databasePath).values["FLEDX_CP_TOKENS_PEPPER"]?.revealed
                == "pepper-of-the-tests")
        try BackupFile.read(settings.databasePath) { database in
            let tables = try database.query("SELECT name FROM sqlite_schema") { try $0.string(0) }
            #expect(!tables.contains("backup_keys"), "the keys do not stay in the database")
        }
    }

    /// Everything a database cannot do without is in the copy: on an empty machine its secrets open again.
    @Test @LoopActor func aCopyWithKeysBringsTheKeyOfSecretValuesAndTheAuthority() async throws {
        let folder = try TemporaryFolder()
        let key = Array(String(repeating: "ab", count: 32).utf8)
        try FileIO.writeDurably(folder.path("key"), key)
        let set = ["FLEDX_CP_SECRETS_KEY_FILE": folder.path("key")]
        try await Self.keepASecret(in: folder, set)
        let authority = DevelopmentAuthority(database: folder.path("test.db"))
        let made = try authority.identity(names: ["localhost"], now: SystemTimeSource().now().wall)
        let environment = TestPlane.environment(folder, set)
        let file = folder.path("copy.db")
        let text = try await BlockingPool.run {
            try BackupCommand.run(
                try ControlPlaneSettings(environment: environment), file: file, passphrase: Self.phrase)
        }
        #expect(text.contains("the key of secret values") && text.contains("the authority of --dev-tls"))
        let bytes = try FileIO.read(file, limitBytes: 10_000_000)
        #expect(bytes.firstRange(of: key) == nil, "sealed")

        // A setting that names the file it shall have, and none: then the file lies beside the database.
        for wish in ["key", nil] as [String?] {
            let other = try TemporaryFolder()
            let named = wish.map { ["FLEDX_CP_SECRETS_KEY_FILE": other.path($0)] } ?? [:]
            let settings = try ControlPlaneSettings(environment: TestPlane.environment(other, named))
            let told = try await Self.restore(settings, file)
            let path = other.path(wish ?? "test.db.secrets-key")
            #expect(told.contains("the key of secret values is in \(path)"), "\(told)")
            #expect(try FileIO.read(path, limitBytes: 100) == key)
            #expect(try FileIO.status(path)?.mode == 0o600)
            let there = DevelopmentAuthority(database: other.path("test.db"))
            let kept = try there.identity(names: ["localhost"], now: SystemTimeSource().now().wall)
            #expect(kept.authority.fingerprint == made.authority.fingerprint)
            let plane = try await TestPlane.start(in: other, ["FLEDX_CP_SECRETS_KEY_FILE": path])
            #expect(try await plane.send("GET", "/api/v1/configs/s").status == 200)
            try await plane.stop()
        }
    }

    /// Whoever cannot open the secret values later hears of it before anything is replaced.
    @Test @LoopActor func withoutTheKeyOfItsSecretValuesNoCopyIsPutInPlace() async throws {
        let folder = try TemporaryFolder()
        try FileIO.writeDurably(folder.path("key"), Array(String(repeating: "ab", count: 32).utf8))
        try FileIO.writeDurably(folder.path("other"), Array(String(repeating: "cd", count: 32).utf8))
        try await Self.keepASecret(in: folder, ["FLEDX_CP_SECRETS_KEY_FILE": folder.path("key")])
        let plain = try ControlPlaneSettings(environment: TestPlane.environment(folder))
        let failure = await #expect(throws: StartFailure.self) {
            _ = try await BlockingPool.run {
                try BackupCommand.run(plain, file: folder.path("x.db"), passphrase: Self.phrase)
            }
        }
        let words = failure.map { ErrorReport.render($0) } ?? ""
        #expect(words.contains("FLEDX_CP_SECRETS_KEY_FILE"), "\(words)")
        _ = try await BlockingPool.run {
            try BackupCommand.run(plain, file: folder.path("copy.db"), passphrase: nil)
        }
        let before = try FileIO.list(folder.path)
        for name in [nil, "other"] as [String?] {
            let set = name.map { ["FLEDX_CP_SECRETS_KEY_FILE": folder.path($0)] } ?? [:]
            let settings = try ControlPlaneSettings(environment: TestPlane.environment(folder, set))
            let refused = await #expect(throws: StartFailure.self) {
                _ = try await Self.restore(settings, folder.path("copy.db"))
            }
            #expect(refused.map { ErrorReport.render($0) }?.contains("FLEDX_CP_SECRETS_KEY_FILE") == true)
        }
        #expect(try FileIO.list(folder.path) == before, "nothing was replaced")
        let right = try ControlPlaneSettings(
            environment: TestPlane.environment(folder, ["FLEDX_CP_SECRETS_KEY_FILE": folder.path("key")]))
        _ = try await Self.restore(right, folder.path("copy.db"))
    }

    @LoopActor private static func keepASecret(
        in folder: TemporaryFolder, _ set: [String: String]
    ) async throws {
        let plane = try await TestPlane.start(in: folder, set)
        let made = try await plane.send(
            "POST", "/api/v1/configs", json: #"{"name":"s","entries":[{"key":"A","secret_value":"b"}]}"#)
        #expect(made.status == 201, "\(made.text)")
        try await plane.stop()
    }

    /// The lines of docs/operations.md, as the program reads them.
    @Test @LoopActor func thePassphraseComesFromTheEnvironment() async throws {
        let folder = try TemporaryFolder()
        let plane = try await TestPlane.start(in: folder)
        try await plane.stop()
        let environment = TestPlane.environment(
            folder, ["FLEDX_CP_BACKUP_PASSPHRASE": "a passphrase of the tests"])
        let file = folder.path("copy.db")
        let made = await ControlPlaneProgram.run(
            arguments: ["fledx-cp", "backup", "--with-keys", file], environment: environment)
        #expect(made == 0)
        let sealed = try #require(try BackupFile.read(file) { try KeyArchive.sealed(in: $0) })
        let keys = try KeyArchive.open(sealed, passphrase: Self.phrase)
        #expect(keys.pepper?.revealed == "pepper-of-the-tests")
        let wrong = environment.merging(["FLEDX_CP_BACKUP_PASSPHRASE": "another one"]) { $1 }
        #expect(
            await ControlPlaneProgram.run(arguments: ["fledx-cp", "restore", file], environment: wrong) == 1)
        #expect(
            await ControlPlaneProgram.run(arguments: ["fledx-cp", "restore", file], environment: environment)
                == 0)
    }

    @Test @LoopActor func whatWouldDoHarmIsRefusedAndChangesNothing() async throws {
        let folder = try TemporaryFolder()
        let (settings, file, _) = try await Self.copy(in: folder)
        let database = try FileIO.read(settings.databasePath, limitBytes: 10_000_000)
        let copy = try FileIO.read(file, limitBytes: 10_000_000)

        var wrongPepper = settings
        wrongPepper.pepper = Redacted("another pepper")
        await #expect(throws: StartFailure.self) { _ = try await Self.restore(wrongPepper, file) }

        var damaged = copy
        for index in 4_096..<8_192 { damaged[index] ^= 0x55 }
        try FileIO.writeDurably(folder.path("damaged.db"), damaged)
        await #expect(throws: StartFailure.self) {
            _ = try await Self.restore(settings, folder.path("damaged.db"))
        }
        try FileIO.writeDurably(folder.path("short.db"), Array(copy.prefix(copy.count / 2)))
        await #expect(throws: StartFailure.self) {
            _ = try await Self.restore(settings, folder.path("short.db"))
        }
        try FileIO.writeDurably(folder.path("text.db"), Array("no database at all".utf8))
        await #expect(throws: StartFailure.self) {
            _ = try await Self.restore(settings, folder.path("text.db"))
        }
        await #expect(throws: StartFailure.self) {
            _ = try await Self.restore(settings, folder.path("nothing"))
        }

        let newer = folder.path("newer.db")
        try FileIO.writeDurably(newer, copy)
        try BackupFile.change(newer) {
            _ = try $0.execute("INSERT INTO schema_migrations VALUES (9999, 'later', 'x', 0)")
        }
        let failure = await #expect(throws: StartFailure.self) { _ = try await Self.restore(settings, newer) }
        #expect(failure.map { ErrorReport.render($0) }?.contains("9999") == true)

        #expect(try FileIO.read(settings.databasePath, limitBytes: 10_000_000) == database)
        #expect(try FileIO.list(folder.path).filter { $0.hasPrefix("test.db.re") } == [])
    }

    @Test @LoopActor func aDatabaseInUseIsNotReplaced() async throws {
        let folder = try TemporaryFolder()
        let (settings, file, epoch) = try await Self.copy(in: folder)
        let plane = try await TestPlane.start(in: folder)
        let lock = try DatabaseLock(database: settings.databasePath)
        let code = await ControlPlaneProgram.run(
            arguments: ["fledx-cp", "restore", file], environment: TestPlane.environment(folder))
        #expect(code == 1)
        withExtendedLifetime(lock) {}
        #expect(plane.plane.host.cluster.epoch == epoch)
        try await plane.stop()
        #expect(try FileIO.list(folder.path).filter { $0.hasPrefix("test.db.replaced") } == [])
    }

    @Test func theCommandLineIsRead() throws {
        #expect(try CommandLineOptions(["backup", "a.db"]).mode == .backup(file: "a.db", withKeys: false))
        #expect(
            try CommandLineOptions(["backup", "--with-keys", "a.db"]).mode
                == .backup(file: "a.db", withKeys: true))
        #expect(
            try CommandLineOptions(["restore", "a.db", "--without-keys"]).mode
                == .restore(file: "a.db", leavesKeys: true))
        #expect(throws: UsageProblem.self) { try CommandLineOptions(["backup"]) }
        #expect(throws: UsageProblem.self) { try CommandLineOptions(["restore", "a.db", "b.db"]) }
        #expect(throws: UsageProblem.self) { try CommandLineOptions(["restore", "--with-keys", "b.db"]) }
    }
}
