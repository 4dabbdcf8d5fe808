// SPDX-License-Identifier: MIT
// gzip: RFC 1952. The containers of lz4 -l: lz4's doc/lz4_Frame_format.md; of lzop: the kernel's
// lib/decompress_unlzo.c.
#include "core/parse/decoder.h"

#include <bzlib.h>
#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <new>

#include "core/base/check.h"
#include "core/base/text.h"
#include "core/parse/lzo.h"

// libbz2's own invariants, where it must not print.
extern "C" void bz_internal_error(int) { earlybox::check_failed("libbz2", 0, "an invariant of the library"); }

namespace earlybox {
namespace {

constexpr const char* kDamaged = "it is damaged";
constexpr const char* kBadChecksum = "its checksum is wrong: it is damaged";
constexpr const char* kNoMemory = "there is not enough memory to unpack it";
constexpr const char* kUnsupported = "it is packed in a way that is not supported";
constexpr size_t kWindowLimit = size_t{128} << 20;
constexpr const char* kLargeWindow = "unpacking it needs a window of more than 128 MiB";

// --- libraries with next_in, avail_in, next_out, avail_out
// ----------------------------------------------------------

template <class Stream, class Run>
auto run_on(Stream& stream, std::string_view& in, std::span<char>& room, Run run) {
    constexpr size_t kMost = size_t{1} << 30;  // their counters may have 32 bits
    using In = decltype(stream.next_in);
    using Out = decltype(stream.next_out);
    const size_t given = std::min(in.size(), kMost);
    const size_t space = std::min(room.size(), kMost);
    stream.next_in = reinterpret_cast<In>(const_cast<char*>(in.data()));
    stream.next_out = reinterpret_cast<Out>(room.data());
    stream.avail_in = static_cast<decltype(stream.avail_in)>(given);
    stream.avail_out = static_cast<decltype(stream.avail_out)>(space);
    const auto status = run(&stream);
    in.remove_prefix(given - stream.avail_in);
    room = room.subspan(space - stream.avail_out);
    return status;
}

class ZlibDecoder final : public Decoder {
 public:
    ~ZlibDecoder() override { inflateEnd(&stream_); }
    bool begin(int window_bits) { return inflateInit2(&stream_, window_bits) == Z_OK; }

    Decoded step(std::string_view& in, std::span<char>& room) override {
        switch (run_on(stream_, in, room, [](z_stream* stream) { return inflate(stream, Z_NO_FLUSH); })) {
            case Z_OK:
            case Z_BUF_ERROR:
                return Decoded::more;
            case Z_STREAM_END:
                return Decoded::end;
            case Z_MEM_ERROR:
                fault = kNoMemory;
                return Decoded::fault;
            default:
                fault = stream_.msg == nullptr ? kDamaged : concat("it is damaged (", stream_.msg, ")");
                return Decoded::fault;
        }
    }

 private:
    z_stream stream_{};
};

class LzmaDecoder final : public Decoder {
 public:
    ~LzmaDecoder() override { lzma_end(&stream_); }
    bool begin(Packing packing) {
        constexpr uint64_t kLimit = kWindowLimit + (1 << 20);  // and what the decoder needs besides
        return (packing == Packing::xz ? lzma_stream_decoder(&stream_, kLimit, 0)
                                       : lzma_alone_decoder(&stream_, kLimit)) == LZMA_OK;
    }

    Decoded step(std::string_view& in, std::span<char>& room) override {
        switch (run_on(stream_, in, room, [](lzma_stream* stream) { return lzma_code(stream, LZMA_RUN); })) {
            case LZMA_OK:
            case LZMA_BUF_ERROR:
                return Decoded::more;
            case LZMA_STREAM_END:
                return Decoded::end;
            case LZMA_MEM_ERROR:
                fault = kNoMemory;
                break;
            case LZMA_MEMLIMIT_ERROR:
                fault = kLargeWindow;
                break;
            case LZMA_OPTIONS_ERROR:
                fault = kUnsupported;
                break;
            default:
                fault = kDamaged;
        }
        return Decoded::fault;
    }

