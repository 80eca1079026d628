/// Writes a ustar archive whose bytes depend on its content alone.
struct TarArchive {
    private var bytes: [UInt8] = []

    mutating func addFolder(_ name: String) { addHead("\(name)/", kind: 0x35, size: 0, mode: 0o755) }

    mutating func addLink(_ name: String, to target: String) {
        addHead(name, kind: 0x32, size: 0, mode: 0o777, target: target)
    }

    mutating func addFile(_ name: String, _ content: [UInt8], mode: Int = 0o644) {
        addHead(name, kind: 0x30, size: content.count, mode: mode)
        bytes += content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    func finished() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    private mutating func addHead(_ name: String, kind: UInt8, size: Int, mode: Int, target: String = "") {
        var head = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { head[offset + index] = byte }
        }
        func octal(_ value: Int, digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        put(name, at: 0)
        put(octal(mode, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(size, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        put("        ", at: 148)
        head[156] = kind
        put(target, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(head.reduce(0) { $0 + Int($1) }, digits: 6), at: 148)
        head[154] = 0
        bytes += head
    }
}
