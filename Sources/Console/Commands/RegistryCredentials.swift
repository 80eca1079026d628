import ArgumentParser

/// Everything about logins at registries.
struct RegistryCredentials: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry-credentials", abstract: "Declare, list and delete logins at registries.",
        discussion: """
            A password is read from a file or standard input, sealed by the control plane, and never shown:
              fledx registry-credentials set ghcr.io --username robot --password-file ./token
            """,
        subcommands: [
            RegistryCredentialsList.self, RegistryCredentialsGet.self, RegistryCredentialsSet.self,
            RegistryCredentialsDelete.self,
        ], aliases: ["registry"])
}