 private:
    lzma_stream stream_ = LZMA_STREAM_INIT;
};

class Bzip2Decoder final : public Decoder {
 public:
    ~Bzip2Decoder() override { BZ2_bzDecompressEnd(&stream_); }
    bool begin() { return BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK; }

    Decoded step(std::string_view& in, std::span<char>& room) override {
        switch (run_on(stream_, in, room, BZ2_bzDecompress)) {
            case BZ_OK:
                return Decoded::more;
            case BZ_STREAM_END:
                return Decoded::end;
            case BZ_MEM_ERROR:
                fault = kNoMemory;
                return Decoded::fault;
            default:
                fault = kDamaged;
                return Decoded::fault;
        }
    }

 private:
    bz_stream stream_{};
};

// --- libraries with contexts
// ----------------------------------------------------------------------------------------

class ZstdDecoder final : public Decoder {
 public:
    ~ZstdDecoder() override { ZSTD_freeDStream(context_); }
    bool begin() {
        // Its own limit for windows is kWindowLimit, too.
        return (context_ = ZSTD_createDStream()) != nullptr;
    }

    Decoded step(std::string_view& in, std::span<char>& room) override {
        // Not more than it asks for: after an error it does not say how far it came.
        ZSTD_inBuffer input{.src = in.data(), .size = std::min(wanted_, in.size()), .pos = 0};
        ZSTD_outBuffer output{.dst = room.data(), .size = room.size(), .pos = 0};
        const size_t status = ZSTD_decompressStream(context_, &output, &input);
        in.remove_prefix(input.pos);
        room = room.subspan(output.pos);
        if (status == 0) return Decoded::end;
        wanted_ = status;
        if (!ZSTD_isError(status)) return Decoded::more;
        fault = meaning(ZSTD_getErrorCode(status));
        return Decoded::fault;
    }

 private:
    static const char* meaning(ZSTD_ErrorCode code) {
        switch (code) {
            case ZSTD_error_memory_allocation:
                return kNoMemory;
            case ZSTD_error_frameParameter_windowTooLarge:
                return kLargeWindow;
            case ZSTD_error_checksum_wrong:
                return kBadChecksum;
            case ZSTD_error_dictionary_wrong:
            case ZSTD_error_frameParameter_unsupported:
            case ZSTD_error_version_unsupported:
                return kUnsupported;
            default:
                return kDamaged;
        }
    }

    ZSTD_DStream* context_ = nullptr;
    size_t wanted_ = 1;
};

class Lz4Decoder final : public Decoder {
 public:
    ~Lz4Decoder() override { LZ4F_freeDecompressionContext(context_); }
    bool begin() { return !LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)); }

    Decoded step(std::string_view& in, std::span<char>& room) override {
        // Not more than it asks for: after an error it does not say how far it came.
        size_t given = std::min(wanted_, in.size());
        size_t space = room.size();
        const size_t status = LZ4F_decompress(context_, room.data(), &space, in.data(), &given, nullptr);
        if (LZ4F_isError(status)) {
            const std::string_view name = LZ4F_getErrorName(status);
            fault = name.contains("hecksum") ? kBadChecksum : kDamaged;
            return Decoded::fault;
        }
        in.remove_prefix(given);
        room = room.subspan(space);
        wanted_ = status;
        return status == 0 ? Decoded::end : Decoded::more;
    }

 private:
    LZ4F_dctx* context_ = nullptr;
    size_t wanted_ = 1;
};

// --- formats made of headers and blocks that must be there as a whole before they can be read
// -------------------------

