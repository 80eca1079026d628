internal import CCurl
internal import EventLoop

// Recover the object, enter the loop's isolation, call one method. libcurl calls these only from inside a call the
// driver made, so they run on the loop's thread.

let headThunk: ccurl_bytes_function = { bytes, size, count, user in
    guard let user, let bytes else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
    return LoopActor.unsafeEnter((transfer, line)) { $0.0.headLineReceived($0.1) }
}

let bodyThunk: ccurl_bytes_function = { bytes, size, count, user in
    guard let user, let bytes else { return 0 }
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
    return LoopActor.unsafeEnter((transfer, piece)) { $0.0.bodyReceived($0.1) }
}

let uploadThunk: ccurl_bytes_function = { bytes, size, count, user in
    guard let user, let bytes else { return ccurl_read_abort() }
    let target = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
    return LoopActor.unsafeEnter((transfer, target)) { $0.0.bodyWanted($0.1) }
}

let seekThunk: ccurl_seek_function = { user, offset, origin in
    guard let user else { return CURL_SEEKFUNC_FAIL }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
    return LoopActor.unsafeEnter((transfer, offset, origin)) {
        $0.0.rewindWanted(to: Int64($0.1), origin: $0.2)
    }
}

let socketThunk: ccurl_socket_function = { _, socket, what, user, _ in
    guard let user else { return 0 }
    let driver = Unmanaged<CurlDriver>.fromOpaque(user).takeUnretainedValue()
    LoopActor.unsafeEnter((driver, socket, what)) { $0.0.socketWished($0.1, $0.2) }
    return 0
}

let timerThunk: ccurl_timer_function = { _, milliseconds, user in
    guard let user else { return 0 }
    let driver = Unmanaged<CurlDriver>.fromOpaque(user).takeUnretainedValue()
    LoopActor.unsafeEnter((driver, milliseconds)) { $0.0.timerWished(Int64($0.1)) }
    return 0
}
