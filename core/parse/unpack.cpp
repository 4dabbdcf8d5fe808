// SPDX-License-Identifier: MIT
#include "core/parse/unpack.h"

#include <errno.h>
#include <lz4.h>

#include <algorithm>
#include <span>

#include "core/base/text.h"
#include "core/parse/decoder.h"

namespace earlybox {
namespace {

using namespace std::string_view_literals;

// The 13 bytes before the data say little: lc, lp and pb in one byte, a dictionary size as encoders choose
// it, the size or -1. The first byte of the data itself is always 0.
bool is_lzma(std::string_view start) {
    const auto number = [&](size_t at, size_t size) {
        uint64_t value = 0;
        for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(start[at + i]);
        return value;
    };
    constexpr uint64_t kUnknown = ~uint64_t{0};
    constexpr uint64_t kLargestSize = uint64_t{1} << 38;
    constexpr uint64_t kPropertiesEnd = 225;  // lc 0 to 8, lp 0 to 4, pb 0 to 4
    if (start.size() < kPackingStart || number(0, 1) >= kPropertiesEnd || start[13] != 0) return false;
    const uint64_t dictionary = number(1, 4);
    const uint64_t lowest_bit = dictionary & -dictionary;
    const bool is_round = dictionary == lowest_bit || dictionary == lowest_bit * 3;  // 2^n, 2^n + 2^(n+1)
    const uint64_t size = number(5, 8);
    return dictionary >= 4096 && is_round && (size == kUnknown || size < kLargestSize);
}

struct Magic {
    Packing packing;
    std::string_view bytes;
};
constexpr Magic kMagics[] = {
    {Packing::gzip, "\x1f\x8b\x08"sv},
    {Packing::xz,
     "\xfd"
     "7zXZ\0"sv},
    {Packing::zstd, "\x28\xb5\x2f\xfd"sv},
    {Packing::lz4, "\x04\x22\x4d\x18"sv},
    {Packing::lz4_legacy, "\x02\x21\x4c\x18"sv},
    {Packing::lzop, "\x89LZO\0\r\n\x1a\n"sv},
};
constexpr std::string_view kBzip2Block = "\x31\x41\x59\x26\x53\x59"sv;
constexpr std::string_view kBzip2End = "\x17\x72\x45\x38\x50\x90"sv;
constexpr std::string_view kSkippableFrame = "\x2a\x4d\x18"sv;  // after 0x50 to 0x5f; zstd's and lz4's

class Unpacker {
 public:
    Unpacker(std::unique_ptr<ByteStream> packed, bool first_only)
        : packed_(std::move(packed)), first_only_(first_only) {}

    void set_packing(Packing packing) { packing_ = packing; }
    Packing packing() const { return packing_; }

    Result<Packing> tell_packing() {
        TRY_VOID(look_ahead(kPackingStart));
        return packing_of(in_);
    }

    // The next unpacked bytes into `room`: how many; 0 at the end.
    Result<size_t> fill(std::span<char> room) {
        std::span<char> rest = room;
        while (rest.size() == room.size() && !finished_) {
            if (auto fine = go_on(rest); !fine) {
                finished_ = true;
                late_ = std::move(fine).error();
            }
        }
        const size_t size = room.size() - rest.size();
        if (size == 0 && late_) return std::unexpected(*std::exchange(late_, std::nullopt));
        return size;
    }

    // What is not packed: the next piece of it.
    Result<std::string_view> pass_on() {
        if (in_.empty()) TRY_VOID(look_ahead(1));
        return std::exchange(in_, {});
    }

    // How many packed bytes the unpacked ones were made of.
    size_t consumed() const { return taken_ - in_.size(); }

 private:
    // At least `size` bytes in in_, unless the end is near.
    Result<> look_ahead(size_t size) {
        while (in_.size() < size && !at_end_) {
            joined_ = std::string(in_);
            const std::string_view piece = TRY(packed_->next());
            taken_ += piece.size();
            at_end_ = piece.empty();
            in_ = at_end_ ? ""sv : piece;  // libraries want an address also of nothing
            if (!joined_.empty()) put_before_input(std::move(joined_));
        }
        return {};
    }

