// SPDX-License-Identifier: MIT
#include "core/notices.h"

#include "core/base/check.h"
#include "core/parse/unpack.h"

namespace earlybox {

std::string notices() {
    constexpr size_t kLimit = size_t{1} << 20;
    const auto packed = packed_notices();
    auto text =
        unpack_all(Packing::lzma, {reinterpret_cast<const char*>(packed.data()), packed.size()}, kLimit);
    CHECK_INVARIANT(text.has_value());
    return std::move(*text);
}

}  // namespace earlybox
