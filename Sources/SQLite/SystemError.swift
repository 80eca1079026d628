import Glibc

/// The C library's error number and its text.
enum SystemError {
    static var current: Int32 { errno }

    static func text(of number: Int32) -> String {
        guard let text = strerror(number) else { return "error \(number)" }
        return String(cString: text)
    }
}
