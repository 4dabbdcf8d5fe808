// SPDX-License-Identifier: MIT
#include "core/parse/process_files.h"

#include <algorithm>

#include "core/base/text.h"

namespace earlybox {

ProcessStat parse_process_stat(std::string_view stat) {
    constexpr uint64_t kKernelThread = 0x200000;  // PF_KTHREAD
    constexpr unsigned kState = 3, kFlags = 9, kStart = 22;
    ProcessStat process;
    const size_t open = stat.find('(');
    const size_t close = stat.rfind(')');
    if (open >= close || close == stat.npos) return process;
    process.name = stat.substr(open + 1, close - open - 1);
    std::string_view rest = stat.substr(close + 1);
    rest = rest.substr(0, rest.find('\n'));
    for (unsigned field = kState; field <= kStart; ++field) {
        const auto word = next_word(rest);
        const uint64_t value = parse_number(word).value_or(0);
        if (field == kState) process.zombie = word == "Z" || word == "X";
        if (field == kFlags) process.kernel_thread = (value & kKernelThread) != 0;
        if (field == kStart) process.start = value;
    }
    return process;
}

std::optional<int> parse_oom_score_adj(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto number = parse_number(text);
    if (!number || *number > kMostOomAdj) return std::nullopt;
    return negative ? -static_cast<int>(*number) : static_cast<int>(*number);
}

std::optional<uint64_t> number_of(std::string_view text, std::string_view key) {
    for (std::string_view line; next_line(text, line);) {
        if (!line.starts_with(key)) continue;
        line.remove_prefix(key.size());
        if (line.starts_with(':')) line.remove_prefix(1);
        const bool whole_key = line.starts_with(' ') || line.starts_with('\t');
        if (whole_key) return parse_number(next_word(line));
    }
    return std::nullopt;
}

uint64_t kilobytes_of(std::string_view text, std::string_view key) {
    const uint64_t number = number_of(text, key).value_or(0);
    return number <= UINT64_MAX / 1024 ? number * 1024 : 0;
}

std::string_view memory_cgroup(std::string_view cgroup) {
    std::string_view unified;
    for (std::string_view line; next_line(cgroup, line);) {
        const size_t first = line.find(':');
        const size_t second = first == line.npos ? first : line.find(':', first + 1);
        if (second == line.npos) continue;
        std::string_view controllers = line.substr(first + 1, second - first - 1);
        const std::string_view path = line.substr(second + 1);
        if (line.starts_with("0:") && controllers.empty()) unified = path;
        while (!controllers.empty()) {
            const auto controller = controllers.substr(0, controllers.find(','));
            if (controller == "memory") return path;
            controllers.remove_prefix(std::min(controllers.size(), controller.size() + 1));
        }
    }
    return unified;
}

}  // namespace earlybox
