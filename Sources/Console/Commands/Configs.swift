import ArgumentParser

/// Everything about configs.
struct Configs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configs", abstract: "Declare, change, show and attach configs.",
        discussion: """
            A config holds variables and files for replicas, in versions. What has it is updated when it changes:
              fledx configs create myconfig --from-file ./config.yaml
              fledx configs set myconfig --var LOG_LEVEL=debug --secret-file TOKEN=./token
              fledx configs attach myconfig --deployment web
            """,
        subcommands: [
            ConfigsList.self, ConfigsGet.self, ConfigsCreate.self, ConfigsSet.self, ConfigsDelete.self,
            ConfigsAttach.self, ConfigsDetach.self, ConfigsVersions.self,
        ], aliases: ["config"])
}
