// SPDX-License-Identifier: MIT
// What was asked of the page allocator, where a report has only the number: kernels before 4.6 (edf14cdbf9a0
// prints names). Bits and compounds of include/linux/gfp.h: 2.6.31 (b70d94ee438b) to 4.3, and 4.4 and 4.5
// (d0164adc89f6, 71baba4b92dc, 974a786e63c9), which are told by __GFP_KSWAPD_RECLAIM: no older kernel has
// that bit.
#include "core/base/text.h"
#include "core/parse/oom_lines.h"

namespace earlybox {
namespace {

// By bit, from the lowest. "?": its meaning changed within the generation.
constexpr std::string_view kBits[] = {
    "DMA HIGHMEM DMA32 MOVABLE WAIT HIGH IO FS COLD NOWARN REPEAT NOFAIL NORETRY MEMALLOC COMP ZERO NOMEMALLOC "
    "HARDWALL THISNODE RECLAIMABLE ? NOTRACK NO_KSWAPD OTHER_NODE WRITE",
    "DMA HIGHMEM DMA32 MOVABLE RECLAIMABLE HIGH IO FS COLD NOWARN REPEAT NOFAIL NORETRY MEMALLOC COMP ZERO NOMEMALLOC "
    "HARDWALL THISNODE ATOMIC ? NOTRACK DIRECT_RECLAIM OTHER_NODE WRITE KSWAPD_RECLAIM",
};

struct Compound {
    uint32_t bits[2];
    const char* name;
};

constexpr Compound kCompounds[] = {
    {{0x200da, 0x24200ca}, "GFP_HIGHUSER_MOVABLE"},
    {{0x200d2, 0x24200c2}, "GFP_HIGHUSER"},
    {{0x200d0, 0x24200c0}, "GFP_USER"},
    {{0x800d0, 0x24000d0}, "GFP_TEMPORARY"},
    {{0xd0, 0x24000c0}, "GFP_KERNEL"},
    {{0x50, 0x2400040}, "GFP_NOFS"},
    {{0x20, 0x2080020}, "GFP_ATOMIC"},
    {{0x10, 0x2400000}, "GFP_NOIO"},
};

}  // namespace

std::string gfp_flag_names(uint64_t mask) {
    constexpr uint64_t kKswapdReclaim = 0x2000000;
    const size_t generation = (mask & kKswapdReclaim) != 0 ? 1 : 0;
    std::string names;
    const auto add = [&](std::string_view prefix, std::string_view name) {
        append(names, names.empty() ? "" : "|", prefix, name);
    };
    for (const auto& compound : kCompounds) {
        const uint64_t bits = compound.bits[generation];
        if ((mask & bits) != bits) continue;
        add("", compound.name);
        mask &= ~bits;
        break;
    }
    std::string_view bits = kBits[generation];
    for (uint64_t bit = 1; !bits.empty(); bit <<= 1) {
        const auto name = next_word(bits);
        if ((mask & bit) == 0 || name == "?") continue;
        add("__GFP_", name);
        mask &= ~bit;
    }
    if (mask != 0) add("0x", hex(mask));
    return names;
}

}  // namespace earlybox
