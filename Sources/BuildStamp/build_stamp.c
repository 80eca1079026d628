#include "build_stamp.h"

#ifndef FLEDX_COMMIT
#define FLEDX_COMMIT "unknown"
#endif

const char fledx_build_commit[] = FLEDX_COMMIT;
