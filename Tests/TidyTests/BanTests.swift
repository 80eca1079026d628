import Foundation
import Testing

/// Words that have no place in a layer, each with what to use instead.
@Suite struct BanTests {
    struct Ban: Sendable {
        let word: String
        let instead: String
        let except: Set<String>
    }

    static let pure: Set<String> = ["JSON", "Model", "HTTP1", "ClusterCore", "NodeCore"]
    static let tools: Set<String> = ["Console", "fledx", "fledx-bench"]

    static let everywhere = [
        Ban(word: "try!", instead: "throw, or handle it", except: []),
        Ban(word: "fatalError(", instead: "precondition for bugs, throw for the world", except: []),
        Ban(word: "Task.sleep", instead: "LoopActor.sleep", except: []),
        Ban(word: "@MainActor", instead: "@LoopActor", except: []),
        Ban(word: "import Dispatch", instead: "BlockingPool", except: []),
        Ban(word: "Task.detached", instead: "BlockingPool.run", except: []),
        Ban(word: "TODO", instead: "an issue", except: []),
        Ban(word: "FIXME", instead: "an issue", except: []),
        Ban(word: "ProcessInfo.processInfo", instead: "the environment snapshot of EventLoop", except: tools),
        Ban(
            word: "Resolver.lookup",
            instead: "libcurl: a name that nobody answers for holds a worker, and the agent has one",
            except: ["EventLoop"]),
        Ban(word: "NSRegularExpression", instead: "a small parser", except: []),
    ]
    static let inCores = [
        Ban(word: "async ", instead: "events and actions", except: []),
        Ban(word: "await ", instead: "events and actions", except: []),
        Ban(word: ".random(", instead: "an IDSource argument", except: []),
        Ban(word: "Date()", instead: "a Moment argument", except: []),
        Ban(word: "clock_gettime", instead: "a Moment argument", except: []),
        Ban(word: "print(", instead: "a value that is returned", except: []),
        Ban(word: "Logger(", instead: "a value that is returned", except: []),
    ]

    @Test func noSourceUsesABannedWord() {
        for file in SourceTree.sources { check(file, Self.everywhere) }
        for file in SourceTree.sources where Self.pure.contains(file.target) { check(file, Self.inCores) }
    }

    @Test func noProgramImportsFoundation() {
        for file in SourceTree.sources {
            for module in file.imports {
                #expect(!module.hasPrefix("Foundation"), "\(file.path) imports \(module)")
            }
        }
    }

    @Test func mainFilesAreNotTopLevelCode() {
        #expect(!SourceTree.sources.contains { $0.path.hasSuffix("/main.swift") })
    }

    @Test func uncheckedIsolationSaysWhyItIsSafe() {
        let words = ["@unchecked Sendable", "nonisolated(unsafe)"]
        for file in SourceTree.sources {
            for (number, text) in file.code where words.contains(where: text.contains) {
                let before = file.lines[max(0, number - 8)..<number].joined(separator: "\n")
                #expect(
                    before.contains("Safety:"), "\(file.path):\(number) needs a 'Safety:' comment above it")
            }
        }
    }

    @Test func tasksAreMadeInBridgeFilesOnly() {
        for file in SourceTree.sources where !Self.tools.contains(file.target) {
            for (number, text) in file.code
            where text.holdsWord("Task {") || text.holdsWord("Task.immediate {") {
                #expect(
                    Self.bridges.contains(file.path),
                    "\(file.path):\(number) starts a task; only the listed bridge files may")
            }
        }
    }

    /// The files in which callbacks become tasks.
    static let bridges: Set<String> = [
        "Sources/Agent/Composition/Detour.swift",
        "Sources/Agent/Execution/ActionTasks.swift",
        "Sources/ControlPlane/API/CallTask.swift",
        "Sources/EventLoop/Async/BlockingPool.swift",
        "Sources/EventLoop/Async/Deadline.swift",
        "Sources/EventLoop/Async/OneShot.swift",
        "Sources/EventLoop/Loop/EventLoop.swift",
        "Sources/EventLoop/Loop/LoopSelfTest.swift",
        "Sources/HTTPClient/LoopBridge.swift",
        "Sources/HTTPServer/Connection/HandlerTask.swift",
        "Sources/SQLite/Worker/LoopTask.swift",
        "Sources/Tunnel/Connection/StreamTask.swift",
    ]

    @Test func noTestSleeps() {
        for file in SourceTree.tests where file.target != "TidyTests" {
            for (number, text) in file.code where text.contains("Task.sleep") || text.contains("usleep(") {
                Issue.record("\(file.path):\(number) sleeps; await the condition or use virtual time")
            }
        }
    }

    private func check(_ file: SourceTree.File, _ bans: [Ban]) {
        for (number, text) in file.code {
            for ban in bans where text.holdsWord(ban.word) && !ban.except.contains(file.target) {
                Issue.record("\(file.path):\(number): '\(ban.word)' is banned; use \(ban.instead)")
            }
        }
    }
}

extension String {
    /// Whether the word stands here with no letter or digit before it.
    fileprivate func holdsWord(_ word: String) -> Bool {
        var rest = self[...]
        while let range = rest.range(of: word) {
            if range.lowerBound == startIndex { return true }
            let before = self[index(before: range.lowerBound)]
            if !(before.isLetter || before.isNumber || before == "_") || !(word.first?.isLetter ?? false) {
                return true
            }
            rest = rest[range.upperBound...]
        }
        return false
    }
}
