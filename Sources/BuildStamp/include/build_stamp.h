#ifndef FLEDX_BUILD_STAMP_H
#define FLEDX_BUILD_STAMP_H

/* The commit that a program was built from. */
extern const char fledx_build_commit[];
#endif
