#define _GNU_SOURCE
#include "power_cut.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One rename that is not synchronised. */
typedef struct Rename {
    struct Rename *next;
    char *from, *to;
} Rename;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder, *subject_to_die_at, *call_to_die_at;
static int calls_left, keeps, is_deaf;
static unsigned long long state;

/* The file that is being written, with what the program wrote to it; files are written one at a time. */
static int file = -1, folder_handle = -1;
static char *subject;
static unsigned char *bytes;
static size_t count;
static Rename *first_rename;

static int (*real_open)(const char *, int, ...), (*real_fchmod)(int, mode_t), (*real_fsync)(int), (*real_close)(int);
static int (*real_rename)(const char *, const char *);
static ssize_t (*real_write)(int, const void *, size_t);

static void find_calls(void) {
    real_open = dlsym(RTLD_NEXT, "open");
    real_fchmod = dlsym(RTLD_NEXT, "fchmod");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_close = dlsym(RTLD_NEXT, "close");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_write = dlsym(RTLD_NEXT, "write");
    if (!real_open || !real_fchmod || !real_fsync || !real_close || !real_rename || !real_write) abort();
    folder = getenv("FLEDX_POWER_CUT_FOLDER");
    const char *seed = getenv("FLEDX_POWER_CUT_SEED");
    state = seed ? strtoull(seed, NULL, 10) : 1;
    keeps = getenv("FLEDX_POWER_CUT_KEEPS") != NULL;
    is_deaf = getenv("FLEDX_POWER_CUT_DEAF") != NULL;
    /* "FILE CALL NUMBER" */
    const char *at = getenv("FLEDX_POWER_CUT_AT");
    if (!folder || !at) return;
    char *words = strdup(at), *rest = NULL;
    if (!words) abort();
    subject_to_die_at = strtok_r(words, " ", &rest);
    call_to_die_at = strtok_r(NULL, " ", &rest);
    const char *number = strtok_r(NULL, " ", &rest);
    calls_left = number ? atoi(number) : 1;
}

static void prepare(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_calls);
}

static unsigned long long next_random(void) {
    unsigned long long x = state += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

/* What reaches the disk before it is synchronised: 0 nothing, 1 all of it, 2 a part; nothing of a disk that lies. */
static unsigned long long chance(void) { return keeps ? 1 : is_deaf ? 0 : next_random(); }

/* The name of a file that is written beside another one, in the folder; NULL for all others. */
static const char *temporary(const char *path) {
    size_t length = strlen(folder), whole = strlen(path);
    if (strncmp(path, folder, length) != 0 || path[length] != '/' || strchr(path + length + 1, '/')) return NULL;
    return whole > 4 && strcmp(path + whole - 4, ".tmp") == 0 ? path + length + 1 : NULL;
}

static int is_inside(const char *path) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/' && !strchr(path + length + 1, '/');
}

/* The process dies before the call that was chosen. */
static void call(const char *name) {
    if (!subject || !call_to_die_at || strcmp(name, call_to_die_at) != 0) return;
    if (strcmp(subject, subject_to_die_at) != 0 || --calls_left > 0) return;
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int put(size_t end) {
    for (size_t done = 0; done < end;) {
        ssize_t written = pwrite(file, bytes + done, end - done, (off_t)done);
        if (written < 0) return -1;
        done += (size_t)written;
    }
    return 0;
}

static int take_renames(void) {
    while (first_rename) {
        Rename *rename = first_rename;
        if (real_rename(rename->from, rename->to) != 0) return -1;
        first_rename = rename->next;
        free(rename->from);
        free(rename->to);
        free(rename);
    }
    return 0;
}

/* ---- what the program calls ---- */

static int opened(const char *path, int flags, mode_t mode) {
    prepare();
    if (!folder) return real_open(path, flags, mode);
    const char *name = (flags & O_CREAT) ? temporary(path) : NULL;
    int is_folder = (flags & O_DIRECTORY) && strcmp(path, folder) == 0;
    if (!name && !is_folder) return real_open(path, flags, mode);
    pthread_mutex_lock(&lock);
    if (name) {
        free(subject);
        subject = strndup(name, strlen(name) - 4);
        if (!subject) abort();
        call("create");
    } else {
        call("open-folder");
    }
    int handle = real_open(path, flags, mode);
    if (name) {
        file = handle;
        count = 0;
    } else {
        folder_handle = handle;
    }
    pthread_mutex_unlock(&lock);
    return handle;
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return opened(path, flags, mode);
}

int fchmod(int handle, mode_t mode) {
    prepare();
    pthread_mutex_lock(&lock);
    if (handle >= 0 && handle == file) call("mode");
    pthread_mutex_unlock(&lock);
    return real_fchmod(handle, mode);
}

ssize_t write(int handle, const void *from, size_t length) {
    prepare();
    pthread_mutex_lock(&lock);
    if (handle < 0 || handle != file) {
        pthread_mutex_unlock(&lock);
        return real_write(handle, from, length);
    }
    call("write");
    bytes = realloc(bytes, count + length);
    if (!bytes && count + length > 0) abort();
    memcpy(bytes + count, from, length);
    count += length;
    unsigned long long early = chance();
    int code = 0;
    if (early % 3 == 1) code = put(count);
    if (early % 3 == 2 && count > 0) code = put((size_t)((early >> 8) % count));
    pthread_mutex_unlock(&lock);
    return code == 0 ? (ssize_t)length : -1;
}

int fsync(int handle) {
    prepare();
    pthread_mutex_lock(&lock);
    int code = 0, is_file = handle >= 0 && handle == file, is_folder = handle >= 0 && handle == folder_handle;
    if (is_file) call("sync");
    if (is_folder) call("sync-folder");
    if ((is_file || is_folder) && is_deaf) {
        pthread_mutex_unlock(&lock);
        return 0;
    }
    if (is_file) code = put(count);
    if (is_folder) code = take_renames();
    pthread_mutex_unlock(&lock);
    return code == 0 ? real_fsync(handle) : code;
}

int close(int handle) {
    prepare();
    pthread_mutex_lock(&lock);
    if (handle >= 0 && handle == file) {
        call("close");
        file = -1;
    } else if (handle >= 0 && handle == folder_handle) {
        call("close-folder");
        folder_handle = -1;
    }
    pthread_mutex_unlock(&lock);
    return real_close(handle);
}

int rename(const char *from, const char *to) {
    prepare();
    if (!folder || !is_inside(from) || !is_inside(to)) return real_rename(from, to);
    pthread_mutex_lock(&lock);
    call("rename");
    Rename *last = malloc(sizeof(Rename)), **place = &first_rename;
    if (!last || !(last->from = strdup(from)) || !(last->to = strdup(to))) abort();
    last->next = NULL;
    while (*place) place = &(*place)->next;
    *place = last;
    /* Names reach the disk in the order in which they were changed. */
    int code = chance() % 3 == 1 ? take_renames() : 0;
    pthread_mutex_unlock(&lock);
    return code;
}