class BlockwiseDecoder : public Decoder {
 public:
    Decoded step(std::string_view& in, std::span<char>& room) final {
        const bool is_last = in.empty();
        while (true) {
            const size_t size = std::min(room.size(), ready_.size());
            if (size != 0) memmove(room.data(), ready_.data(), size);  // it may be there already
            room = room.subspan(size);
            ready_.remove_prefix(size);
            if (!ready_.empty()) return Decoded::more;
            caller_room_ = room;

            if (held_.empty() && in.size() >= wanted_) {
                const Decoded outcome = take(in.substr(0, wanted_));
                in.remove_prefix(used_);
                if (outcome != Decoded::more) return outcome;
                continue;
            }
            const size_t lacking = std::min(wanted_ - held_.size(), in.size());
            held_.append(in.substr(0, lacking));
            in.remove_prefix(lacking);
            if (held_.size() < wanted_) {
                if (!is_last || !may_end_within(held_.size())) return Decoded::more;
                unread = std::move(held_);
                return Decoded::end;
            }
            const Decoded outcome = take(held_);
            held_.erase(0, used_);
            if (outcome == Decoded::more) continue;
            unread = std::move(held_);
            return outcome;
        }
    }

 protected:
    static constexpr size_t kLargestBlock = size_t{8} << 20;

    // Reads a piece of the size that was wanted, says how much of it is used up and what is wanted next (all
    // of it at once: what is not used up comes again), and may show an unpacked block.
    virtual Decoded take(std::string_view bytes) = 0;
    // Whether the stream may end where `held` bytes of what is wanted are there.
    virtual bool may_end_within(size_t) const { return false; }

    Decoded want(size_t size, size_t used) {
        wanted_ = size;
        used_ = used;
        return Decoded::more;
    }
    Decoded end(size_t used) {
        used_ = used;
        return Decoded::end;
    }
    Decoded fail(const char* reason) {
        used_ = 0;
        fault = reason;
        return Decoded::fault;
    }
    void show(std::string_view block) { ready_ = block; }

    // The caller's own room, of any size: what is put there needs no copy.
    std::span<char> caller_room() const { return caller_room_; }

    // For blocks of up to `size` bytes; what is in it stays until the next block.
    std::span<char> room_for(size_t size) {
        if (room_size_ < size) {
            room_.reset(new char[size]);
            room_size_ = size;
        }
        return {room_.get(), size};
    }

 private:
    size_t wanted_ = 0;
    size_t used_ = 0;
    std::string held_;  // what is wanted, while it is not all there
    std::string_view ready_;
    std::span<char> caller_room_;
    std::unique_ptr<char[]> room_;
    size_t room_size_ = 0;
};

