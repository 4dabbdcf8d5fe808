// SPDX-License-Identifier: MIT
// Packed files and packed parts of files, as gzip, xz, lzma, zstd, lz4, bzip2 and lzop write them.
//
// Any bytes may come in. What was unpacked before a damage is delivered first; then comes an error that names
// the packing, the offset in the packed bytes, and what is wrong. Memory is bounded whatever the input: the
// packing's own window (128 MiB at most for xz, lzma and zstd: an error says so where more is asked for; 8
// MiB blocks for lz4 and lzop; below 4 MiB for the others) and a buffer.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/stream.h"

namespace earlybox {

enum class Packing : uint8_t {
    none,
    gzip,
    xz,
    lzma,  // without a container, "lzma-alone"
    zstd,
    lz4,         // frames
    lz4_legacy,  // `lz4 -l`: kernel images
    bzip2,
    lzop,
    deflate,  // without a container; pstore's records
};

std::string_view packing_name(Packing packing);

// Told by the first bytes; kPackingStart of them are enough. Never `deflate`, which nothing tells.
inline constexpr size_t kPackingStart = 14;
Packing packing_of(std::string_view start);

// What `packed` holds: of all members, where several follow each other. As the packing's own tool does, zeros
// after a member are passed over for gzip, bzip2, lzop and (multiples of four) xz; anything else there is an
// error after the end. Packing::none gives `packed` itself; without `packing` it is told by content.
std::unique_ptr<ByteStream> unpacked(std::unique_ptr<ByteStream> packed, std::optional<Packing> packing = {});

// The same at once. More than `limit` bytes are an error. For `expected` bytes there is room from the
// beginning: a good guess saves memory.
Result<std::string> unpack_all(Packing packing, std::string_view packed, size_t limit, size_t expected = 0);

// The first member alone, whatever follows it, and how many bytes it takes of `packed`. lz4_legacy has no end
// of its own: it ends where no whole block follows.
struct FirstMember {
    std::string bytes;
    size_t packed_size = 0;
};
Result<FirstMember> unpack_first(Packing packing, std::string_view packed, size_t limit, size_t expected = 0);

// An LZ4 block without a container, of exactly `size` bytes when unpacked; at most `limit`.
Result<std::string> unpack_lz4_block(std::string_view block, size_t size, size_t limit);

}  // namespace earlybox
