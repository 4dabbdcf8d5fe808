// SPDX-License-Identifier: MIT
// earlybox called inside the test program: what it says, and its exit code.
#pragma once
#include <string>
#include <vector>

#include "core/dispatch.h"

struct Outcome {
    int code;
    std::string out;
    std::string err;
};

// The words of the command line, with the name that it is called by: call({"earlybox", "ksyms", "--help"}).
inline Outcome call(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    auto out = earlybox::Output::memory();
    auto err = earlybox::Output::memory();
    const int code = earlybox::dispatch(arguments, out, err);
    return {code, out.text(), err.text()};
}