    void put_before_input(std::string bytes) {
        joined_ = std::move(bytes.append(in_));
        in_ = joined_;
    }

    std::unexpected<Error> failed(std::string_view reason) const {
        return failure(concat("unpack ", packing_name(packing_), " data, at byte ", consumed()), 0,
                       std::string(reason));
    }

    // Whether there is a further member.
    Result<bool> find_member() {
        size_t zeros = 0;
        const bool padded = packing_ == Packing::gzip || packing_ == Packing::xz ||
                            packing_ == Packing::bzip2 || packing_ == Packing::lzop;
        for (size_t run = padded; run != 0; zeros += run) {
            TRY_VOID(look_ahead(1));
            run = std::min(in_.find_first_not_of('\0'), in_.size());
            in_.remove_prefix(run);
        }
        TRY_VOID(look_ahead(kPackingStart));
        if (packing_ == Packing::xz && zeros % 4 != 0) return failed("the zeros after its end are damaged");
        if (in_.empty()) return false;
        const Packing next = packing_of(in_);
        const auto is_lz4 = [](Packing packing) {
            return packing == Packing::lz4 || packing == Packing::lz4_legacy;
        };
        if (packing_ == Packing::lzma || (next != packing_ && !(is_lz4(next) && is_lz4(packing_))))
            return failed("what follows its end is something else");
        packing_ = next;
        return true;
    }

    Result<> go_on(std::span<char>& room) {
        if (decoder_ == nullptr) {
            if (has_member_ && (first_only_ || !TRY(find_member()))) {
                finished_ = true;
                return {};
            }
            has_member_ = true;
            decoder_ = make_decoder(packing_, first_only_);
            if (decoder_ == nullptr) return failed("there is not enough memory to unpack it");
        }
        TRY_VOID(look_ahead(1));
        const size_t left = in_.size();
        const size_t space = room.size();
        const Decoded outcome = decoder_->step(in_, room);
        if (!decoder_->unread.empty()) put_before_input(std::move(decoder_->unread));
        switch (outcome) {
            case Decoded::end:
                decoder_.reset();
                return {};
            case Decoded::fault:
                return failed(decoder_->fault);
            case Decoded::more:
                break;
        }
        if (room.size() != space || in_.size() != left) return {};
        return failed(in_.empty() ? "it ends too early" : "it is damaged");
    }

    std::unique_ptr<ByteStream> packed_;
    Packing packing_ = Packing::none;
    bool first_only_;
    std::string_view in_;
    std::string joined_;  // holds in_ where it had to be put together
    size_t taken_ = 0;
    bool at_end_ = false;
    bool has_member_ = false;
    bool finished_ = false;
    std::unique_ptr<Decoder> decoder_;
    std::optional<Error> late_;  // comes after what was unpacked before it
};

class UnpackedStream final : public ByteStream {
 public:
    UnpackedStream(std::unique_ptr<ByteStream> packed, std::optional<Packing> packing)
        : unpacker_(std::move(packed), false), told_(packing) {}

    Result<std::string_view> next() override {
        if (!told_) told_ = TRY(unpacker_.tell_packing());
        if (*told_ == Packing::none) return unpacker_.pass_on();
        if (room_ == nullptr) {
            unpacker_.set_packing(*told_);
            room_.reset(new char[kRoom]);
        }
        const size_t size = TRY(unpacker_.fill({room_.get(), kRoom}));
        return std::string_view(room_.get(), size);
    }

