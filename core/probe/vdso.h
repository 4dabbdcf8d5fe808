// SPDX-License-Identifier: MIT
// The vDSO that this kernel gives to programs (vdso(7)).
#pragma once
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/parse/vdso.h"
#include "core/sys/call_script.h"

namespace earlybox {

// The callers that this build can be or start: a 32-bit build knows only i386.
std::span<const Caller> callers();
const char* caller_name(Caller caller);  // "x86_64", "i386"
// Nothing where the caller's architecture has no such call.
std::optional<uint32_t> call_number(Caller caller, std::string_view name);
// "clock_gettime64"; its number where it has no name.
std::string call_name(Caller caller, uint64_t number);

// As a script makes them. The number of a system call that the architecture has not is that of none.
ScriptedCall system_call(Caller caller, std::string_view name, std::initializer_list<uint64_t> arguments);
ScriptedCall function_call(const VdsoSymbol& function, std::initializer_list<uint64_t> arguments);

// What the kernel gave to a program of the ABI.
class GivenVdso {
 public:
    // The error is that of starting such a program: ENOEXEC where the kernel runs none.
    static Result<GivenVdso> find(Caller caller);

    Caller caller() const { return caller_; }
    const CallerFacts& facts() const { return facts_; }
    bool present() const { return facts_.vdso != 0; }
    // Its kernel has the system calls that count 64-bit seconds (from 5.1 on; 64-bit programs have no
    // others), and the older ones (CONFIG_COMPAT_32BIT_TIME).
    bool time64() const { return time64_; }
    bool time32() const { return time32_; }
    std::string_view image() const { return *image_; }
    // The error says what is damaged.
    const Result<Vdso>& vdso() const { return vdso_; }

    // By its name without the prefix, which differs between architectures: "clock_gettime".
    const VdsoSymbol* function(std::string_view name) const;

 private:
    GivenVdso(const CallScript& script, std::unique_ptr<std::string> image);
    Caller caller_;
    CallerFacts facts_;
    bool time64_ = true;
    bool time32_ = true;
    std::unique_ptr<std::string> image_;  // where it is, its parts stay
    Result<Vdso> vdso_;
};

}  // namespace earlybox
