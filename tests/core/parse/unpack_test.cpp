// SPDX-License-Identifier: MIT
#include "core/parse/unpack.h"

#include <catch2/catch.hpp>

#include "core/base/text.h"
#include "tests/embed.h"

using namespace earlybox;
using namespace std::string_view_literals;

EMBED(short_gz, "tests/fixtures/unpack/short.gz")
EMBED(short_xz, "tests/fixtures/unpack/short.xz")
EMBED(short_lzma, "tests/fixtures/unpack/short.lzma")
EMBED(short_zst, "tests/fixtures/unpack/short.zst")
EMBED(short_lz4, "tests/fixtures/unpack/short.lz4")
EMBED(short_lz4_legacy, "tests/fixtures/unpack/short.lz4-legacy")
EMBED(short_bz2, "tests/fixtures/unpack/short.bz2")
EMBED(short_lzo, "tests/fixtures/unpack/short.lzo")
EMBED(long_gz, "tests/fixtures/unpack/long.gz")
EMBED(long_xz, "tests/fixtures/unpack/long.xz")
EMBED(long_lzma, "tests/fixtures/unpack/long.lzma")
EMBED(long_zst, "tests/fixtures/unpack/long.zst")
EMBED(long_lz4, "tests/fixtures/unpack/long.lz4")
EMBED(long_lz4_legacy, "tests/fixtures/unpack/long.lz4-legacy")
EMBED(long_bz2, "tests/fixtures/unpack/long.bz2")
EMBED(long_lzo, "tests/fixtures/unpack/long.lzo")
EMBED(calls_xz, "tests/fixtures/unpack/calls.xz")

