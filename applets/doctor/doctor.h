// SPDX-License-Identifier: MIT
// What a check is, what it may ask, and what it answers.
#pragma once
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
};

Finding fine(const char* id, std::string title, std::vector<std::string> evidence = {});
Finding finding(const Diagnosis& diagnosis, Severity severity, std::vector<std::string> evidence);

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
    // Whether the kernel starts i386 programs (a tiny one was started).
    bool runs_ia32();
    // "CONFIG_X is not set (/proc/config.gz)"; nothing where the configuration is not known.
    std::optional<std::string> configured(const char* option);

   private:
    Machine machine_;
    std::optional<Result<Handlers>> handlers_;
    std::optional<Result<KernelConfiguration>> configuration_;
    std::optional<bool> runs_ia32_;
};

// Starts a tiny i386 program; how it ended, or the error of starting it (ENOEXEC: the kernel refuses its format).
Result<ChildEnd> start_ia32_program();
inline constexpr int kIa32ProgramStatus = 42;  // what it exits with

struct Check {
    const char* id;
    const char* about;  // what it looks at
    Finding (*run)(Examination&);
};

extern const Check check_pseudo_fs, check_ia32_exec, check_time32, check_time64;

}  // namespace earlybox::doctor
