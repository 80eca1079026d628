#define _GNU_SOURCE
#include "lossy_store.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Change {
    struct Change *next;
    sqlite3_int64 offset;
    int count; /* -1: a truncation to `offset` */
    unsigned char bytes[];
} Change;

/* One path: what is safe, and what came since. */
typedef struct Shadow {
    struct Shadow *next;
    char *path;
    unsigned char *safe;
    sqlite3_int64 size, room;
    Change *first, *last;
} Shadow;

typedef struct {
    sqlite3_file base;
    Shadow *shadow; /* NULL for files without a name */
    sqlite3_file *real;
} LossyFile;

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static Shadow *shadows;
static sqlite3_vfs *system_layer;

static Shadow *find(const char *path) {
    for (Shadow *shadow = shadows; shadow; shadow = shadow->next)
        if (strcmp(shadow->path, path) == 0) return shadow;
    return NULL;
}

static void drop_changes(Shadow *shadow) {
    while (shadow->first) {
        Change *next = shadow->first->next;
        free(shadow->first);
        shadow->first = next;
    }
    shadow->last = NULL;
}

static void apply(unsigned char **bytes, sqlite3_int64 *size, sqlite3_int64 *room, const Change *change) {
    if (change->count < 0) {
        if (change->offset < *size) *size = change->offset;
        return;
    }
    sqlite3_int64 end = change->offset + change->count;
    if (end > *room) {
        sqlite3_int64 wanted = end * 2 + 65536;
        *bytes = realloc(*bytes, wanted);
        if (!*bytes) abort();
        memset(*bytes + *room, 0, wanted - *room);
        *room = wanted;
    }
    if (change->offset > *size) memset(*bytes + *size, 0, change->offset - *size);
    memcpy(*bytes + change->offset, change->bytes, change->count);
    if (end > *size) *size = end;
}

static void remember(Shadow *shadow, sqlite3_int64 offset, int count, const void *bytes) {
    if (!shadow) return;
    Change *change = malloc(sizeof(Change) + (count > 0 ? count : 0));
    if (!change) abort();
    change->next = NULL;
    change->offset = offset;
    change->count = count;
    if (count > 0) memcpy(change->bytes, bytes, count);
    pthread_mutex_lock(&lock);
    if (shadow->last) shadow->last->next = change;
    else shadow->first = change;
    shadow->last = change;
    pthread_mutex_unlock(&lock);
}

/* ---- methods of a file ---- */

#define REAL(file) (((LossyFile *)(file))->real)
#define METHODS(file) REAL(file)->pMethods

static int lossy_close(sqlite3_file *file) { return METHODS(file) ? METHODS(file)->xClose(REAL(file)) : SQLITE_OK; }
static int lossy_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    return METHODS(file)->xRead(REAL(file), bytes, count, offset);
}
static int lossy_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    int code = METHODS(file)->xWrite(REAL(file), bytes, count, offset);
    if (code == SQLITE_OK) remember(((LossyFile *)file)->shadow, offset, count, bytes);
    return code;
}
static int lossy_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = METHODS(file)->xTruncate(REAL(file), size);
    if (code == SQLITE_OK) remember(((LossyFile *)file)->shadow, size, -1, NULL);
    return code;
}
static int lossy_sync(sqlite3_file *file, int flags) {
    int code = METHODS(file)->xSync(REAL(file), flags);
    Shadow *shadow = ((LossyFile *)file)->shadow;
    if (code != SQLITE_OK || !shadow) return code;
    pthread_mutex_lock(&lock);
    for (Change *change = shadow->first; change; change = change->next)
        apply(&shadow->safe, &shadow->size, &shadow->room, change);
    drop_changes(shadow);
    pthread_mutex_unlock(&lock);
    return code;
}
static int lossy_size(sqlite3_file *file, sqlite3_int64 *size) { return METHODS(file)->xFileSize(REAL(file), size); }
static int lossy_lock(sqlite3_file *file, int level) { return METHODS(file)->xLock(REAL(file), level); }
static int lossy_unlock(sqlite3_file *file, int level) { return METHODS(file)->xUnlock(REAL(file), level); }
static int lossy_reserved(sqlite3_file *file, int *held) {
    return METHODS(file)->xCheckReservedLock(REAL(file), held);
}
static int lossy_control(sqlite3_file *file, int operation, void *argument) {
    return METHODS(file)->xFileControl(REAL(file), operation, argument);
}
static int lossy_sector(sqlite3_file *file) { return METHODS(file)->xSectorSize(REAL(file)); }
static int lossy_traits(sqlite3_file *file) { return METHODS(file)->xDeviceCharacteristics(REAL(file)); }
static int lossy_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
    return METHODS(file)->xShmMap(REAL(file), page, size, extend, memory);
}
static int lossy_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return METHODS(file)->xShmLock(REAL(file), offset, count, flags);
}
static void lossy_barrier(sqlite3_file *file) { METHODS(file)->xShmBarrier(REAL(file)); }
static int lossy_unmap(sqlite3_file *file, int remove) { return METHODS(file)->xShmUnmap(REAL(file), remove); }

