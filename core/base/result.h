// SPDX-License-Identifier: MIT
// What can fail returns Result<T>; an Error says enough for a reader at an emergency shell to act.
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/text.h"

namespace earlybox {

struct Error {
    Error() = default;
    explicit Error(TextView what, int code = 0);
    Error(TextView what, int code, TextView cause, TextView remedy = {});
    // Out of line: an error passes through many small functions.
    Error(const Error&);
    Error(Error&&) noexcept;
    Error& operator=(const Error&);
    Error& operator=(Error&&) noexcept;
    ~Error();

    std::string what;    // what was tried, on what: "open /proc/kallsyms"
    int code = 0;        // errno as the kernel gave it; 0: the kernel was not the one to refuse
    std::string cause;   // what decides it: a Kconfig option, boot parameter, permission (may be empty)
    std::string remedy;  // what to do about it (may be empty)
};

template <class T = void>
using Result = std::expected<T, Error>;

std::unexpected<Error> failure(TextView what, int code = 0);
std::unexpected<Error> failure(TextView what, int code, TextView cause, TextView remedy = {});

// One line for the fact, then one line each for cause and remedy where known; no trailing newline.
// "open /x: No such file or directory (ENOENT)\n  cause: ...\n  try: ..."
std::string describe(const Error& error);

// An error as evidence: what was tried, the kernel's answer, the cause, without line breaks.
std::string one_line(const Error& error);

// "ENOENT"; "errno 4095" for a number without a name.
std::string errno_name(int code);

// An error on its way from one Result to another, moved once.
struct Passed {
    Error& error;
    template <class T>
    operator std::expected<T, Error>() const {
        return std::expected<T, Error>(std::unexpect, std::move(error));
    }
};

}  // namespace earlybox

// The value of a Result, or return its error from the enclosing function.
#define TRY(expression)                                           \
    ({                                                            \
        auto result_ = (expression);                              \
        if (!result_) return ::earlybox::Passed{result_.error()}; \
        std::move(*result_);                                      \
    })

// The same for Result<void>.
#define TRY_VOID(expression)                                      \
    do {                                                          \
        auto result_ = (expression);                              \
        if (!result_) return ::earlybox::Passed{result_.error()}; \
    } while (0)
