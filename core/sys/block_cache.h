// SPDX-License-Identifier: MIT
// Files that are read here and there, through one cache of bounded size: no mapping, so a file that another
// process truncates is an error, not a SIGBUS.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/random_access.h"

namespace earlybox {

// At most 8 MiB for all its files together.
class BlockCache {
 public:
    static constexpr size_t kBlockSize = size_t{1} << 16;

    // The block of a file, read where it is not held; fewer bytes at the file's end. Valid until the next
    // call. `file` is a number that new_file() gave for this descriptor.
    Result<std::string_view> block(unsigned file, int fd, uint64_t index, const std::string& shown);
    unsigned new_file() { return ++files_; }

 private:
    struct Slot {
        unsigned file = 0;
        uint64_t index = 0;
        uint64_t used = 0;
        std::string bytes;
    };
    static constexpr size_t kWays = 4;
    static constexpr size_t kSets = 32;
    std::array<Slot, kSets * kWays> slots_;
    uint64_t clock_ = 0;
    unsigned files_ = 0;
};

class CachedFile : public RandomAccess {
 public:
    // The cache must outlive it.
    static Result<CachedFile> open(Fd file, std::string shown, BlockCache& cache);

    uint64_t size() const override { return size_; }
    Result<std::string_view> at(uint64_t offset, size_t least) override;

 private:
    CachedFile(Fd file, std::string shown, uint64_t size, BlockCache& cache)
        : file_(std::move(file)),
          shown_(std::move(shown)),
          size_(size),
          cache_(&cache),
          number_(cache.new_file()) {}

    Fd file_;
    std::string shown_;
    uint64_t size_;
    BlockCache* cache_;
    unsigned number_;
    std::string joined_;  // what lies in more than one block
};

}  // namespace earlybox