uint32_t little_endian(std::string_view bytes) {
    uint32_t number = 0;
    for (size_t i = 4; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
    return number;
}

uint32_t big_endian(std::string_view bytes) {
    uint32_t number = 0;
    for (const unsigned char byte : bytes) number = number << 8 | byte;
    return number;
}

// A magic number, then blocks: their size, packed; at most 8 MiB when unpacked.
class Lz4LegacyDecoder final : public BlockwiseDecoder {
 public:
    explicit Lz4LegacyDecoder(bool alone) : alone_(alone) { want(4, 0); }

 private:
    static constexpr uint32_t kMagic = 0x184c2102;
    static constexpr uint32_t kFrameMagic = 0x184d2204;

    Decoded take(std::string_view bytes) override {
        const uint32_t word = little_endian(bytes);
        if (!begun_) {
            begun_ = true;
            return word == kMagic ? want(4, 4) : fail(kDamaged);
        }
        if (bytes.size() == 4) {
            if (word == kMagic || word == kFrameMagic) return end(0);
            if (word != 0 && word <= LZ4_COMPRESSBOUND(kLargestBlock)) return want(4 + word, 0);
            return alone_ ? end(0) : fail(kDamaged);
        }
        const auto unpack_into = [&](std::span<char> room) {
            return LZ4_decompress_safe(bytes.data() + 4, room.data(), static_cast<int>(word),
                                       static_cast<int>(std::min(room.size(), kLargestBlock)));
        };
        constexpr size_t kWorthTrying = size_t{1} << 20;
        std::span<char> room = caller_room();
        int size = room.size() < kWorthTrying ? -1 : unpack_into(room);
        if (size < 0) size = unpack_into(room = room_for(kLargestBlock));
        if (size < 0) return alone_ && has_blocks_ ? end(0) : fail(kDamaged);
        has_blocks_ = true;
        show({room.data(), static_cast<size_t>(size)});
        return want(4, bytes.size());
    }
    bool may_end_within(size_t held) const override {
        return begun_ && (held == 0 || (alone_ && has_blocks_));
    }

    bool alone_;
    bool begun_ = false;
    bool has_blocks_ = false;
};

class LzopDecoder final : public BlockwiseDecoder {
 public:
    LzopDecoder() { want(kMagicSize + 4, 0); }

 private:
    enum Flag : uint32_t {
        kAdlerUnpacked = 0x1,
        kAdlerPacked = 0x2,
        kExtraField = 0x40,
        kCrcUnpacked = 0x100,
        kCrcPacked = 0x200,
        kFilter = 0x800,
        kCrcOfHeader = 0x1000,
    };
    static constexpr size_t kMagicSize = 9;
    static constexpr uint16_t kVersionWithLevel = 0x0940;

    Decoded take(std::string_view bytes) override {
        return state_ == State::header  ? take_header(bytes)
               : state_ == State::extra ? take_extra(bytes)
                                        : take_block(bytes);
    }

    // All of the header is wanted again and again, longer each time, until it is there.
    Decoded take_header(std::string_view bytes) {
        const bool has_level = big_endian(bytes.substr(kMagicSize, 2)) >= kVersionWithLevel;
        const size_t flags_at = kMagicSize + (has_level ? 8 : 5);
        if (bytes.size() < flags_at + 4) return want(flags_at + 4, 0);
        flags_ = big_endian(bytes.substr(flags_at, 4));
        const size_t method_at = kMagicSize + (has_level ? 6 : 4);
        const auto method = static_cast<unsigned char>(bytes[method_at]);
        // The methods are levels of effort; what they write is LZO1X.
        if (method == 0 || method > 3 || (flags_ & kFilter) != 0) return fail(kUnsupported);
        const size_t name_at = flags_at + 4 + (has_level ? 12 : 8);  // mode, time
        if (bytes.size() <= name_at) return want(name_at + 1, 0);
        const size_t checksum_at = name_at + 1 + static_cast<unsigned char>(bytes[name_at]);
        if (bytes.size() < checksum_at + 4) return want(checksum_at + 4, 0);
        const std::string_view covered = bytes.substr(kMagicSize, checksum_at - kMagicSize);
        if (big_endian(bytes.substr(checksum_at, 4)) != checksum(covered, (flags_ & kCrcOfHeader) != 0))
            return fail(kBadChecksum);
        state_ = (flags_ & kExtraField) != 0 ? State::extra : State::block;
        return want(4, bytes.size());
    }

    Decoded take_extra(std::string_view bytes) {
        const size_t size = 4 + size_t{big_endian(bytes.substr(0, 4))} + 4;  // with its checksum
        if (size > kLargestBlock) return fail(kDamaged);
        if (bytes.size() < size) return want(size, 0);
        state_ = State::block;
        return want(4, bytes.size());
    }

    // Size unpacked (0: the end), size packed, checksums of both, the block.
    Decoded take_block(std::string_view bytes) {
        const size_t unpacked_size = big_endian(bytes.substr(0, 4));
        if (unpacked_size == 0) return end(4);
        if (bytes.size() < 8) return want(8, 0);
        const size_t packed_size = big_endian(bytes.substr(4, 4));
        if (packed_size == 0 || packed_size > unpacked_size) return fail(kDamaged);
        if (unpacked_size > kLargestBlock) return fail(kUnsupported);
        const bool is_packed = packed_size < unpacked_size;
        const uint32_t of_packed = is_packed ? flags_ & (kAdlerPacked | kCrcPacked) : 0;
        const uint32_t of_unpacked = flags_ & (kAdlerUnpacked | kCrcUnpacked);
        const size_t block_at = 8 + 4 * static_cast<size_t>(__builtin_popcount(of_packed | of_unpacked));
        if (bytes.size() < block_at + packed_size) return want(block_at + packed_size, 0);

        std::string_view sums = bytes.substr(8);
        std::string_view block = bytes.substr(block_at);
        if (is_packed) {
            const std::span<char> room = room_for(unpacked_size);
            std::string_view sums_of_packed =
                sums.substr(4 * static_cast<size_t>(__builtin_popcount(of_unpacked)));
            if (!holds(block, sums_of_packed, (of_packed & kAdlerPacked) != 0, (of_packed & kCrcPacked) != 0))
                return fail(kBadChecksum);
            if (unpack_lzo1x(block, room) != unpacked_size) return fail(kDamaged);
            block = {room.data(), room.size()};
        } else {
            const std::span<char> room = room_for(block.size());
            std::ranges::copy(block, room.begin());
            block = {room.data(), room.size()};
        }
        if (!holds(block, sums, (of_unpacked & kAdlerUnpacked) != 0, (of_unpacked & kCrcUnpacked) != 0))
            return fail(kBadChecksum);
        show(block);
        return want(4, bytes.size());
    }

    static uint32_t checksum(std::string_view bytes, bool is_crc) {
        const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
        const auto size = static_cast<uInt>(bytes.size());
        return static_cast<uint32_t>(is_crc ? crc32(0, data, size) : adler32(1, data, size));
    }
    static bool holds(std::string_view bytes, std::string_view sums, bool has_adler, bool has_crc) {
        if (has_adler && big_endian(sums.substr(0, 4)) != checksum(bytes, false)) return false;
        return !has_crc || big_endian(sums.substr(has_adler ? 4 : 0, 4)) == checksum(bytes, true);
    }

    enum class State : uint8_t { header, extra, block } state_ = State::header;
    uint32_t flags_ = 0;
};

template <class Kind, class... Arguments>
std::unique_ptr<Decoder> begun(Arguments... arguments) {
    auto decoder = std::make_unique<Kind>();
    if (!decoder->begin(arguments...)) return nullptr;
    return decoder;
}

}  // namespace

