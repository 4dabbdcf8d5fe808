// SPDX-License-Identifier: MIT
#include "core/sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "core/base/order.h"
#include "core/base/text.h"

namespace earlybox {
namespace {

class FileStream final : public ByteStream {
 public:
    FileStream(Fd file, std::string shown) : file_(std::move(file)), shown_(std::move(shown)) {}

    Result<std::string_view> next() override {
        const size_t size = TRY(read_some(file_.number(), buffer_.get(), kSize, shown_));
        return std::string_view(buffer_.get(), size);
    }

 private:
    static constexpr size_t kSize = size_t{128} << 10;
    Fd file_;
    std::string shown_;
    std::unique_ptr<char[]> buffer_{new char[kSize]};
};

}  // namespace

Result<Fd> open_at(int directory, const std::string& path, int flags, const std::string& shown) {
    const int fd = openat(directory, path.c_str(), flags | O_CLOEXEC, 0644);
    if (fd < 0) return failure(concat("open ", printable(shown.empty() ? path : shown)), errno);
    return Fd(fd);
}

Result<size_t> read_some(int fd, char* to, size_t size, const std::string& shown) {
    while (true) {
        const ssize_t got = read(fd, to, size);
        if (got >= 0) return static_cast<size_t>(got);
        if (errno != EINTR) return failure(concat("read ", printable(shown)), errno);
    }
}

std::unique_ptr<ByteStream> stream_of(Fd file, std::string shown) {
    return std::make_unique<FileStream>(std::move(file), std::move(shown));
}

Result<std::string> read_at(int fd, uint64_t offset, size_t size, const std::string& shown) {
    std::string bytes(size, '\0');
    for (size_t used = 0; used < size;) {
        const ssize_t got = pread(fd, bytes.data() + used, size - used, static_cast<off_t>(offset + used));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failure(concat("read ", printable(shown)), errno);
        if (got == 0)
            return failure(concat("read ", printable(shown)), 0,
                           concat("it ends after ", used, " of ", size, " bytes"));
        used += static_cast<size_t>(got);
    }
    return bytes;
}

Result<std::string> read_all(int fd, const std::string& shown, size_t limit) {
    constexpr size_t kChunk = size_t{1} << 16;
    std::string text;
    size_t used = 0;
    while (true) {
        if (text.size() - used < kChunk) text.resize(std::max(used * 2, kChunk));
        const size_t got = TRY(read_some(fd, text.data() + used, text.size() - used, shown));
        if (got == 0) break;
        used += got;
        if (used > limit) return failure(concat("read ", printable(shown)), EFBIG);
    }
    text.resize(used);
    return text;
}

Result<std::string> read_file(const std::string& path, size_t limit) {
    const Fd fd = TRY(open_at(AT_FDCWD, path, O_RDONLY));
    return read_all(fd.number(), path, limit);
}

Result<FileBytes> map_file(const std::string& path) {
    const Fd fd = TRY(open_at(AT_FDCWD, path, O_RDONLY));
    struct stat about{};
    if (fstat(fd.number(), &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
        const auto size = static_cast<size_t>(about.st_size);
        void* const bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.number(), 0);
        if (bytes != MAP_FAILED)
            return FileBytes{{static_cast<const char*>(bytes), size},
                             {bytes, [size](void* mapped) { munmap(mapped, size); }}};
    }
    const auto text = std::make_shared<const std::string>(TRY(read_all(fd.number(), path)));
    return FileBytes{*text, text};
}

Result<> write_all(int fd, std::string_view bytes, const std::string& shown) {
    while (!bytes.empty()) {
        const ssize_t written = write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failure(concat("write ", printable(shown)), errno);
        bytes.remove_prefix(static_cast<size_t>(written));
    }
    return {};
}

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

Result<std::vector<std::string>> list_directory(const std::string& path) {
    return list_directory_at(AT_FDCWD, path);
}

Result<std::vector<std::string>> list_directory_at(int parent, const std::string& path,
                                                   const std::string& shown) {
    const int fd = openat(parent, path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* directory = fd < 0 ? nullptr : fdopendir(fd);
    if (directory == nullptr)
        return failure(concat("open directory ", printable(shown.empty() ? path : shown)), errno);
    std::vector<std::string> names;
    while (const dirent* entry = readdir(directory))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            names.emplace_back(entry->d_name);
    closedir(directory);
    put_in_order(names, std::less());
    return names;
}

}  // namespace earlybox