/* Version 2: without the mapped reads of version 3, which would go past this layer. */
static const sqlite3_io_methods methods = {
    2, lossy_close, lossy_read, lossy_write, lossy_truncate, lossy_sync, lossy_size, lossy_lock, lossy_unlock,
    lossy_reserved, lossy_control, lossy_sector, lossy_traits, lossy_map, lossy_shm_lock, lossy_barrier, lossy_unmap,
    NULL, NULL};

/* ---- methods of the layer ---- */

static Shadow *shadow_of(const char *path) {
    pthread_mutex_lock(&lock);
    Shadow *shadow = find(path);
    if (!shadow) {
        shadow = calloc(1, sizeof(Shadow));
        if (!shadow) abort();
        shadow->path = strdup(path);
        FILE *file = fopen(path, "rb"); /* what was there before is safe */
        if (file) {
            fseek(file, 0, SEEK_END);
            long size = ftell(file);
            rewind(file);
            shadow->safe = calloc(1, size + 1);
            shadow->size = (sqlite3_int64)fread(shadow->safe, 1, size, file);
            shadow->room = size + 1;
            fclose(file);
        }
        shadow->next = shadows;
        shadows = shadow;
    }
    pthread_mutex_unlock(&lock);
    return shadow;
}

static int lossy_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
    LossyFile *lossy = (LossyFile *)file;
    lossy->real = (sqlite3_file *)(lossy + 1);
    lossy->shadow = name ? shadow_of(name) : NULL;
    int code = system_layer->xOpen(system_layer, name, lossy->real, flags, out);
    lossy->base.pMethods = lossy->real->pMethods ? &methods : NULL;
    return code;
}

static int lossy_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    int code = system_layer->xDelete(system_layer, name, sync);
    pthread_mutex_lock(&lock);
    Shadow *shadow = code == SQLITE_OK ? find(name) : NULL;
    if (shadow) {
        drop_changes(shadow);
        shadow->size = 0;
    }
    pthread_mutex_unlock(&lock);
    return code;
}

int lossy_store_register(void) {
    static sqlite3_vfs layer;
    pthread_mutex_lock(&lock);
    int code = SQLITE_OK;
    if (!system_layer) {
        system_layer = sqlite3_vfs_find(NULL);
        layer = *system_layer;
        layer.zName = "lossy";
        layer.pNext = NULL;
        layer.szOsFile = (int)sizeof(LossyFile) + system_layer->szOsFile;
        layer.xOpen = lossy_open;
        layer.xDelete = lossy_delete;
        code = sqlite3_vfs_register(&layer, 0);
    }
    pthread_mutex_unlock(&lock);
    return code;
}

static unsigned long long next_random(unsigned long long *state) {
    unsigned long long x = *state += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

long lossy_store_cut(const char *path, const char *target, unsigned long long seed) {
    pthread_mutex_lock(&lock);
    Shadow *shadow = find(path);
    if (!shadow) {
        pthread_mutex_unlock(&lock);
        return -2;
    }
    sqlite3_int64 size = shadow->size, room = shadow->size + 1;
    unsigned char *bytes = calloc(1, room);
    if (!bytes) abort();
    if (size) memcpy(bytes, shadow->safe, size);
    long lost = 0;
    unsigned long long state = seed;
    for (Change *change = shadow->first; change; change = change->next) {
        if (seed && next_random(&state) % 2) apply(&bytes, &size, &room, change);
        else lost++;
    }
    pthread_mutex_unlock(&lock);
    FILE *file = fopen(target, "wb");
    size_t written = file ? fwrite(bytes, 1, size, file) : 0;
    int closed = file ? fclose(file) : -1;
    free(bytes);
    return closed == 0 && (sqlite3_int64)written == size ? lost : -1;
}

void lossy_store_pause(void) { pthread_mutex_lock(&lock); }

void lossy_store_resume(void) { pthread_mutex_unlock(&lock); }

void lossy_store_forget(const char *folder) {
    pthread_mutex_lock(&lock);
    Shadow **place = &shadows;
    while (*place) {
        Shadow *shadow = *place;
        if (strncmp(shadow->path, folder, strlen(folder)) != 0) {
            place = &shadow->next;
            continue;
        }
        *place = shadow->next;
        drop_changes(shadow);
        free(shadow->safe);
        free(shadow->path);
        free(shadow);
    }
    pthread_mutex_unlock(&lock);
}
