#ifndef FLEDX_CSWIFTHOOKS_SHIM_H
#define FLEDX_CSWIFTHOOKS_SHIM_H
// The Swift runtime asks this hook where a job without an actor of its own shall run.
// Works around: the hook's swiftcall type is not importable, so installing and forwarding happen here.
typedef void (__attribute__((swiftcall)) *cswift_original)(void *job);
typedef void (__attribute__((swiftcall)) *cswift_hook)(void *job, cswift_original original);
extern cswift_hook swift_task_enqueueGlobal_hook;
static inline void cswift_install_enqueue_global(void (*fn)(void *job, void *original)) {
    swift_task_enqueueGlobal_hook = (cswift_hook)fn;
}
static inline void cswift_call_original(void *original, void *job) { ((cswift_original)original)(job); }
#endif
