// SPDX-License-Identifier: MIT
#include <sys/auxv.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "applets/vdso-probe/redirect.h"
#include "core/parse/elf.h"

using namespace earlybox;
using namespace earlybox::vdso_probe;

namespace {

constexpr size_t kPage = 4096;

// This process' own; empty: vdso=0.
std::string own_image() {
    const auto* image = reinterpret_cast<const char*>(getauxval(AT_SYSINFO_EHDR));
    if (image == nullptr) return {};
    return {image, vdso_size({image, kPage}).value()};
}

std::string patched(std::string image, const Redirection& redirection) {
    for (const auto& patch : redirection.patches) {
        REQUIRE(patch.offset + patch.bytes.size() <= image.size());
        image.replace(patch.offset, patch.bytes.size(), patch.bytes);
    }
    return image;
}

}  // namespace

TEST_CASE("vdso-probe: symbols lead to stubs, and stubs to the functions", "[redirect]") {
    const std::string image = own_image();
    if (image.empty()) return;
    const auto before = parse_vdso(image);
    REQUIRE(before);
    const uint64_t unread = unread_part(image).value();
    const auto code = GENERATE(MachineCode::x86_64, MachineCode::i386);
    const auto redirection = redirect_to_counters(*before, code, 0x12345678);
    REQUIRE(redirection);
    REQUIRE_FALSE(redirection->functions.empty());
    CHECK(std::ranges::find(redirection->functions, "clock_gettime", &Redirection::Function::name) !=
          redirection->functions.end());

    const std::string changed = patched(image, *redirection);
    const ElfImage bytes(changed);
    const auto after = parse_vdso(changed);
    REQUIRE(after);
    REQUIRE(after->symbols.size() == before->symbols.size());
    size_t redirected = 0;
    for (size_t i = 0; i < after->symbols.size(); ++i) {
        const uint64_t from = before->symbols[i].offset;
        const uint64_t to = after->symbols[i].offset;
        if (from == to) continue;
        ++redirected;
        CHECK(to >= unread);
        // "lock inc" of a counter of its own; the jump behind it leads back.
        const bool wide = code == MachineCode::x86_64;
        const unsigned jump = wide ? 14 : 16;
        const uint64_t counter = bytes.number(to + (wide ? 2 : 3), wide ? 8 : 4);
        const auto of_same = [&](const VdsoSymbol& symbol) { return symbol.offset == from; };
        CHECK((counter - 0x12345678) % 8 == 0);
        CHECK((counter - 0x12345678) / 8 < redirection->functions.size());
        CHECK(bytes.number(to + jump, 1) == 0xe9);
        CHECK(to + jump + 5 + static_cast<uint64_t>(static_cast<int32_t>(bytes.number(to + jump + 1, 4))) ==
              from);
        // A function's names stay together.
        const auto first = std::ranges::find_if(before->symbols, of_same) - before->symbols.begin();
        CHECK(after->symbols[static_cast<size_t>(first)].offset == to);
    }
    CHECK(redirected >= redirection->functions.size());
    // The functions themselves, and all else that is in use, stay.
    for (const auto& patch : redirection->patches)
        CHECK((patch.offset >= unread || patch.bytes.size() == (before->wide ? 8 : 4)));

    // Undone, the symbols are as they were, and the stubs that programs may have kept only jump.
    std::string undone = changed;
    for (const auto& patch : undo(*before, *redirection))
        undone.replace(patch.offset, patch.bytes.size(), patch.bytes);
    CHECK(undone.substr(0, unread) == image.substr(0, unread));
    const ElfImage final_bytes(undone);
    for (const auto& function : redirection->functions) {
        CHECK(function.stub % 8 == 0);
        CHECK(final_bytes.number(function.stub, 1) == 0xe9);
        CHECK(function.stub + 5 +
                  static_cast<uint64_t>(static_cast<int32_t>(final_bytes.number(function.stub + 1, 4))) ==
              function.offset);
    }
}

TEST_CASE("vdso-probe: an image without room for stubs is not touched", "[redirect]") {
    const std::string image = own_image();
    if (image.empty()) return;
    const uint64_t unread = unread_part(image).value();
    const auto cut = parse_vdso(std::string_view(image).substr(0, unread + 1));
    REQUIRE(cut);
    CHECK_FALSE(redirect_to_counters(*cut, MachineCode::x86_64, 0));
    CHECK_FALSE(unread_part(std::string_view(image).substr(0, unread)));
    CHECK_FALSE(unread_part(""));
}
