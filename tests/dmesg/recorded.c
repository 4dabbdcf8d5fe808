// SPDX-License-Identifier: MIT
// Preloaded into util-linux's dmesg: its /dev/kmsg and syslog(2) are recorded ones, from the files that KMSG and
// SYSLOG name.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int kmsg = -1;

int open(const char* path, int flags, ...) {
    int (*next)(const char*, int, ...) = (int (*)(const char*, int, ...))dlsym(RTLD_NEXT, "open");
    va_list more;
    va_start(more, flags);
    const int mode = va_arg(more, int);
    va_end(more);
    if (strcmp(path, "/dev/kmsg") != 0) return next(path, flags, mode);
    const char* recorded = getenv("KMSG");
    if (recorded == NULL) {
        errno = ENOENT;
        return -1;
    }
    return kmsg = next(recorded, O_RDONLY);
}

int __open_2(const char* path, int flags) { return open(path, flags); }

// A record a read, as the kernel gives them: up to a newline that no dictionary line follows.
ssize_t read(int fd, void* to, size_t size) {
    ssize_t (*next)(int, void*, size_t) = (ssize_t(*)(int, void*, size_t))dlsym(RTLD_NEXT, "read");
    if (fd != kmsg || kmsg < 0) return next(fd, to, size);
    char* bytes = to;
    size_t got = 0;
    char ahead;
    while (got < size && next(fd, bytes + got, 1) == 1) {
        if (bytes[got++] != '\n') continue;
        if (next(fd, &ahead, 1) != 1) break;
        lseek(fd, -1, SEEK_CUR);
        if (ahead != ' ') break;
    }
    if (got == 0) errno = EAGAIN;
    return got == 0 ? -1 : (ssize_t)got;
}

int klogctl(int action, char* to, int size) {
    enum { kReadAll = 3, kSize = 10 };
    int (*next)(const char*, int, ...) = (int (*)(const char*, int, ...))dlsym(RTLD_NEXT, "open");
    ssize_t (*read_next)(int, void*, size_t) = (ssize_t(*)(int, void*, size_t))dlsym(RTLD_NEXT, "read");
    const char* recorded = getenv("SYSLOG");
    if (recorded == NULL || (action != kReadAll && action != kSize)) {
        errno = ENOSYS;
        return -1;
    }
    const int file = next(recorded, O_RDONLY);
    const int result = action == kSize ? (int)lseek(file, 0, SEEK_END) : (int)read_next(file, to, (size_t)size);
    close(file);
    return result;
}
