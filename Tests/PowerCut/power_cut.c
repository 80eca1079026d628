#define _GNU_SOURCE
#include "power_cut.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* One write that is not synchronised. */
typedef struct Change {
    struct Change *next;
    sqlite3_int64 offset;
    int count; /* -1: a truncation to `offset` */
    unsigned char bytes[];
} Change;

/* One path while it is open: what the program sees of it, and what a loss of power may take. */
typedef struct Store {
    struct Store *next;
    char *path;
    int handles;
    unsigned char *bytes;
    sqlite3_int64 size, room;
    Change *first, *last;
} Store;

typedef struct {
    sqlite3_file base;
    Store *store; /* NULL for files that no crash outlives */
    int is_writable;
    sqlite3_file *real;
} CutFile;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Store *stores;
static sqlite3_vfs *system_layer;
static unsigned long long state;
static int is_deaf;

static unsigned long long next_random(void) {
    unsigned long long x = state += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

static Store *find(const char *path) {
    for (Store *store = stores; store; store = store->next)
        if (strcmp(store->path, path) == 0) return store;
    return NULL;
}

static void make_room(Store *store, sqlite3_int64 size) {
    if (size <= store->room) return;
    sqlite3_int64 wanted = size * 2 + 65536;
    store->bytes = realloc(store->bytes, wanted);
    if (!store->bytes) abort();
    store->room = wanted;
}

static void see(Store *store, const Change *change) {
    if (change->count < 0) {
        if (change->offset < store->size) store->size = change->offset;
        return;
    }
    sqlite3_int64 end = change->offset + change->count;
    make_room(store, end);
    if (change->offset > store->size) memset(store->bytes + store->size, 0, change->offset - store->size);
    memcpy(store->bytes + change->offset, change->bytes, change->count);
    if (end > store->size) store->size = end;
}

/* ---- methods of a file ---- */

#define CUT(file) ((CutFile *)(file))
#define REAL(file) (CUT(file)->real)
#define METHODS(file) REAL(file)->pMethods

static int reach(sqlite3_file *file, const Change *change, int count) {
    if (change->count >= 0) return count ? METHODS(file)->xWrite(REAL(file), change->bytes, count, change->offset) : SQLITE_OK;
    sqlite3_int64 size = 0;
    int code = METHODS(file)->xFileSize(REAL(file), &size);
    return code == SQLITE_OK && change->offset < size ? METHODS(file)->xTruncate(REAL(file), change->offset) : code;
}

/* Everything in the order in which it was written, also what reached the file early: later writes win. */
static int reach_all(sqlite3_file *file) {
    Store *store = CUT(file)->store;
    int code = SQLITE_OK;
    while (store->first && code == SQLITE_OK) {
        Change *change = store->first;
        code = reach(file, change, change->count);
        if (code != SQLITE_OK) break;
        store->first = change->next;
        free(change);
    }
    if (!store->first) store->last = NULL;
    return code;
}

static int change_file(sqlite3_file *file, sqlite3_int64 offset, int count, const void *bytes) {
    Change *change = malloc(sizeof(Change) + (count > 0 ? count : 0));
    if (!change) return SQLITE_IOERR_NOMEM;
    change->next = NULL;
    change->offset = offset;
    change->count = count;
    if (count > 0) memcpy(change->bytes, bytes, count);
    pthread_mutex_lock(&lock);
    Store *store = CUT(file)->store;
    if (store->last) store->last->next = change;
    else store->first = change;
    store->last = change;
    see(store, change);
    int code = SQLITE_OK;
    unsigned long long chance = next_random();
    if (chance % 3 == 1) code = reach(file, change, count);
    if (chance % 3 == 2 && count > 0) code = reach(file, change, (int)((chance >> 8) % (unsigned)count));
    pthread_mutex_unlock(&lock);
    return code;
}

static int cut_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    Store *store = CUT(file)->store;
    if (!store) return METHODS(file)->xRead(REAL(file), bytes, count, offset);
    pthread_mutex_lock(&lock);
    sqlite3_int64 there = offset < store->size ? store->size - offset : 0;
    int copied = there < count ? (int)there : count;
    if (copied) memcpy(bytes, store->bytes + offset, copied);
    pthread_mutex_unlock(&lock);
    if (copied == count) return SQLITE_OK;
    memset((unsigned char *)bytes + copied, 0, count - copied);
    return SQLITE_IOERR_SHORT_READ;
}
static int cut_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    if (!CUT(file)->store) return METHODS(file)->xWrite(REAL(file), bytes, count, offset);
    return change_file(file, offset, count, bytes);
}
static int cut_truncate(sqlite3_file *file, sqlite3_int64 size) {
    if (!CUT(file)->store) return METHODS(file)->xTruncate(REAL(file), size);
    return change_file(file, size, -1, NULL);
}
static int cut_sync(sqlite3_file *file, int flags) {
    if (!CUT(file)->store) return METHODS(file)->xSync(REAL(file), flags);
    if (is_deaf) return SQLITE_OK;
    pthread_mutex_lock(&lock);
    int code = reach_all(file);
    pthread_mutex_unlock(&lock);
    return code == SQLITE_OK ? METHODS(file)->xSync(REAL(file), flags) : code;
}
static int cut_size(sqlite3_file *file, sqlite3_int64 *size) {
    if (!CUT(file)->store) return METHODS(file)->xFileSize(REAL(file), size);
    pthread_mutex_lock(&lock);
    *size = CUT(file)->store->size;
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}
static int cut_lock(sqlite3_file *file, int level) { return METHODS(file)->xLock(REAL(file), level); }
static int cut_unlock(sqlite3_file *file, int level) { return METHODS(file)->xUnlock(REAL(file), level); }
static int cut_reserved(sqlite3_file *file, int *held) { return METHODS(file)->xCheckReservedLock(REAL(file), held); }
static int cut_control(sqlite3_file *file, int operation, void *argument) {
    /* A hint would make the file itself longer. */
    if (operation == SQLITE_FCNTL_SIZE_HINT || operation == SQLITE_FCNTL_CHUNK_SIZE) return SQLITE_OK;
    return METHODS(file)->xFileControl(REAL(file), operation, argument);
}
static int cut_sector(sqlite3_file *file) { return METHODS(file)->xSectorSize(REAL(file)); }
/* None: SQLite must not count on what a torn write does not give. */
static int cut_traits(sqlite3_file *file) { return 0; }
static int cut_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
    return METHODS(file)->xShmMap(REAL(file), page, size, extend, memory);
}
static int cut_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return METHODS(file)->xShmLock(REAL(file), offset, count, flags);
}
static void cut_barrier(sqlite3_file *file) { METHODS(file)->xShmBarrier(REAL(file)); }
static int cut_unmap(sqlite3_file *file, int remove) { return METHODS(file)->xShmUnmap(REAL(file), remove); }

