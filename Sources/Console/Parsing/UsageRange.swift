/// Reads `90s`, `15m`, `6h`, `2d`.
enum UsageRange {
    static func seconds(_ text: String) -> Int64? {
        guard let unit = text.last, let factor = units[unit], let number = Int64(text.dropLast()),
            number > 0, number <= Int64(UInt32.max) / factor
        else { return nil }
        return number * factor
    }

    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
}
