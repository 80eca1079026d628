#ifndef FLEDX_COPENSSL_SHIM_H
#define FLEDX_COPENSSL_SHIM_H
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Swift imports neither function-like macros nor variadic functions: one function for each that is used.

static inline uint64_t copenssl_no_compression(void) { return SSL_OP_NO_COMPRESSION; }
static inline uint64_t copenssl_no_renegotiation(void) { return SSL_OP_NO_RENEGOTIATION; }
static inline void copenssl_set_mode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }
static inline int copenssl_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline void copenssl_set_session_cache(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}
static inline int copenssl_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}
static inline int copenssl_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

// For a BIO of our own: say that more may come, or that nothing had to wait.
static inline void copenssl_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void copenssl_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

static inline int copenssl_print_name(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253);
}
static inline long copenssl_memory(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
static inline EVP_PKEY *copenssl_make_p256_key(void) { return EVP_EC_gen("P-256"); }
static inline void copenssl_set_extension_context(X509V3_CTX *context, X509 *issuer, X509 *subject) {
    X509V3_set_ctx(context, issuer, subject, NULL, NULL, 0);
    X509V3_set_ctx_nodb(context);
}
static inline int copenssl_general_name_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}
static inline const GENERAL_NAME *copenssl_general_name(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}
// GENERAL_NAME keeps its value in a union. Returns the bytes of a DNS name or an address, else NULL.
static inline const unsigned char *copenssl_name_bytes(const GENERAL_NAME *name, int *type, int *length) {
    const ASN1_STRING *text = NULL;
    *type = name->type;
    if (name->type == GEN_DNS) text = name->d.dNSName;
    if (name->type == GEN_IPADD) text = name->d.iPAddress;
    if (!text) return NULL;
    *length = ASN1_STRING_length(text);
    return ASN1_STRING_get0_data(text);
}
static inline int copenssl_is_error(unsigned long code, int library, int reason) {
    return ERR_GET_LIB(code) == library && ERR_GET_REASON(code) == reason;
}
#endif
