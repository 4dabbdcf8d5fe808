// SPDX-License-Identifier: MIT
#include "core/parse/process_files.h"

#include <cstdlib>

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    const ProcessStat stat = parse_process_stat(text);
    promise(text.find(stat.name) != text.npos);
    promise(kilobytes_of(text, "VmRSS") % 1024 == 0);
    promise(std::abs(parse_oom_score_adj(text).value_or(0)) <= kMostOomAdj);
    promise(text.find(memory_cgroup(text)) != text.npos);
}
