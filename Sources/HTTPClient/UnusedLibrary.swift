/// Answers GnuTLS, which asks every program when it is loaded, that it need not set itself up.
///
/// A distribution's libcurl brings it along for LDAP and RTMP, which are not spoken here; its tables would cost 130 KiB
/// and a millisecond of every start. Who asks it for TLS all the same sets it up first. Release builds export the name.
@_cdecl("_gnutls_global_init_skip")
public func skipUnusedLibrary() -> Int32 { 1 }
