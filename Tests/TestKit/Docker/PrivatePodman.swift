public import EventLoop
import Foundation
import Model

/// Podman's compatible socket, with storage of its own: what a node without Docker offers.
///
/// A supervising script ends it with the test process and removes containers, mounts and folder.
@LoopActor
public final class PrivatePodman {
    /// The socket.
    public nonisolated let socketPath: String
    private nonisolated let folder: String
    private let shell: SupervisedShell

    /// Why Podman cannot run here; nil when it can.
    public nonisolated static var unavailable: String? {
        guard geteuid() == 0 else { return "Podman tests need root" }
        for program in ["podman", "runc"] where PrivateDocker.path(of: program) == nil {
            return "Podman tests need \(program) (Debian: podman, runc)"
        }
        return nil
    }

    private static var number = 0

    /// Starts it and waits until it answers; ends with `end()` or the process.
    ///
    /// It pulls without TLS from the registry with this address; Podman, unlike Docker, wants to be told, also on
    /// loopback.
    public static func start(registry: String? = nil) async throws -> PrivatePodman {
        number += 1
        let podman = try PrivatePodman(
            number: Int(SystemInfo.processID) * 4 % 4_000_000 + number, registry: registry)
        let deadline = EventLoop.now.adding(milliseconds: 60_000)
        while EventLoop.now < deadline {
            if let answer = try? await EngineSocket.exchange(podman.socketPath, "GET", "/_ping"),
                answer.status == 200
            {
                return podman
            }
            try await LoopActor.sleep(milliseconds: 20)
        }
        let log = (try? String(contentsOfFile: "\(podman.folder)/log", encoding: .utf8)) ?? ""
        podman.end()
        throw PrivateDocker.Failure(description: "podman does not answer:\n\(log.suffix(3000))")
    }

    /// What `DOCKER_HOST` would say.
    public nonisolated var host: String { "unix://\(socketPath)" }

    private init(number: Int, registry: String?) throws {
        folder = "/tmp/fledx-podman-\(number)"
        socketPath = "\(folder)/podman.sock"
        try? FileManager.default.removeItem(atPath: folder)
        try FileIO.makeFolders(folder, mode: 0o711)
        let registries = registry.map { "[[registry]]\nlocation = \"\($0)\"\ninsecure = true\n" } ?? ""
        try Data(registries.utf8).write(to: URL(filePath: "\(folder)/registries.conf"))
        shell = try SupervisedShell(script: Self.script, arguments: [folder], log: "\(folder)/log")
    }

    /// Stops it and removes everything.
    public func end() { shell.end() }

    /// Makes an image of a tar archive and returns its reference.
    public func image(_ image: TestImage) async throws -> String {
        let made = try await call("POST", "/images/create?fromSrc=-&changes=CMD%20/init", try image.archive())
        guard let start = made.range(of: "sha256:") else {
            throw PrivateDocker.Failure(description: "no image was made: \(made)")
        }
        let id = made[start.upperBound...].prefix { $0.isHexDigit }
        try await call("POST", "/images/\(id)/tag?repo=\(TestImage.repository)&tag=\(image.rawValue)")
        return image.reference
    }

    /// Calls the engine for test set-up; an error answer is thrown.
    @discardableResult
    public func call(_ method: String, _ target: String, _ body: [UInt8] = []) async throws -> String {
        let answer = try await EngineSocket.exchange(socketPath, method, target, body)
        guard answer.status < 400 else {
            throw PrivateDocker.Failure(description: "\(target): \(answer.status) \(answer.text)")
        }
        return answer.text
    }

    /// Its own limits of open files are more than a container may have, and its usual runtime refuses machines with
    /// both kinds of control groups; runc is what Docker uses as well.
    private nonisolated static let script = #"""
        folder=$1
        cat >"$folder/containers.conf" <<END
        [containers]
        default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
        END
        export CONTAINERS_CONF=$folder/containers.conf CONTAINERS_REGISTRIES_CONF=$folder/registries.conf
        run() {
            exec podman --runtime "$(command -v runc)" --root "$folder/data" --runroot "$folder/run" \
                --cgroup-manager cgroupfs --events-backend file --storage-driver vfs "$@"
        }
        trap '' HUP
        run system service --time 0 "unix://$folder/podman.sock" </dev/null &
        service=$!
        while read -r command; do :; done
        (run rm --all --force --time 0)
        kill -TERM $service 2>/dev/null
        wait $service 2>/dev/null
        # The monitor of a command inside a container stays a while.
        for process in /proc/[0-9]*; do
            id=${process#/proc/}
            [ "$id" = $$ ] && continue
            case $(tr '\0' ' ' 2>/dev/null <$process/cmdline) in
            *conmon*"$folder/"*) kill -KILL $id 2>/dev/null ;;
            esac
        done
        grep " $folder/" /proc/mounts | cut -d ' ' -f 2 | sort -r | while read -r at; do umount -l "$at"; done
        rm -rf "$folder"
        """#
}
