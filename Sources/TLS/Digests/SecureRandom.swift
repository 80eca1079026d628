internal import COpenSSL

/// Bytes nobody can guess, for tokens and keys.
public enum SecureRandom {
    /// Returns `count` bytes of OpenSSL's generator, which the kernel seeds.
    ///
    /// A generator that cannot deliver ends the process: going on with guessable tokens would be worse.
    ///
    /// - Parameter count: How many, from 0 to 65,536.
    /// - Returns: The bytes.
    public static func bytes(_ count: Int) -> [UInt8] {
        precondition((0...TLSLimits.randomBytes).contains(count), "a secret is small")
        return [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            let made = RAND_bytes(output.baseAddress, Int32(count))
            precondition(made == 1, "OpenSSL's random generator is seeded")
            initialized = count
        }
    }
}
