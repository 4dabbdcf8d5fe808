// SPDX-License-Identifier: MIT
// What a check is, what it may ask, and what it answers.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "core/abi/findings.h"
#include "core/probe/kconfig.h"
#include "core/probe/machine.h"
#include "core/probe/syscalls.h"
#include "core/sys/process.h"

namespace earlybox::doctor {

enum class Severity : uint8_t { ok, note, warning, failure };
const char* severity_name(Severity severity);

struct Finding {
    const char* id;
    Severity severity;
    std::string title;
    std::vector<std::string> evidence;
    std::string cause = {};
    std::string effect = {};
    std::string fix = {};
    bool judged = true;  // false: a precondition was missing, so that `ok` says nothing
};

Finding fine(const char* id, std::string title, std::vector<std::string> evidence = {});
Finding finding(const Diagnosis& diagnosis, Severity severity, std::vector<std::string> evidence);
// A precondition of the check is missing: nothing is wrong by that.
Finding not_judged(const char* id, std::string_view why, std::vector<std::string> evidence = {});

inline constexpr const char* kCaptured = "a captured machine is not alive";

// An error as evidence: what was tried, the kernel's answer, the cause, without line breaks.
std::string one_line(const Error& error);

// The number on the line of `text` that begins with `key` and a colon or space: "MemFree:  123 kB", "oom_kill
// 0".
std::optional<uint64_t> number_of(std::string_view text, std::string_view key);
// Without spaces and newlines at its end.
std::string_view trimmed(std::string_view text);
// "a, b, c and 4 more"
std::string few_of(const std::vector<std::string>& names, size_t most);

struct LogLine {
    uint64_t microseconds;  // since boot
    std::string text;
    std::string evidence() const;
};

// How the tiny i386 program ended, and what it wrote: the vDSO that it was given.
struct Ia32Run {
    Result<ChildEnd> end;  // the error of starting it: ENOEXEC where the kernel refuses its format
    std::string vdso;
    bool ran() const;
    bool has_vdso() const;
};
Ia32Run run_ia32_program();

// The facts that several checks need, each found out once.
class Examination {
 public:
    explicit Examination(std::string root) : machine_(std::move(root)) {}
    Machine& machine() { return machine_; }
    bool live() const { return machine_.live(); }

    const Result<Handlers>& handlers();
    const Result<KernelConfiguration>& configuration();
    // The value of a boot parameter; nothing if it is not given, or the command line cannot be read.
    std::optional<std::string> boot_parameter(std::string_view name);
    const Ia32Run& ia32_run();
    bool runs_ia32() { return ia32_run().ran(); }
    // This process lives in a PID namespace of its own: consoles and boot parameters are the host's affair.
    bool in_container();
    // What the kernel itself logged that contains one of `parts`, oldest first.
    Result<std::vector<LogLine>> logged(std::initializer_list<std::string_view> parts);
    // A program of the machine's own of this kind (ELF class, machine); nothing if none of the usual ones is.
    std::optional<std::string> program_on_disk(char elf_class, char elf_machine);
    // "CONFIG_X is not set (/proc/config.gz)"; nothing where the configuration is not known.
    std::optional<std::string> configured(const char* option);

 private:
    Machine machine_;
    std::optional<Result<Handlers>> handlers_;
    std::optional<Result<KernelConfiguration>> configuration_;
    std::optional<Ia32Run> ia32_run_;
};

struct Check {
    const char* id;
    const char* about;  // what it looks at
    Finding (*run)(Examination&);
};

extern const Check check_clock_wall, check_clocksource, check_cmdline, check_console, check_entropy,
    check_ia32_exec, check_memory, check_oom_kills, check_pseudo_fs, check_root_fs, check_seccomp,
    check_symbols, check_syscalls_64, check_time32, check_time64, check_tracing, check_tty, check_vdso_32,
    check_vdso_64, check_x32;

}  // namespace earlybox::doctor
