import TestKit

/// The layer below the state files of an agent (`Tests/PowerCut`) that takes away what was not synchronised.
enum PowerCut {
    /// A call on the way to a durable file; the agent dies when it begins it.
    enum Call: String, CaseIterable, Sendable {
        case write, sync, rename
        case syncFolder = "sync-folder"
        /// The file is durable, and nothing was done for it yet.
        case act = "close-folder"
    }

    /// What dies with an agent that is killed.
    enum Loss: String, CaseIterable, Sendable {
        case process = "the process alone"
        case unsynchronised = "what was not synchronised"
        /// The same of a disk on which synchronising does nothing.
        case everything = "whatever was written"
    }

    /// The environment of one life of the unchanged program, which keeps its state in this folder.
    static func environment(_ folder: String, _ loss: Loss, life: Int) -> [String: String] {
        var environment = [
            "LD_PRELOAD": Child.built("libPowerCut.so"), "FLEDX_POWER_CUT_FOLDER": folder,
            "FLEDX_POWER_CUT_SEED": "\(life)",
        ]
        switch loss {
        case .process: environment["FLEDX_POWER_CUT_KEEPS"] = "1"
        case .unsynchronised: break
        case .everything: environment["FLEDX_POWER_CUT_DEAF"] = "1"
        }
        return environment
    }

    /// The same of a life that ends when it begins a call for a file, the first one or a later one.
    static func environment(
        _ folder: String, _ loss: Loss, life: Int, at call: Call, of file: String, number: Int = 1
    ) -> [String: String] {
        environment(folder, loss, life: life)
            .merging(["FLEDX_POWER_CUT_AT": "\(file) \(call.rawValue) \(number)"]) { $1 }
    }
}
