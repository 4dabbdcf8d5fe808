// SPDX-License-Identifier: MIT
// What a check is, what it may ask, and what it answers.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "core/abi/findings.h"
#include "core/parse/process_files.h"
#include "core/probe/clocksource.h"
#include "core/probe/kconfig.h"
#include "core/probe/kernel_log.h"
#include "core/probe/machine.h"
#include "core/probe/syscalls.h"
#include "core/probe/vdso.h"
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

// "a, b, c and 4 more"
std::string few_of(const std::vector<std::string>& names, size_t most);

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
    const Result<Clocksource>& clocksource();
    // What the kernel gives to programs of the ABI; the error is that of starting one.
    const Result<GivenVdso>& given_vdso(Caller caller);
    bool runs_ia32() { return given_vdso(Caller::i386).has_value(); }
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
    std::optional<Result<Clocksource>> clocksource_;
    std::optional<Result<GivenVdso>> given_vdsos_[2];  // by Caller
};

// What programs of the ABI are given, called and judged.
Finding judged_vdso(Examination& examination, Caller caller, const char* id, const char* title);

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
