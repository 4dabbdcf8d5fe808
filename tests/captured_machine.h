// SPDX-License-Identifier: MIT
// A machine that was captured for --root: its /proc holds what is put there.
#pragma once
#include <string_view>

#include "tests/outcome.h"
#include "tests/temporary_tree.h"

struct CapturedMachine : TemporaryTree {
    explicit CapturedMachine(std::string_view kallsyms) { add("proc/kallsyms", kallsyms); }

    // The applet's name and arguments.
    Outcome run(std::vector<std::string> words) const {
        words.insert(words.begin() + 1, {"--root", path()});
        return call(words);
    }
};
