internal import Model

/// What to do about a refusal, for whoever reads the log.
enum RefusalAdvice {
    /// About a registration.
    static func registration(status: Int, code: String?, name: String?, identityFile: String) -> String? {
        switch (status, code) {
        case (409, "already_done"):
            "the id in \(identityFile) is in use and its token was given out before; put that file back as it "
                + "was, or remove it to join as a new node"
        case (409, _):
            "set FLEDX_AGENT_NODE_NAME, or delete the old node: fledx nodes delete \(name ?? "NAME") --force, if "
                + "this machine replaces it"
        case (401, _), (403, _):
            "set FLEDX_AGENT_REGISTRATION_TOKEN to the control plane's FLEDX_CP_REGISTRATION_TOKEN"
        default: nil
        }
    }

    /// About a call of a node.
    static func node(status: Int, _ identity: NodeIdentity) -> String? {
        guard status == 401 || status == 410 else { return nil }
        let fault = status == 410 ? "this node was deleted" : "this node's token is not accepted"
        guard let file = identity.file else {
            return "\(fault); to join again set FLEDX_AGENT_NODE_ID and FLEDX_AGENT_NODE_TOKEN anew"
        }
        return "\(fault); to join again stop the agent, remove \(file) and start it with "
            + "FLEDX_AGENT_REGISTRATION_TOKEN, or set FLEDX_AGENT_NODE_ID and FLEDX_AGENT_NODE_TOKEN"
    }
}
