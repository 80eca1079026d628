internal import CCurl
internal import EventLoop
internal import Model

/// One multi handle on the loop: its sockets, its timer, and the transfers in it.
///
/// libcurl's callbacks record wishes; `settle` carries them out after the outermost libcurl call has returned.
/// Ownership: the multi handle and the easy handles are freed in `close`.
@LoopActor
final class CurlDriver {
    let receiveBufferBytes: Int
    private var multi: UnsafeMutableRawPointer?
    private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    private var idleHandles: [CurlEasy] = []
    private var pollers: [Int32: Poller] = [:]
    private let timer = Timer()
    private let deadlineTimer = Timer()
    private(set) var nextDeadline: MonotonicInstant?

    // Recorded by callbacks.
    private var socketWishes: [(socket: Int32, what: Int32)] = []
    private var timerWish: Int64?
    /// Connections opened by ended transfers.
    private(set) var connectionsOpened = 0
    private var touchedTransfers: [CurlTransfer] = []

    init(receiveBufferBytes: Int) {
        self.receiveBufferBytes = receiveBufferBytes
        _ = Self.libraryIsReady
        multi = curl_multi_init()
        guard let multi else { return }
        ccurl_multi_set_callbacks(multi, socketThunk, timerThunk, Unmanaged.passUnretained(self).toOpaque())
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, HTTPClientLimits.idleConnections)
        ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, HTTPClientLimits.openConnections)
        ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
    }

    isolated deinit { close() }

    /// "NOTHING" leaves out only what Windows needs.
    private static let libraryIsReady: Bool = curl_global_init(Int(CURL_GLOBAL_NOTHING)) == CURLE_OK

    /// The transfers in progress, for the deadline sweep.
    var runningTransfers: [CurlTransfer] { Array(transfers.values) }
    /// Transfers in progress.
    var transferCount: Int { transfers.count }
    /// Sockets watched now.
    var watchedSocketCount: Int { pollers.count }

    /// Puts a transfer into the multi; libcurl starts it in the loop's next turn.
    func start(_ transfer: CurlTransfer) throws(HTTPClientFailure) {
        guard let multi else { throw transfer.failure(.closed, "the client was closed") }
        guard transfers.count < HTTPClientLimits.concurrentTransfers else {
            throw transfer.failure(.tooBusy, "\(transfers.count) transfers are in progress")
        }
        guard let easy = idleHandles.popLast() ?? CurlEasy() else {
            throw transfer.failure(.internal, "out of memory")
        }
        try transfer.configure(easy, receiveBufferBytes: receiveBufferBytes)
        let code = curl_multi_add_handle(multi, easy.handle)
        guard code == CURLM_OK else {
            throw transfer.failure(.internal, String(cString: curl_multi_strerror(code)))
        }
        transfer.easy = easy
        transfer.driver = self
        transfers[easy.handle] = transfer
        watchDeadlines(of: transfer)
        settle()
    }

    /// Takes a transfer out of the multi, which closes its connection unless the exchange had ended.
    func finish(_ transfer: CurlTransfer, _ outcome: CurlTransfer.Outcome) {
        guard let multi, let easy = transfer.easy, transfers.removeValue(forKey: easy.handle) != nil else {
            return
        }
        connectionsOpened += easy.newConnections
        curl_multi_remove_handle(multi, easy.handle)
        transfer.completed(outcome)
        if idleHandles.count < HTTPClientLimits.idleHandles { idleHandles.append(easy) }
        settle()
    }

    /// Tells libcurl to go on with what is no longer held up.
    func unpause(_ transfer: CurlTransfer) {
        guard let easy = transfer.easy else { return }
        var mask = CURLPAUSE_CONT
        if transfer.receiveIsPaused { mask |= CURLPAUSE_RECV }
        if transfer.upload.isStarved { mask |= CURLPAUSE_SEND }
        transfer.lastActivity = EventLoop.now
        curl_easy_pause(easy.handle, mask)
        settle()
    }

    /// Ends every transfer and closes every connection, socket watch and timer.
    func close() {
        guard let multi else { return }
        for transfer in Array(transfers.values) {
            finish(transfer, .failed(transfer.failure(.closed, "the client was closed")))
        }
        ccurl_multi_set_callbacks(multi, nil, nil, nil)
        self.multi = nil
        for poller in pollers.values { poller.close() }
        pollers = [:]
        idleHandles = []
        curl_multi_cleanup(multi)
        timer.close()
        deadlineTimer.close()
    }

    // MARK: Recorded by callbacks

    func socketWished(_ socket: Int32, _ what: Int32) { socketWishes.append((socket, what)) }
    func timerWished(_ milliseconds: Int64) { timerWish = milliseconds }
    func touched(_ transfer: CurlTransfer) {
        if touchedTransfers.last !== transfer { touchedTransfers.append(transfer) }
    }

    // MARK: Acting

    private func act(socket: Int32, events: Int32) {
        guard let multi else { return }
        var running: Int32 = 0
        curl_multi_socket_action(multi, socket, events, &running)
        settle()
    }

    private func settle() {
        collectEnded()
        while !socketWishes.isEmpty {
            let wishes = socketWishes
            socketWishes = []
            for wish in wishes { watch(wish.socket, wish.what) }
        }
        if let wish = timerWish {
            timerWish = nil
            setTimer(wish)
        }
        let touched = touchedTransfers
        touchedTransfers = []
        for transfer in touched { transfer.wake() }
    }

    private func collectEnded() {
        var easy: UnsafeMutableRawPointer?
        var result = CURLE_OK
        while let multi, ccurl_multi_next_done(multi, &easy, &result) == 1 {
            guard let easy, let transfer = transfers.removeValue(forKey: easy) else { continue }
            let outcome = self.outcome(of: transfer, result)
            let handle = transfer.easy
            if transfer.request.connectsOnly, result == CURLE_OK {
                handle?.activeSocket.map(release)
                transfer.socket = handle?.duplicateSocket()
            }
            connectionsOpened += handle?.newConnections ?? 0
            curl_multi_remove_handle(multi, easy)
            transfer.completed(outcome)
            if let handle, idleHandles.count < HTTPClientLimits.idleHandles { idleHandles.append(handle) }
        }
    }

    private func outcome(of transfer: CurlTransfer, _ result: CURLcode) -> CurlTransfer.Outcome {
        if let refusal = transfer.refusal { return .failed(refusal) }
        guard result != CURLE_OK, let easy = transfer.easy else { return .ended }
        return .failed(CurlFailures.make(result, easy: easy, operation: transfer.request.operation))
    }

    private func watch(_ socket: Int32, _ what: Int32) {
        guard what != CURL_POLL_REMOVE else {
            pollers.removeValue(forKey: socket)?.close()
            return
        }
        guard let poller = pollers[socket] ?? newPoller(socket) else { return }
        let readable = what & CURL_POLL_IN != 0
        let writable = what & CURL_POLL_OUT != 0
        do {
            try poller.set(readable: readable, writable: writable) { [weak self] ready in
                self?.socketReady(socket, ready)
            }
        } catch { watchFailed(socket) }
    }

    /// Ends the watch of a socket that lives on as a duplicate, while it is open: the kernel forgets a closed one only
    /// with its last duplicate, and until then would wake the loop for it all the time.
    private func release(_ socket: Int32) {
        pollers.removeValue(forKey: socket)?.close()
        socketWishes.removeAll { $0.socket == socket }
    }

    private func newPoller(_ socket: Int32) -> Poller? {
        do {
            let poller = try Poller(fileDescriptor: socket)
            pollers[socket] = poller
            return poller
        } catch {
            watchFailed(socket)
            return nil
        }
    }

    /// A socket that cannot be watched would wait for its deadline: libcurl shall find out why now.
    private func watchFailed(_ socket: Int32) {
        LoopBridge.soon { [weak self] in self?.act(socket: socket, events: CURL_CSELECT_ERR) }
    }

    private func socketReady(_ socket: Int32, _ ready: Poller.Readiness) {
        var events: Int32 = 0
        if ready.readable { events |= CURL_CSELECT_IN }
        if ready.writable { events |= CURL_CSELECT_OUT }
        if ready.failed { events |= CURL_CSELECT_ERR }
        act(socket: socket, events: events)
    }

    private func setTimer(_ milliseconds: Int64) {
        guard milliseconds >= 0 else { return timer.stop() }
        timer.start(afterMilliseconds: milliseconds) { [weak self] in
            self?.act(socket: ccurl_socket_timeout(), events: 0)
        }
    }

    /// Lets the deadline sweep run at `due`, or not at all.
    func setDeadlineTimer(_ due: MonotonicInstant?) {
        nextDeadline = due
        guard let due else { return deadlineTimer.stop() }
        let left = max(0, due.milliseconds(since: EventLoop.now))
        deadlineTimer.start(afterMilliseconds: left) { [weak self] in self?.deadlinePassed() }
    }
}
