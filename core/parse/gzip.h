// SPDX-License-Identifier: MIT
// RFC 1952 (gzip), by zlib.
#pragma once
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace earlybox {

// All of a gzip file, of at most `limit` bytes when unpacked. The error names the offset of the damage.
Result<std::string> gunzip(std::string_view compressed, size_t limit);

}  // namespace earlybox
