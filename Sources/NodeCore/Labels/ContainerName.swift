internal import Model

/// Names for people: `fledx-<deployment>-<replica>-<6 random>`; containers are found by label, never by this.
enum ContainerName {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    static func make(for replica: DesiredReplica, ids: inout some IDSource) -> String {
        var word = ids.nextRandom()
        var suffix: [UInt8] = []
        for _ in 0..<6 {
            suffix.append(alphabet[Int(word & 31)])
            word >>= 5
        }
        return "fledx-\(replica.name)-\(replica.replicaNumber)-\(String(decoding: suffix, as: UTF8.self))"
    }
}
