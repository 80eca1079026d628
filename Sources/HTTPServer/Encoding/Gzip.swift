internal import CZlib

/// Packs whole bodies as gzip (RFC 1952).
///
/// One call, one deflate state of some 64 KiB, which is given back before the call returns: nothing is held while
/// nobody asks.
enum Gzip {
    /// The quickest level: JSON repeats itself, and higher ones cost the loop three times the time for a tenth less.
    private static let level: Int32 = 1
    /// A window of 8 KiB; 16 more means a gzip header.
    private static let windowBits: Int32 = 13 + 16
    /// Memory for matching: 2^(6+9) bytes.
    private static let memoryLevel: Int32 = 6

    /// The packed body; nil when zlib has no memory, and then the body goes as it is.
    static func encode(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = unsafe z_stream()
        // zlib keeps the address of the stream, so all calls are made at one.
        return unsafe withUnsafeMutablePointer(to: &stream) { stream in
            guard unsafe czlib_deflate_init(stream, level, windowBits, memoryLevel) == Z_OK else {
                return nil
            }
            defer { unsafe deflateEnd(stream) }
            return unsafe deflated(bytes, stream)
        }
    }

    private static func deflated(_ bytes: [UInt8], _ stream: UnsafeMutablePointer<z_stream>) -> [UInt8]? {
        let room = unsafe Int(deflateBound(stream, uLong(bytes.count)))
        var isWhole = false
        let packed = unsafe [UInt8](unsafeUninitializedCapacity: room) { output, count in
            unsafe bytes.withUnsafeBufferPointer { input in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.pointee.avail_in = uInt(input.count)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = uInt(room)
                unsafe isWhole = deflate(stream, Z_FINISH) == Z_STREAM_END
            }
            unsafe count = isWhole ? room - Int(stream.pointee.avail_out) : 0
        }
        return isWhole ? packed : nil
    }
}
