// SPDX-License-Identifier: MIT
// The machine under examination: the live one, with or without /proc and /sys mounted, or a captured tree
// (--root).
#pragma once
#include <string>
#include <vector>

#include "core/abi/filesystems.h"
#include "core/base/fd.h"
#include "core/base/result.h"

namespace earlybox {

class Machine {
 public:
    explicit Machine(std::string root) : root_(std::move(root)) {}

    bool live() const { return root_.empty(); }
    const std::string& root() const { return root_; }

    // A directory descriptor on the file system: where it is mounted, else a detached mount that lives as
    // long as this object. The error says which Kconfig option or privilege is missing.
    Result<int> directory(const PseudoFilesystem& file_system);

    // A file in it: open(kProcfs, "kallsyms").
    Result<Fd> open(const PseudoFilesystem& file_system, const std::string& path, int flags = 0);
    Result<std::string> read(const PseudoFilesystem& file_system, const std::string& path);

 private:
    struct Directory {
        const PseudoFilesystem* file_system;
        Fd descriptor;
    };
    std::string root_;
    std::vector<Directory> directories_;
};

}  // namespace earlybox
