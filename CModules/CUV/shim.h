#ifndef FLEDX_CUV_SHIM_H
#define FLEDX_CUV_SHIM_H
#include <uv.h>
// Not reachable through Swift's Glibc module.
#include <malloc.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#endif
