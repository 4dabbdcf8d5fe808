// SPDX-License-Identifier: MIT
#include "core/probe/oom_candidates.h"

#include <unistd.h>

#include <algorithm>

#include "core/base/order.h"
#include "core/parse/process_files.h"
#include "core/sys/file.h"

namespace earlybox {
namespace {

// Nothing where it has ended meanwhile.
std::optional<OomCandidate> read_candidate(Machine& machine, uint64_t pid, bool init_is_spared) {
    const auto read = [&](const char* name) { return machine.read(kProcfs, concat(pid, '/', name)); };
    const auto stat = read("stat");
    const auto score = read("oom_score");
    const auto adjustment = read("oom_score_adj");
    if (!stat || !score || !adjustment) return std::nullopt;
    const ProcessStat known = parse_process_stat(*stat);
    const std::string status = read("status").value_or("");
    const std::string cgroup = read("cgroup").value_or("");
    OomCandidate process{.pid = pid,
                         .name = std::string(known.name),
                         .score = parse_number(trimmed(*score)).value_or(0),
                         .adjustment = parse_oom_score_adj(trimmed(*adjustment)).value_or(0),
                         .resident = kilobytes_of(status, "VmRSS"),
                         .swapped = kilobytes_of(status, "VmSwap"),
                         .page_tables = kilobytes_of(status, "VmPTE"),
                         .cgroup = std::string(memory_cgroup(cgroup)),
                         .kernel_thread = known.kernel_thread,
                         .start = known.start};
    process.never = known.kernel_thread                  ? "kernel thread"
                    : pid == 1 && init_is_spared         ? "init"
                    : process.adjustment == -kMostOomAdj ? "adj is -1000"
                    : known.zombie && process.score == 0 ? "has ended"
                                                         : nullptr;
    return process;
}

// Only the first process of the whole machine is spared, not a container's.
bool is_initial_namespace(Machine& machine) {
    constexpr std::string_view kInitial = "pid:[4026531836]";  // PROC_PID_INIT_INO
    if (!machine.live()) return true;
    const auto directory = machine.directory(kProcfs);
    char link[64];
    const ssize_t length = directory ? readlinkat(*directory, "self/ns/pid", link, sizeof link) : -1;
    return length < 0 || std::string_view(link, static_cast<size_t>(length)) == kInitial;
}

// The kernel kills who has the most points, of equals the one that was started last (oom_evaluate_task).
void rank(std::vector<OomCandidate>& processes, uint64_t limit, bool by_score) {
    put_in_order(processes, [=](const OomCandidate& a, const OomCandidate& b) {
        if ((a.never == nullptr) != (b.never == nullptr)) return a.never == nullptr;
        if (a.never != nullptr) return a.pid < b.pid;
        if (by_score && a.score != b.score) return a.score > b.score;
        const int64_t more = oom_badness(a, limit) - oom_badness(b, limit);
        if (more != 0) return more > 0;
        return a.start != b.start ? a.start > b.start : a.pid > b.pid;
    });
}

}  // namespace

int64_t oom_badness(const OomCandidate& process, uint64_t limit) {
    const auto page = static_cast<uint64_t>(getpagesize());
    const auto thousandth = static_cast<int64_t>(limit / page / kMostOomAdj * page);
    return static_cast<int64_t>(process.resident + process.swapped + process.page_tables) +
           process.adjustment * thousandth;
}

Result<OomCandidates> oom_candidates(Machine& machine) {
    const int directory = TRY(machine.directory(kProcfs));
    const auto names = TRY(list_directory_at(directory, ".", kProcfs.mount_point));
    const std::string memory = machine.read(kProcfs, "meminfo").value_or("");
    OomCandidates found{.memory = kilobytes_of(memory, "MemTotal"),
                        .swap = kilobytes_of(memory, "SwapTotal")};
    const bool init_is_spared = is_initial_namespace(machine);
    for (const auto& name : names)
        if (const auto pid = parse_number(name))
            if (auto process = read_candidate(machine, *pid, init_is_spared))
                found.processes.push_back(std::move(*process));
    rank(found.processes, found.memory + found.swap, true);
    return found;
}

void rank_within(std::vector<OomCandidate>& processes, uint64_t limit) { rank(processes, limit, false); }

void add_fields(Record& record, const OomCandidate& process) {
    record.add("pid", process.pid)
        .add("name", process.name)
        .add("score", process.score)
        .add("adj", process.adjustment)
        .add("rss", process.resident)
        .add("swap", process.swapped)
        .add("cgroup", process.cgroup);
}

}  // namespace earlybox