 private:
    static constexpr size_t kRoom = size_t{128} << 10;
    Unpacker unpacker_;
    std::optional<Packing> told_;
    std::unique_ptr<char[]> room_;
};

Result<FirstMember> unpack_whole(Packing packing, std::string_view packed, size_t limit, size_t expected,
                                 bool first_only) {
    constexpr size_t kStep = size_t{256} << 10;
    const auto too_much = [&] {
        return failure(concat("unpack ", packing_name(packing), " data"), 0,
                       concat("it holds more than ", limit, " bytes"));
    };
    if (packing == Packing::none) {
        if (packed.size() > limit) return too_much();
        return FirstMember{std::string(packed), packed.size()};
    }
    Unpacker unpacker(std::make_unique<TextStream>(packed), first_only);
    unpacker.set_packing(packing);
    FirstMember member;
    std::string& bytes = member.bytes;
    limit = std::min(limit, bytes.max_size() / 2);
    expected = std::min(expected, limit);
    if (packing == Packing::zstd && first_only && expected != 0) {
        bytes.resize(expected);
        if (const auto sizes = decode_zstd_at_once(packed, bytes)) {
            bytes.resize(sizes->unpacked);
            member.packed_size = sizes->packed;
            return member;
        }
        if (expected == limit)
            return failure("unpack zstd data", 0,
                           concat("it is damaged, or holds more than ", limit, " bytes"));
        bytes.clear();
    }
    bytes.resize(expected + 1);  // one more shows what is too much
    size_t used = 0;
    while (const size_t size = TRY(unpacker.fill(std::span(bytes).subspan(used)))) {
        used += size;
        if (used > limit) return too_much();
        if (used == bytes.size()) bytes.resize(std::min(used + kStep, limit + 1));
    }
    bytes.resize(used);
    member.packed_size = unpacker.consumed();
    return member;
}

}  // namespace

std::string_view packing_name(Packing packing) {
    constexpr std::string_view kNames[] = {"plain", "gzip",   "xz",    "lzma", "zstd",
                                           "lz4",   "lz4 -l", "bzip2", "lzop", "deflate"};
    return kNames[static_cast<size_t>(packing)];
}

Packing packing_of(std::string_view start) {
    for (const Magic& magic : kMagics)
        if (start.starts_with(magic.bytes)) return magic.packing;
    if (start.starts_with("BZh") && start.size() >= 10 && start[3] >= '1' && start[3] <= '9' &&
        (start.substr(4, 6) == kBzip2Block || start.substr(4, 6) == kBzip2End))
        return Packing::bzip2;
    if (start.size() >= 4 && (start[0] & 0xf0) == 0x50 && start.substr(1, 3) == kSkippableFrame)
        return Packing::zstd;
    return is_lzma(start) ? Packing::lzma : Packing::none;
}

std::unique_ptr<ByteStream> unpacked(std::unique_ptr<ByteStream> packed, std::optional<Packing> packing) {
    return std::make_unique<UnpackedStream>(std::move(packed), packing);
}

Result<std::string> unpack_all(Packing packing, std::string_view packed, size_t limit, size_t expected) {
    auto whole = unpack_whole(packing, packed, limit, expected, false);
    if (!whole) return std::unexpected(std::move(whole).error());
    return std::move(whole->bytes);
}

Result<FirstMember> unpack_first(Packing packing, std::string_view packed, size_t limit, size_t expected) {
    return unpack_whole(packing, packed, limit, expected, true);
}

Result<std::string> unpack_lz4_block(std::string_view block, size_t size, size_t limit) {
    constexpr size_t kBestRatio = 255;
    constexpr const char* kWhat = "unpack an lz4 block";
    if (size > limit) return failure(kWhat, 0, concat("it holds more than ", limit, " bytes"));
    if (block.size() > LZ4_MAX_INPUT_SIZE || size > LZ4_MAX_INPUT_SIZE || size / kBestRatio > block.size())
        return failure(kWhat, 0, "it is damaged");
    std::string bytes(size, '\0');
    const int got = LZ4_decompress_safe(block.data(), bytes.data(), static_cast<int>(block.size()),
                                        static_cast<int>(size));
    if (got < 0 || static_cast<size_t>(got) != size) return failure(kWhat, 0, "it is damaged");
    return bytes;
}

}  // namespace earlybox
