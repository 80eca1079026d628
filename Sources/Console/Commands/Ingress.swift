import ArgumentParser

/// Everything about ingress routes.
struct Ingress: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingress", abstract: "Declare, list and delete ways from the gateway to deployments.",
        discussion: """
              fledx ingress create --host app.example.com --deployment web --port 80
            """,
        subcommands: [
            IngressList.self, IngressGet.self, IngressCreate.self, IngressSet.self, IngressDelete.self,
        ])
}
