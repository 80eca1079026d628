#ifndef FLEDX_CUV_SHIM_H
#define FLEDX_CUV_SHIM_H
#include <uv.h>
#endif
