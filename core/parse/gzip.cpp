// SPDX-License-Identifier: MIT
#include "core/parse/gzip.h"

#include <zlib.h>

#include "core/base/text.h"

namespace earlybox {

Result<std::string> gunzip(std::string_view compressed, size_t limit) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    z_stream stream{};
    if (inflateInit2(&stream, kGzipOnly) != Z_OK) return failure("unpack gzip data", 0, "no memory");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream.avail_in = static_cast<uInt>(compressed.size());
    std::string text;
    int status = Z_OK;
    while (status == Z_OK && text.size() < limit) {
        const size_t used = text.size();
        text.resize(std::min(std::max<size_t>(used * 2, 1 << 16), limit));
        stream.next_out = reinterpret_cast<Bytef*>(text.data() + used);
        stream.avail_out = static_cast<uInt>(text.size() - used);
        status = inflate(&stream, Z_NO_FLUSH);
        text.resize(text.size() - stream.avail_out);
    }
    const size_t offset = compressed.size() - stream.avail_in;
    inflateEnd(&stream);
    if (status == Z_STREAM_END) return text;
    return failure(concat("unpack gzip data, at byte ", offset), 0,
                   status == Z_OK          ? concat("it holds more than ", limit, " bytes")
                   : status == Z_BUF_ERROR ? "it ends too early"
                                           : "it is damaged, or no gzip data");
}

}  // namespace earlybox
