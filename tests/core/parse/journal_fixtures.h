// SPDX-License-Identifier: MIT
// What tests/fixtures/journal holds (tests/fixtures/README.md).
#pragma once
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <string_view>

#include "core/parse/unpack.h"

// The files of a tar archive (POSIX ustar), by name.
inline std::map<std::string, std::string> files_of(std::string_view archive) {
    const auto tar = earlybox::unpack_all(earlybox::Packing::xz, archive, size_t{64} << 20);
    REQUIRE(tar);
    std::map<std::string, std::string> files;
    for (size_t offset = 0; offset + 512 < tar->size() && (*tar)[offset] != 0;) {
        const std::string name(tar->c_str() + offset);
        const size_t size = std::stoul(tar->substr(offset + 124, 11), nullptr, 8);
        files[name] = tar->substr(offset + 512, size);
        offset += 512 + (size + 511) / 512 * 512;
    }
    return files;
}
