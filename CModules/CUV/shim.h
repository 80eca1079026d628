#ifndef FLEDX_CUV_SHIM_H
#define FLEDX_CUV_SHIM_H
#include <uv.h>
// Not reachable through Swift's Glibc module.
#include <malloc.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <sys/mman.h>
#include <stdint.h>
#include <unistd.h>

/* Gives back what calls that have returned touched of the main thread's stack; Swift has no address of a frame.
   Four pages below stay, for this call and for a signal. Below the stack the kernel keeps a gap of 256 pages, so that
   nothing else lies in a range of less; where nothing lies at all madvise() says so, after it did the rest. */
static inline void cuv_give_back_stack(size_t pages) {
    uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t end = ((uintptr_t)__builtin_frame_address(0) & ~(size - 1)) - 4 * size;
    (void)madvise((void *)(end - pages * size), pages * size, MADV_DONTNEED);
}
#endif
