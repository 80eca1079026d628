import Foundation

/// The images that tests run: a static busybox and an init.
///
/// The servers answer `GET /` with their host name and version, obey SIGTERM at once, and listen on `$PORT` or 80.
public enum TestImage: String, Sendable, CaseIterable {
    /// A web server, version 1.
    case one = "1"
    /// A web server, version 2.
    case two = "2"
    /// Writes a line to each output and exits with 1.
    case bad
    /// Does nothing and ignores SIGTERM.
    case stubborn

    /// The repository of all of them.
    public static let repository = "fledx-test/httpd"

    /// Repository and tag.
    public var reference: String { "\(Self.repository):\(rawValue)" }

    /// The image's file system as a tar archive; the same bytes every time.
    public func archive() throws -> [UInt8] {
        guard let program = PrivateDocker.path(of: "busybox") else {
            throw PrivateDocker.Failure(description: "busybox is not installed")
        }
        var tar = TarArchive()
        for folder in ["bin", "etc", "tmp", "www", "proc", "sys", "dev"] { tar.addFolder(folder) }
        tar.addFile("bin/busybox", [UInt8](try Data(contentsOf: URL(fileURLWithPath: program))), mode: 0o755)
        for name in [
            "sh", "httpd", "hostname", "sleep", "cat", "echo", "ls", "id", "env", "nc", "wget", "kill",
        ] {
            tar.addLink("bin/\(name)", to: "busybox")
        }
        tar.addFile("etc/passwd", Array("root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n".utf8))
        tar.addFile("etc/version", Array("\(rawValue)\n".utf8))
        tar.addFile("init", Array(script.utf8), mode: 0o755)
        return tar.finished()
    }

    private var script: String {
        switch self {
        case .one, .two:
            """
            #!/bin/sh
            echo "$(hostname) version \(rawValue)" >/www/index.html
            trap 'kill $server; exit 0' TERM INT
            echo "serving version \(rawValue)"
            httpd -f -p "${PORT:-80}" -h /www &
            server=$!
            wait $server

            """
        case .bad:
            "#!/bin/sh\necho 'about to fail'\necho 'failed' >&2\nexit 1\n"
        case .stubborn:
            "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1; done\n"
        }
    }
}
