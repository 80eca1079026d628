extension [UInt8] {
    /// The same bytes but for one that is another, is gone, or stands at a second place.
    public func damaged(using random: inout some RandomNumberGenerator) -> [UInt8] {
        var damaged = self
        let place = Int.random(in: indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: damaged[place] = UInt8.random(in: 0...127, using: &random)
        case 1: damaged.remove(at: place)
        default: damaged.insert(self[Int.random(in: indices, using: &random)], at: place)
        }
        return damaged
    }
}
