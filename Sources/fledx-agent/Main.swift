import EventLoop

@main enum Main {
    nonisolated static func main() {
        if SystemInfo.arguments.dropFirst() == ["--self-test"] { LoopSelfTest.run() }
    }
}
