import Console

@main enum Main {
    nonisolated static func main() { Console.run() }
}
