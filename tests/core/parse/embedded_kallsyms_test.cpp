// SPDX-License-Identifier: MIT
#include "core/parse/embedded_kallsyms.h"

#include <catch2/catch.hpp>

#include "tests/kernel_image_builder.h"

using namespace earlybox;
using namespace earlybox::test;

namespace {

constexpr size_t kEnough = 700;  // three markers

std::vector<NamedSymbol> all_of(const EmbeddedKallsyms& tables, std::string_view image) {
    std::vector<NamedSymbol> symbols;
    tables.for_each(image, [&](const Symbol& symbol) {
        symbols.push_back({symbol.address, symbol.type, std::string(symbol.name)});
    });
    return symbols;
}

void check_found(const std::vector<NamedSymbol>& symbols, const SmallImage& image,
                 const KallsymsLayout& layout) {
    INFO(layout.name);
    for (const unsigned word : {0U, layout.word}) {
        const auto found = EmbeddedKallsyms::find(image.bytes, image.segments, word);
        if (!found) INFO(describe(found.error()));
        REQUIRE(found);
        CHECK(found->word() == layout.word);
        CHECK(found->addresses() == layout.addresses);
        CHECK((all_of(*found, image.bytes) == symbols));  // too many to be shown
    }
}

}  // namespace

TEST_CASE("symbols are found in every layout") {
    for (const KallsymsLayout& layout : kKallsymsLayouts) {
        const auto symbols = some_symbols(layout, kEnough);
        check_found(symbols, image_with(symbols, layout), layout);
    }
}

TEST_CASE("names of more than 127 tokens have two bytes of length, or before 6.1 one") {
    for (const KallsymsLayout& layout : kKallsymsLayouts) {
        auto symbols = some_symbols(layout, kEnough);
        symbols[300].name = std::string(200, 'q');
        symbols[400].name = std::string(127, 'q');  // with its type 128
        if (layout.long_names) symbols[500].name = std::string(500, 'q');
        check_found(symbols, image_with(symbols, layout), layout);
    }
}

TEST_CASE("without knowing where the image is loaded, symbols are found all the same") {
    for (const KallsymsLayout& layout : kKallsymsLayouts) {
        INFO(layout.name);
        const auto symbols = some_symbols(layout, kEnough);
        const auto image = image_with(symbols, layout);
        const auto found = EmbeddedKallsyms::find(image.bytes, {}, 0);
        REQUIRE(found);
        auto seen = all_of(*found, image.bytes);
        // What is relative to its place is then relative to the image's beginning.
        if (layout.addresses == place_relative)
            for (auto& symbol : seen) symbol.address += image.segments[0].address;
        CHECK((seen == symbols));
    }
}

TEST_CASE("257 symbols are the least") {
    const KallsymsLayout& layout = kKallsymsLayouts[0];
    const auto find = [&](size_t count) {
        const auto symbols = some_symbols(layout, count);
        return EmbeddedKallsyms::find(image_with(symbols, layout).bytes, {}, 8).has_value();
    };
    CHECK(find(257));
    CHECK_FALSE(find(256));
}

TEST_CASE("what is missing is named") {
    const auto cause = [](std::string_view image) {
        const auto found = EmbeddedKallsyms::find(image, {}, 0);
        REQUIRE_FALSE(found);
        return found.error().cause;
    };
    CHECK_THAT(cause(""), Catch::Contains("CONFIG_KALLSYMS"));
    CHECK_THAT(cause(std::string(100000, '\0')), Catch::Contains("CONFIG_KALLSYMS"));

    for (const KallsymsLayout& layout : kKallsymsLayouts) {
        INFO(layout.name);
        const auto symbols = some_symbols(layout, kEnough);
        std::string image = image_with(symbols, layout).bytes;
        const auto found = EmbeddedKallsyms::find(image, {}, 0);
        REQUIRE(found);

        std::string without_names = image;
        const size_t tokens = image.find(std::string_view("0\0001\0002\0", 6));
        without_names.replace(kInFront, tokens - 200 - kInFront, tokens - 200 - kInFront, '\0');
        CHECK_THAT(cause(without_names), Catch::Contains("its tokens are at"));

        auto unsorted = symbols;
        std::swap(unsorted[100].address, unsorted[600].address);
        CHECK_THAT(cause(image_with(unsorted, layout).bytes), Catch::Contains("names 700 symbols"));
    }
}

TEST_CASE("symbols that lie outside of what is loaded are no symbols") {
    const KallsymsLayout& layout = kKallsymsLayouts[0];
    const auto symbols = some_symbols(layout, kEnough);
    auto image = image_with(symbols, layout);
    image.segments[0].address += 1 << 30;
    CHECK_FALSE(EmbeddedKallsyms::find(image.bytes, image.segments, 8));
}

TEST_CASE("a truncated or damaged image gives symbols or an error") {
    for (const KallsymsLayout& layout : kKallsymsLayouts) {
        const auto symbols = some_symbols(layout, kEnough);
        const auto image = image_with(symbols, layout);
        size_t refused = 0;
        for (size_t size = 0; size < image.bytes.size(); size += 997)
            refused +=
                EmbeddedKallsyms::find(std::string_view(image.bytes).substr(0, size), image.segments, 0) ? 0
                                                                                                         : 1;
        CHECK(refused > 0);
        for (size_t at = kInFront; at < image.bytes.size(); at += 131) {
            std::string flipped = image.bytes;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
            const auto found = EmbeddedKallsyms::find(flipped, image.segments, layout.word);
            if (found) CHECK(all_of(*found, flipped).size() <= found->size());
        }
    }
}
