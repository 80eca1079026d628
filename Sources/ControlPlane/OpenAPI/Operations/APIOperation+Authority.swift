import Model

extension APIOperation {
    /// Mounted where the control plane made an authority of its own.
    static let authority: [APIOperation] = [
        APIOperation(
            .get, "/ca.pem", "getAuthority", "Show the certificate of the control plane's own authority",
            replies: [Reply(200, "the certificate", .text("-----BEGIN"), type: "application/x-pem-file")])
    ]
}
