internal import CCurl
internal import EventLoop
internal import Glibc

/// One easy handle with its error text, kept and reused; owned by whoever holds the object.
///
/// Ownership: the handle and the buffer are freed with the object, which must not be in a multi handle then.
@LoopActor
final class CurlEasy {
    let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var fields: UnsafeMutablePointer<curl_slist>?
    private(set) var setupResult = CURLE_OK

    init?() {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    isolated deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(fields)
        errorText.deallocate()
    }

    /// Forgets everything about the last exchange; connections live in the multi handle and stay.
    func reset() {
        curl_easy_reset(handle)
        curl_slist_free_all(fields)
        fields = nil
        errorText[0] = 0
        setupResult = CURLE_OK
        set(CURLOPT_ERRORBUFFER, pointer: UnsafeMutableRawPointer(errorText))
    }

    /// What libcurl says about the last failure, or the general text of the code.
    func detail(_ code: CURLcode) -> String {
        if errorText[0] != 0 { return String(cString: errorText) }
        return String(cString: curl_easy_strerror(code))
    }

    /// The system's error number of a failed connect, or 0.
    var systemError: Int32 {
        var value = 0
        return ccurl_get_long(handle, CURLINFO_OS_ERRNO, &value) == CURLE_OK
            ? Int32(truncatingIfNeeded: value) : 0
    }

    /// OpenSSL's result of the last check of a certificate, 0 when it was content.
    var verification: Int {
        var value = 0
        return ccurl_get_long(handle, CURLINFO_SSL_VERIFYRESULT, &value) == CURLE_OK ? value : 0
    }

    /// How many connections the last exchange opened.
    var newConnections: Int {
        var value = 0
        return ccurl_get_long(handle, CURLINFO_NUM_CONNECTS, &value) == CURLE_OK ? value : 0
    }

    /// The numeric address of this machine's end of the last connection; nil where it has none.
    var localAddress: String? {
        var text: UnsafePointer<CChar>?
        guard ccurl_get_string(handle, CURLINFO_LOCAL_IP, &text) == CURLE_OK, let text, text[0] != 0 else {
            return nil
        }
        return String(cString: text)
    }

    /// The socket of the last connection, libcurl's own.
    var activeSocket: Int32? {
        var socket: curl_socket_t = -1
        return ccurl_get_socket(handle, &socket) == CURLE_OK && socket >= 0 ? socket : nil
    }

    /// A duplicate of the socket of the last connection, which stays open when libcurl closes its own.
    func duplicateSocket() -> Int32? {
        guard let socket = activeSocket else { return nil }
        let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        return copy >= 0 ? copy : nil
    }

    func set(_ option: CURLoption, _ value: Int) { note(ccurl_set_long(handle, option, value)) }
    func set(_ option: CURLoption, offset value: Int64) {
        note(ccurl_set_offset(handle, option, curl_off_t(value)))
    }
    func set(_ option: CURLoption, _ value: String) { note(ccurl_set_string(handle, option, value)) }
    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) {
        note(ccurl_set_pointer(handle, option, pointer))
    }
    func set(_ option: CURLoption, function: @escaping ccurl_bytes_function) {
        note(ccurl_set_bytes_function(handle, option, function))
    }
    func setSeek(_ function: @escaping ccurl_seek_function) {
        note(ccurl_set_seek_function(handle, function))
    }

    /// Sends exactly these field lines beside the ones libcurl makes itself.
    func setFields(_ lines: [String]) {
        for line in lines {
            guard let longer = curl_slist_append(fields, line) else { return note(CURLE_OUT_OF_MEMORY) }
            fields = longer
        }
        note(ccurl_set_list(handle, CURLOPT_HTTPHEADER, fields))
    }

    private func note(_ code: CURLcode) {
        if setupResult == CURLE_OK { setupResult = code }
    }
}