static void forget(Store *store) {
    Store **place = &stores;
    while (*place != store) place = &(*place)->next;
    *place = store->next;
    for (Change *change = store->first; change;) {
        Change *next = change->next;
        free(change);
        change = next;
    }
    free(store->bytes);
    free(store->path);
    free(store);
}

/* A file that is closed is read by others as the kernel has it: everything reaches it. */
static int cut_close(sqlite3_file *file) {
    Store *store = CUT(file)->store;
    int code = SQLITE_OK;
    if (store) {
        pthread_mutex_lock(&lock);
        if (CUT(file)->is_writable) code = reach_all(file);
        if (--store->handles == 0) forget(store);
        pthread_mutex_unlock(&lock);
    }
    int closed = METHODS(file)->xClose(REAL(file));
    return code == SQLITE_OK ? closed : code;
}

/* Version 2: without the mapped reads of version 3, which would go past this layer. */
static const sqlite3_io_methods methods = {
    2, cut_close, cut_read, cut_write, cut_truncate, cut_sync, cut_size, cut_lock, cut_unlock, cut_reserved,
    cut_control, cut_sector, cut_traits, cut_map, cut_shm_lock, cut_barrier, cut_unmap, NULL, NULL};

/* ---- methods of the layer ---- */

static int fill(Store *store, sqlite3_file *real) {
    sqlite3_int64 size = 0;
    int code = real->pMethods->xFileSize(real, &size);
    for (sqlite3_int64 offset = 0; code == SQLITE_OK && offset < size; offset += 65536) {
        int count = size - offset < 65536 ? (int)(size - offset) : 65536;
        make_room(store, offset + count);
        code = real->pMethods->xRead(real, store->bytes + offset, count, offset);
        store->size = offset + count;
    }
    return code;
}

static int share(CutFile *cut, const char *path) {
    pthread_mutex_lock(&lock);
    Store *store = find(path);
    int code = SQLITE_OK;
    if (!store) {
        store = calloc(1, sizeof(Store));
        if (!store) abort();
        store->path = strdup(path);
        store->next = stores;
        stores = store;
        code = fill(store, cut->real);
    }
    store->handles++;
    cut->store = store;
    pthread_mutex_unlock(&lock);
    return code;
}

static int cut_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
    CutFile *cut = CUT(file);
    int granted = flags;
    cut->store = NULL;
    cut->real = (sqlite3_file *)(cut + 1);
    int code = system_layer->xOpen(system_layer, name, cut->real, flags, &granted);
    cut->base.pMethods = cut->real->pMethods ? &methods : NULL;
    if (out) *out = granted;
    if (code != SQLITE_OK) return code;
    cut->is_writable = (granted & SQLITE_OPEN_READWRITE) != 0;
    int outlives = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    return name && (flags & outlives) ? share(cut, name) : SQLITE_OK;
}

static int cut_access(sqlite3_vfs *vfs, const char *name, int flags, int *answer) {
    pthread_mutex_lock(&lock);
    Store *store = flags == SQLITE_ACCESS_EXISTS ? find(name) : NULL;
    if (store) *answer = store->size > 0;
    pthread_mutex_unlock(&lock);
    return store ? SQLITE_OK : system_layer->xAccess(system_layer, name, flags, answer);
}

static void prepare(void) {
    static sqlite3_vfs layer;
    const char *seed = getenv("FLEDX_POWER_CUT_SEED");
    state = seed ? strtoull(seed, NULL, 10) : 1;
    is_deaf = getenv("FLEDX_POWER_CUT_DEAF") != NULL;
    system_layer = sqlite3_vfs_find(NULL);
    if (!system_layer) abort();
    layer = *system_layer;
    layer.zName = POWER_CUT_LAYER;
    layer.pNext = NULL;
    layer.szOsFile = (int)sizeof(CutFile) + system_layer->szOsFile;
    layer.xOpen = cut_open;
    layer.xAccess = cut_access;
    if (sqlite3_vfs_register(&layer, 0) != SQLITE_OK) abort();
}

/* What the program calls instead of the library's own: the same, with the layer below. */
int sqlite3_open_v2(const char *name, sqlite3 **database, int flags, const char *layer) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
    int (*open)(const char *, sqlite3 **, int, const char *) = dlsym(RTLD_NEXT, "sqlite3_open_v2");
    if (!open) abort();
    return open(name, database, flags, POWER_CUT_LAYER);
}
