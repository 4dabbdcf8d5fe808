// SPDX-License-Identifier: MIT
// memory: is there any left? (/proc/meminfo, proc(5))
#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"

namespace earlybox::doctor {
namespace {

std::string megabytes(uint64_t kilobytes) { return concat((kilobytes + 512) / 1024, " MB"); }

Finding run(Examination& examination) {
    const auto meminfo = examination.machine().read(kProcfs, "meminfo");
    if (!meminfo) return not_judged("memory", "/proc/meminfo cannot be read", {one_line(meminfo.error())});
    const auto kilobytes = [&](const char* key) { return number_of(*meminfo, key).value_or(0); };
    const uint64_t total = kilobytes("MemTotal");
    const auto available = number_of(*meminfo, "MemAvailable");
    if (total == 0 || !available) return not_judged("memory", "/proc/meminfo has no MemAvailable");
    const uint64_t swap = kilobytes("SwapFree");
    std::vector<std::string> evidence = {concat("/proc/meminfo: ", megabytes(*available), " of ",
                                                megabytes(total), " available, ", megabytes(swap),
                                                " of swap free")};
    // Small machines kill programs while they still count 6 MB as available; large ones get into trouble
    // earlier.
    constexpr uint64_t kFew = 8'192;  // KB, like all of these
    const uint64_t low = std::max(kFew, std::min<uint64_t>(total / 50, 65'536));
    if (*available + swap >= low)
        return fine("memory", concat(megabytes(*available), " are available"), evidence);
    const uint64_t files = kilobytes("Shmem") + kilobytes("Unevictable");
    evidence.push_back(concat("of it: programs ", megabytes(kilobytes("AnonPages")),
                              ", files in memory (initramfs, tmpfs) ", megabytes(files),
                              ", the kernel's own ", megabytes(kilobytes("SUnreclaim"))));
    return finding(kMemoryLow, Severity::warning, evidence);
}

}  // namespace

const Check check_memory = {"memory", "is there memory left", run};

}  // namespace earlybox::doctor
