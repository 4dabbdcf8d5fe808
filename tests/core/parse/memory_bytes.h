// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

#include "core/base/random_access.h"

// Text as a file. Gives no byte more than was asked for, so that a reader that goes beyond is caught by
// sanitizers.
class MemoryBytes : public earlybox::RandomAccess {
 public:
    explicit MemoryBytes(std::string_view text) : text_(text) {}
    uint64_t size() const override { return text_.size(); }
    earlybox::Result<std::string_view> at(uint64_t offset, size_t least) override {
        if (offset > text_.size() || text_.size() - offset < least)
            return earlybox::failure("read beyond the end");
        last_ = text_.substr(offset, least);
        return last_;
    }

 private:
    std::string_view text_;
    std::string last_;  // a copy: what was given before is gone
};
