// SPDX-License-Identifier: MIT
#include "core/sys/block_cache.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/sys/file.h"

namespace earlybox {

Result<std::string_view> BlockCache::block(unsigned file, int fd, uint64_t index, const std::string& shown) {
    Slot* const set = &slots_[(index + uint64_t{file} * 7) % kSets * kWays];
    Slot* slot = set;
    for (Slot* way = set; way != set + kWays; ++way) {
        if (way->file == file && way->index == index) {
            way->used = ++clock_;
            return way->bytes;
        }
        if (way->used < slot->used) slot = way;
    }
    slot->file = 0;
    slot->bytes.resize(kBlockSize);
    size_t used = 0;
    while (used < kBlockSize) {
        const ssize_t got = pread(fd, slot->bytes.data() + used, kBlockSize - used,
                                  static_cast<off_t>(index * kBlockSize + used));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return failure(concat("read ", printable(shown), " at byte ", index * kBlockSize), errno);
        if (got == 0) break;
        used += static_cast<size_t>(got);
    }
    slot->bytes.resize(used);
    slot->file = file;
    slot->index = index;
    slot->used = ++clock_;
    return slot->bytes;
}

Result<CachedFile> CachedFile::open(Fd file, std::string shown, BlockCache& cache) {
    struct stat status{};
    if (fstat(file.number(), &status) != 0) return failure(concat("examine ", printable(shown)), errno);
    if (!S_ISREG(status.st_mode))
        return failure(concat("read ", printable(shown), " here and there"), ESPIPE);
    return CachedFile(std::move(file), std::move(shown), static_cast<uint64_t>(status.st_size), cache);
}

Result<std::string_view> CachedFile::at(uint64_t offset, size_t least) {
    constexpr size_t kBlock = BlockCache::kBlockSize;
    const size_t begin = offset % kBlock;
    const auto block = TRY(cache_->block(number_, file_.number(), offset / kBlock, shown_));
    if (begin <= block.size() && block.size() - begin >= least) return block.substr(begin);
    joined_ = block.substr(std::min(begin, block.size()));
    while (joined_.size() < least) {
        const auto more =
            TRY(cache_->block(number_, file_.number(), (offset + joined_.size()) / kBlock, shown_));
        const size_t skip = (offset + joined_.size()) % kBlock;
        if (skip >= more.size())
            return failure(concat("read ", printable(shown_)), 0,
                           concat("it ends at byte ", offset + joined_.size()));
        joined_ += more.substr(skip, least - joined_.size());
    }
    return joined_;
}

}  // namespace earlybox
