public import Model

/// The one date format of HTTP: `Mon, 23 Nov 2026 10:00:00 GMT` (RFC 9110 §5.6.7).
public enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Renders a moment, its fraction cut.
    public static func render(_ moment: Timestamp) -> String {
        // RFC 3339 already has the civil date: YYYY-MM-DDThh:mm:ss.
        let text = Array(moment.description.utf8)
        let seconds =
            moment.milliseconds >= 0 ? moment.milliseconds / 1000 : (moment.milliseconds - 999) / 1000
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let weekday = days[Int(((day % 7) + 7) % 7)]
        let month = months[max(0, min(11, Int(text[5] - 0x30) * 10 + Int(text[6] - 0x30) - 1))]
        let piece = { (range: Range<Int>) in String(decoding: text[range], as: UTF8.self) }
        return "\(weekday), \(piece(8..<10)) \(month) \(piece(0..<4)) \(piece(11..<19)) GMT"
    }
}
