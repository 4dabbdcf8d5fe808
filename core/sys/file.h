// SPDX-License-Identifier: MIT
// Files, read and written whole.
#pragma once
#include <fcntl.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/base/stream.h"
#include "core/base/text.h"

namespace earlybox {

// `directory` is a descriptor or AT_FDCWD; `shown` is the path for error messages where it is not `path`.
Result<Fd> open_at(int directory, const std::string& path, int flags, const std::string& shown = {});

// All of it, also where the kernel does not know the size before it is read. At most `limit` bytes: a longer
// one is an error (EFBIG).
inline constexpr size_t kReadLimit = size_t{1} << 30;
Result<std::string> read_all(int fd, const std::string& shown, size_t limit = kReadLimit);
Result<std::string> read_file(const std::string& path, size_t limit = kReadLimit);

// The bytes of a file, in place where it can be mapped. They live as long as `owner`, and a copy of it, does.
struct FileBytes {
    std::string_view bytes;
    std::shared_ptr<const void> owner;
};
Result<FileBytes> map_file(const std::string& path);

// Up to `size` bytes; 0 at the end. EINTR is not an error.
Result<size_t> read_some(int fd, char* to, size_t size, const std::string& shown);

// The file from its present position on, in pieces of up to 128 KiB.
std::unique_ptr<ByteStream> stream_of(Fd file, std::string shown);

// Exactly `size` bytes from `offset` on; fewer are an error.
Result<std::string> read_at(int fd, uint64_t offset, size_t size, const std::string& shown);

// Calls `take(std::string_view line)` for every line, in constant memory; what exceeds the buffer is cut into
// several.
template <class Take>
Result<> for_each_line(int fd, const std::string& shown, Take&& take) {
    std::string buffer(size_t{1} << 14, '\0');
    size_t used = 0;
    while (true) {
        const size_t got = TRY(read_some(fd, buffer.data() + used, buffer.size() - used, shown));
        used += got;
        std::string_view rest(buffer.data(), used);
        for (size_t end = 0; (end = find_newline(rest)) != rest.npos; rest.remove_prefix(end + 1))
            take(rest.substr(0, end));
        const bool is_full = rest.size() == buffer.size();
        if ((got == 0 || is_full) && !rest.empty()) {
            take(rest);
            rest = {};
        }
        if (got == 0) return {};
        std::ranges::copy(rest, buffer.begin());
        used = rest.size();
    }
}

Result<> write_all(int fd, std::string_view bytes, const std::string& shown);

bool exists(const std::string& path);

// Names in a directory without "." and "..", sorted.
Result<std::vector<std::string>> list_directory(const std::string& path);
// The same below an open directory; `shown` as in open_at().
Result<std::vector<std::string>> list_directory_at(int parent, const std::string& path,
                                                   const std::string& shown = {});

}  // namespace earlybox
