#ifndef FLEDX_CBUILD_SHIM_H
#define FLEDX_CBUILD_SHIM_H

/* What was linked without Sources/BuildStamp, as one suite alone is, has no such symbol. */
extern const char fledx_build_commit[] __attribute__((weak));

/* A weak symbol has an address, or none; Swift takes every one for there. */
static inline const char *cbuild_commit(void) {
    return fledx_build_commit ? fledx_build_commit : "unknown";
}
#endif
