// SPDX-License-Identifier: MIT
// A directory of files that is gone when the test is over: what --root reads, what --install writes.
#pragma once
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

class TemporaryTree {
 public:
    TemporaryTree() {
        std::filesystem::create_directories("/tmp");  // a bare guest has none
        char path[] = "/tmp/earlybox-test-XXXXXX";
        if (mkdtemp(path) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", path, {});
        path_ = path;
    }
    ~TemporaryTree() { std::filesystem::remove_all(path_); }
    TemporaryTree(const TemporaryTree&) = delete;
    TemporaryTree& operator=(const TemporaryTree&) = delete;

    const std::string& path() const { return path_; }
    std::string path(const std::string& name) const { return path_ + "/" + name; }

    // Makes the file and the directories that lead to it.
    TemporaryTree& add(const std::string& name, std::string_view content) {
        std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
        std::ofstream(path(name), std::ios::binary) << content;
        return *this;
    }

 private:
    std::string path_;
};
