internal import CNghttp2
internal import Glibc

/// The memory of sessions: what is large has pages of its own.
///
/// Each session has a buffer for frames of 16 KiB, of which one that is idle uses a few bytes. Out of the heap it is memory
/// that something else has used before; of pages of its own those that nobody has touched cost nothing.
enum SessionMemory {
    private static let headBytes = 16

    /// What nghttp2 calls; it keeps a copy of this.
    static var functions: nghttp2_mem {
        nghttp2_mem(
            mem_user_data: nil, malloc: { count, _ in SessionMemory.take(count) },
            free: { pointer, _ in SessionMemory.give(pointer) },
            calloc: { count, size, _ in SessionMemory.takeClear(count, size) },
            realloc: { pointer, count, _ in SessionMemory.resize(pointer, count) })
    }

    private static func take(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count < HTTP2Limits.ownPagesBytes else { return takePages(count) }
        return marked(malloc(count + headBytes), count)
    }

    private static func takeClear(_ count: Int, _ size: Int) -> UnsafeMutableRawPointer? {
        let (total, overflows) = count.multipliedReportingOverflow(by: size)
        guard !overflows else { return nil }
        guard total < HTTP2Limits.ownPagesBytes else { return takePages(total) }
        return marked(calloc(1, total + headBytes), total)
    }

    private static func takePages(_ count: Int) -> UnsafeMutableRawPointer? {
        let start = mmap(
            nil, count + headBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        // MAP_FAILED.
        guard start != UnsafeMutableRawPointer(bitPattern: -1) else { return nil }
        return marked(start, count)
    }

    private static func give(_ pointer: UnsafeMutableRawPointer?) {
        guard let pointer else { return }
        let start = pointer - headBytes
        let count = count(of: pointer)
        if count < HTTP2Limits.ownPagesBytes { free(start) } else { munmap(start, count + headBytes) }
    }

    private static func resize(_ pointer: UnsafeMutableRawPointer?, _ count: Int) -> UnsafeMutableRawPointer?
    {
        guard let pointer else { return take(count) }
        let before = self.count(of: pointer)
        if max(before, count) < HTTP2Limits.ownPagesBytes {
            return marked(realloc(pointer - headBytes, count + headBytes), count)
        }
        guard let moved = take(count) else { return nil }
        moved.copyMemory(from: pointer, byteCount: min(before, count))
        give(pointer)
        return moved
    }

    /// How large it is stands before what is given out.
    private static func marked(_ start: UnsafeMutableRawPointer?, _ count: Int) -> UnsafeMutableRawPointer? {
        guard let start else { return nil }
        start.storeBytes(of: count, as: Int.self)
        return start + headBytes
    }

    private static func count(of pointer: UnsafeMutableRawPointer) -> Int {
        (pointer - headBytes).load(as: Int.self)
    }
}
