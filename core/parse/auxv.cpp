// SPDX-License-Identifier: MIT
#include "core/parse/auxv.h"

#include <elf.h>

namespace earlybox {
namespace {

class Words {
 public:
    Words(std::string_view bytes, bool wide) : bytes_(bytes), size_(wide ? 8 : 4) {}

    // Takes the next one off the front; false: there is none.
    bool next(uint64_t& word) {
        if (bytes_.size() < size_) return false;
        word = 0;
        for (unsigned i = size_; i-- != 0;) word = word << 8 | static_cast<unsigned char>(bytes_[i]);
        bytes_.remove_prefix(size_);
        return true;
    }
    bool skip_behind_null() {
        uint64_t word = 1;
        while (word != 0)
            if (!next(word)) return false;
        return true;
    }
    std::string_view rest() const { return bytes_; }

 private:
    std::string_view bytes_;
    unsigned size_;
};

// 32-bit pairs read as one 64-bit word are no type.
bool begins_wide(std::string_view bytes) {
    constexpr uint64_t kLargestType = 0xffff;
    Words words(bytes, true);
    uint64_t type = 0;
    return words.next(type) && type <= kLargestType;
}

}  // namespace

AuxiliaryVector::AuxiliaryVector(std::string_view bytes) : AuxiliaryVector(bytes, begins_wide(bytes)) {}

std::optional<AuxiliaryVector> AuxiliaryVector::on_stack(std::string_view stack, bool wide) {
    Words words(stack, wide);
    uint64_t argument_count = 0;
    if (!words.next(argument_count) || !words.skip_behind_null() || !words.skip_behind_null())
        return std::nullopt;
    const AuxiliaryVector vector(words.rest(), wide);
    if (!vector.find(AT_NULL)) return std::nullopt;
    return vector;
}

std::optional<uint64_t> AuxiliaryVector::find(uint64_t type) const {
    Words words(bytes_, wide_);
    uint64_t found = 0;
    uint64_t value = 0;
    while (words.next(found) && words.next(value)) {
        if (found == type) return value;
        if (found == AT_NULL) break;
    }
    return std::nullopt;
}

}  // namespace earlybox