std::optional<DecodedSizes> decode_zstd_at_once(std::string_view packed, std::span<char> room) {
    const size_t size = ZSTD_findFrameCompressedSize(packed.data(), packed.size());
    if (ZSTD_isError(size)) return std::nullopt;
    const size_t unpacked = ZSTD_decompress(room.data(), room.size(), packed.data(), size);
    return ZSTD_isError(unpacked) ? std::nullopt : std::optional(DecodedSizes{size, unpacked});
}

std::unique_ptr<Decoder> make_decoder(Packing packing, bool alone) {
    constexpr int kInsideGzip = 16 + MAX_WBITS;
    constexpr int kInsideNothing = -MAX_WBITS;
    switch (packing) {
        case Packing::gzip:
            return begun<ZlibDecoder>(kInsideGzip);
        case Packing::deflate:
            return begun<ZlibDecoder>(kInsideNothing);
        case Packing::xz:
        case Packing::lzma:
            return begun<LzmaDecoder>(packing);
        case Packing::zstd:
            return begun<ZstdDecoder>();
        case Packing::lz4:
            return begun<Lz4Decoder>();
        case Packing::bzip2:
            return begun<Bzip2Decoder>();
        case Packing::lz4_legacy:
            return std::make_unique<Lz4LegacyDecoder>(alone);
        case Packing::lzop:
            return std::make_unique<LzopDecoder>();
        case Packing::none:
            break;
    }
    return nullptr;
}

}  // namespace earlybox