namespace {

constexpr size_t kLimit = 1 << 20;

struct Fixture {
    Packing packing;
    std::string_view short_text;
    std::string_view long_text;
    bool has_checksum = true;
};

std::vector<Fixture> fixtures() {
    return {
        {Packing::gzip, short_gz(), long_gz()},
        {Packing::xz, short_xz(), long_xz()},
        {Packing::lzma, short_lzma(), long_lzma(), false},
        {Packing::zstd, short_zst(), long_zst()},
        {Packing::lz4, short_lz4(), long_lz4()},
        {Packing::lz4_legacy, short_lz4_legacy(), long_lz4_legacy(), false},
        {Packing::bzip2, short_bz2(), long_bz2()},
        {Packing::lzop, short_lzo(), long_lzo()},
    };
}

std::string short_text() {
    std::string text;
    for (int i = 1; i <= 100; ++i) append(text, i, '\n');
    return text;
}

std::string long_text() {
    std::string text;
    while (text.size() < 600'000) text += "0123456789\n";
    text.resize(600'000);
    return text;
}

// Text that comes in pieces of `size` bytes, none of which outlives the next.
class Pieces final : public ByteStream {
 public:
    Pieces(std::string_view text, size_t size) : text_(text), size_(size) {}
    Result<std::string_view> next() override {
        piece_ = std::string(text_.substr(0, size_));
        text_.remove_prefix(piece_.size());
        piece_.shrink_to_fit();
        return piece_;
    }

 private:
    std::string_view text_;
    size_t size_;
    std::string piece_;
};

struct Outcome {
    std::string text;
    std::optional<Error> error;
};

Outcome read_to_the_end(ByteStream& stream) {
    Outcome outcome;
    while (true) {
        const auto piece = stream.next();
        if (!piece) {
            outcome.error = piece.error();
            const auto after = stream.next();
            REQUIRE(after);
            REQUIRE(after->empty());
            return outcome;
        }
        if (piece->empty()) return outcome;
        outcome.text += *piece;
    }
}

Outcome unpacked_in_pieces(std::string_view packed, size_t size, std::optional<Packing> packing = {}) {
    return read_to_the_end(*unpacked(std::make_unique<Pieces>(packed, size), packing));
}

}  // namespace

TEST_CASE("unpack: every packing, told by its content", "[unpack]") {
    for (const auto& fixture : fixtures()) {
        INFO(packing_name(fixture.packing));
        CHECK(packing_of(fixture.short_text) == fixture.packing);
        CHECK(packing_of(fixture.long_text.substr(0, kPackingStart)) == fixture.packing);
        const auto text = unpack_all(fixture.packing, fixture.short_text, kLimit);
        REQUIRE(text);
        CHECK(*text == short_text());
        const auto large = unpack_all(fixture.packing, fixture.long_text, kLimit, 600'000);
        REQUIRE(large);
        CHECK((*large == long_text()));
    }
    CHECK(packing_of("") == Packing::none);
    CHECK(packing_of("\x1f\x8b") == Packing::none);
    CHECK(packing_of("BZh9 is how this line begins") == Packing::none);
    CHECK(packing_of("]    not lzma, but its first byte") == Packing::none);
    CHECK(packing_of(std::string(100, '\0')) == Packing::none);
}

TEST_CASE("unpack: streams in pieces of any size", "[unpack]") {
    for (const auto& fixture : fixtures())
        for (const size_t size : {1, 2, 3, 7, 64, 1000, 100'000}) {
            INFO(packing_name(fixture.packing) << ", pieces of " << size);
            const auto small = unpacked_in_pieces(fixture.short_text, size);
            CHECK_FALSE(small.error);
            CHECK(small.text == short_text());
            const auto large = unpacked_in_pieces(fixture.long_text, size, fixture.packing);
            CHECK_FALSE(large.error);
            CHECK((large.text == long_text()));
        }
    const std::string plain = short_text();
    for (const size_t size : {1, 7, 1000}) CHECK(unpacked_in_pieces(plain, size).text == plain);
    CHECK(unpacked_in_pieces("", 1).text.empty());
}

TEST_CASE("unpack: kernel images' xz has a filter for x86 code", "[unpack]") {
    std::string code;
    for (uint32_t i = 0; i < 300; ++i) {
        const uint32_t target = 0x10000 - 8 * i;
        code += '\xe8';
        for (unsigned shift = 0; shift < 32; shift += 8) code += static_cast<char>(target >> shift);
        code += "abc";
    }
    const auto unpacked = unpack_all(Packing::xz, calls_xz(), kLimit);
    REQUIRE(unpacked);
    CHECK((*unpacked == code));
}

TEST_CASE("unpack: the limit is what may come out", "[unpack]") {
    const size_t size = short_text().size();
    for (const auto& fixture : fixtures()) {
        INFO(packing_name(fixture.packing));
        CHECK(unpack_all(fixture.packing, fixture.short_text, size));
        CHECK(unpack_all(fixture.packing, fixture.short_text, SIZE_MAX));
        for (const size_t limit : {size_t{0}, size_t{1}, size - 1}) {
            const auto refused = unpack_all(fixture.packing, fixture.short_text, limit);
            REQUIRE_FALSE(refused);
            CHECK(refused.error().cause == concat("it holds more than ", limit, " bytes"));
        }
        CHECK_FALSE(unpack_all(fixture.packing, fixture.long_text, 599'999));
    }
    CHECK(unpack_all(Packing::none, "abc", 3) == "abc");
    CHECK_FALSE(unpack_all(Packing::none, "abc", 2));
}

TEST_CASE("unpack: members that follow each other are one stream", "[unpack]") {
    for (const auto& fixture : fixtures()) {
        if (fixture.packing == Packing::lzma) continue;
        INFO(packing_name(fixture.packing));
        const std::string both = concat(fixture.short_text, fixture.long_text, fixture.short_text);
        for (const size_t size : {1, 5, 1'000'000}) {
            const auto outcome = unpacked_in_pieces(both, size);
            CHECK_FALSE(outcome.error);
            CHECK((outcome.text == short_text() + long_text() + short_text()));
        }
    }
    const auto mixed = unpacked_in_pieces(concat(short_lz4_legacy(), short_lz4(), short_lz4_legacy()), 3);
    CHECK_FALSE(mixed.error);
    CHECK(mixed.text == short_text() + short_text() + short_text());
    const auto skipped = unpacked_in_pieces(concat("\x53\x2a\x4d\x18\x03\0\0\0abc"sv, short_zst()), 3);
    CHECK_FALSE(skipped.error);
    CHECK(skipped.text == short_text());
}

TEST_CASE("unpack: a second block of lz4 -l", "[unpack]") {
    const std::string_view block = short_lz4_legacy().substr(4);
    const auto outcome = unpacked_in_pieces(concat(short_lz4_legacy(), block, block), 10);
    CHECK_FALSE(outcome.error);
    CHECK(outcome.text == short_text() + short_text() + short_text());
}

TEST_CASE("unpack: zeros after the end are padding where the tool says so", "[unpack]") {
    for (const auto& fixture : fixtures()) {
        INFO(packing_name(fixture.packing));
        const bool padded = fixture.packing == Packing::gzip || fixture.packing == Packing::xz ||
                            fixture.packing == Packing::bzip2 || fixture.packing == Packing::lzop;
        const auto outcome = unpacked_in_pieces(concat(fixture.short_text, "\0\0\0\0"sv), 3);
        CHECK(outcome.text == short_text());
        CHECK(outcome.error.has_value() == !padded);
        if (!padded) continue;
        const auto both = unpacked_in_pieces(concat(fixture.short_text, "\0\0\0\0"sv, fixture.short_text), 3);
        CHECK_FALSE(both.error);
        CHECK(both.text == short_text() + short_text());
    }
    const auto odd = unpacked_in_pieces(concat(short_xz(), "\0\0\0"sv), 100);
    CHECK(odd.text == short_text());
    CHECK(odd.error);
}

TEST_CASE("unpack: what follows the end and is no member is an error, after all the text", "[unpack]") {
    for (const auto& fixture : fixtures()) {
        INFO(packing_name(fixture.packing));
        const auto outcome = unpacked_in_pieces(concat(fixture.short_text, "something else"), 50);
        CHECK(outcome.text == short_text());
        REQUIRE(outcome.error);
        CHECK(outcome.error->what ==
              concat("unpack ", packing_name(fixture.packing), " data, at byte ", fixture.short_text.size()));
    }
}

TEST_CASE("unpack: the first member alone, and how long it is", "[unpack]") {
    const std::string_view size_as_kernels_append_it = "\x24\x01\0\0"sv;
    for (const auto& fixture : fixtures())
        for (const auto& tail : {""sv, size_as_kernels_append_it, "\0\0\0\0\0\0"sv, "\xff\xff\xff\xff code"sv,
                                 fixture.long_text}) {
            if (fixture.packing == Packing::lz4_legacy && tail.starts_with("\x24\x01"))
                continue;  // the same as the beginning of a block that is cut off; see below
            INFO(packing_name(fixture.packing) << " and " << tail.size() << " bytes");
            const auto first = unpack_first(fixture.packing, concat(fixture.short_text, tail), kLimit);
            REQUIRE(first);
            CHECK(first->bytes == short_text());
            CHECK(first->packed_size == fixture.short_text.size());
        }
    const auto cut =
        unpack_first(Packing::lz4_legacy, concat(short_lz4_legacy(), size_as_kernels_append_it), kLimit);
    REQUIRE(cut);
    CHECK(cut->bytes == short_text());
    CHECK(cut->packed_size == short_lz4_legacy().size());
}

TEST_CASE("unpack: cut off anywhere, what was there comes first and then the error", "[unpack]") {
    for (const auto& fixture : fixtures())
        for (size_t size = 0; size < fixture.short_text.size(); ++size) {
            if (fixture.packing == Packing::lz4_legacy && size == 4) continue;  // a whole stream: no block
            INFO(packing_name(fixture.packing) << ", cut at " << size);
            const auto outcome = unpacked_in_pieces(fixture.short_text.substr(0, size), 33, fixture.packing);
            CHECK(short_text().starts_with(outcome.text));
            REQUIRE(outcome.error);
            CHECK(outcome.error->what ==
                  concat("unpack ", packing_name(fixture.packing), " data, at byte ", size));
            CHECK(outcome.error->cause == "it ends too early");
        }
}

TEST_CASE("unpack: what lies before the damage is delivered", "[unpack]") {
    for (const auto& fixture : fixtures()) {
        INFO(packing_name(fixture.packing));
        std::string both = concat(fixture.short_text, fixture.short_text);
        both.resize(both.size() - 20);
        const auto outcome = unpacked_in_pieces(both, 64, fixture.packing);
        CHECK(outcome.text.starts_with(short_text()));
        CHECK(outcome.error);
    }
    // gzip, xz and lzma give more than whole blocks.
    for (const auto& [packing, packed] : {std::pair{Packing::gzip, long_gz()}, {Packing::lzma, long_lzma()}})
        CHECK(unpacked_in_pieces(packed.substr(0, packed.size() / 2), 64, packing).text.size() > 10'000);
    CHECK(unpacked_in_pieces(long_lz4().substr(0, 1300), 5000).text.size() == 4 * 65536);
    CHECK(unpacked_in_pieces(long_lzo().substr(0, 3000), 5000).text.size() == 2 * 262144);
}

TEST_CASE("unpack: flipped bits are errors where there is a checksum", "[unpack]") {
    for (const auto& fixture : fixtures())
        for (size_t bit = 0; bit < fixture.short_text.size() * 8; bit += 7) {  // each of the eight
            std::string damaged(fixture.short_text);
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
            const auto text = unpack_all(fixture.packing, damaged, kLimit);
            INFO(packing_name(fixture.packing) << ", bit " << bit);
            if (!text)
                CHECK(
                    text.error().what.starts_with(concat("unpack ", packing_name(fixture.packing), " data")));
            else if (fixture.has_checksum)
                CHECK(*text == short_text());  // a bit of a time, of a name
        }
}

TEST_CASE("unpack: the error says what is wrong", "[unpack]") {
    const auto cause = [](Packing packing, std::string_view packed) {
        const auto text = unpack_all(packing, packed, kLimit);
        return text ? "" : text.error().cause;
    };
    const auto with_byte = [](std::string_view text, size_t at, char byte) {
        std::string changed(text);
        changed[at] = byte;
        return changed;
    };
    CHECK(cause(Packing::gzip, "plain text") == "it is damaged (incorrect header check)");
    CHECK(cause(Packing::gzip, with_byte(short_gz(), short_gz().size() - 8, 'x')) ==
          "it is damaged (incorrect data check)");
    CHECK(cause(Packing::zstd, with_byte(short_zst(), short_zst().size() - 1, 'x')) ==
          "its checksum is wrong: it is damaged");
    CHECK(cause(Packing::lz4, with_byte(short_lz4(), short_lz4().size() - 1, 'x')) ==
          "its checksum is wrong: it is damaged");
    CHECK(cause(Packing::lzop, with_byte(short_lzo(), 60, 'x')) == "its checksum is wrong: it is damaged");
    // Windows: a dictionary of 1.5 GiB (lzma), of 256 MiB (zstd).
    CHECK(cause(Packing::lzma, "\x5d\0\0\0\x60\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0"sv) ==
          "unpacking it needs a window of more than 128 MiB");
    CHECK(cause(Packing::zstd, "\x28\xb5\x2f\xfd\0\x90\0\0\0\0\0\0"sv) ==
          "unpacking it needs a window of more than 128 MiB");
    CHECK(cause(Packing::zstd, "\x28\xb5\x2f\xfd\x01\x58\x07\0\0\0\0\0"sv) ==
          "it is packed in a way that is not supported");  // with dictionary 7
}

TEST_CASE("unpack: deflate without a container", "[unpack]") {
    const std::string_view raw = short_gz().substr(10, short_gz().size() - 18);
    const auto text = unpack_all(Packing::deflate, raw, kLimit);
    REQUIRE(text);
    CHECK(*text == short_text());
}

TEST_CASE("unpack: one lz4 block", "[unpack]") {
    const std::string_view block = short_lz4_legacy().substr(8);
    const std::string expected = short_text();
    const auto text = unpack_lz4_block(block, expected.size(), kLimit);
    REQUIRE(text);
    CHECK(*text == expected);
    CHECK_FALSE(unpack_lz4_block(block, expected.size() - 1, kLimit));
    CHECK_FALSE(unpack_lz4_block(block, expected.size() + 1, kLimit));
    CHECK_FALSE(unpack_lz4_block(block, expected.size(), expected.size() - 1));
    CHECK_FALSE(unpack_lz4_block("", 0, 0));
    CHECK_FALSE(unpack_lz4_block(block, SIZE_MAX, SIZE_MAX));
}
