// SPDX-License-Identifier: MIT
#include "core/parse/lzo.h"

#include <cstdint>
#include <cstring>

namespace earlybox {
namespace {

class Lzo1x {
 public:
    Lzo1x(std::string_view packed, std::span<char> room) : in_(packed), out_(room) {}

    std::optional<size_t> run() {
        unsigned code = byte();
        if (code > 17) {  // only the first byte can say this
            const unsigned literals = code - 17;
            copy_literals(literals);
            literals_ = literals < 4 ? literals : kLongRun;
            code = byte();
        }
        while (good_ && instruction(code)) code = byte();
        return good_ && at_ == in_.size() ? std::optional(size_) : std::nullopt;
    }

 private:
    static constexpr unsigned kLongRun = 4;  // stands for every number of literals above three

    unsigned byte() {
        if (at_ < in_.size()) return static_cast<unsigned char>(in_[at_++]);
        good_ = false;
        return 0;
    }

    // A length that did not fit its instruction: zero bytes count 255 each.
    size_t longer(size_t base) {
        unsigned last = 0;
        while (good_ && (last = byte()) == 0) base += 255;
        return base + last;
    }

    void copy_literals(size_t length) {
        if (length > in_.size() - at_ || length > out_.size() - size_) {
            good_ = false;
            return;
        }
        memcpy(out_.data() + size_, in_.data() + at_, length);
        at_ += length;
        size_ += length;
    }

    // `after`: how many literals follow the match.
    void copy_match(size_t distance, size_t length, unsigned after) {
        if (distance > size_ || length > out_.size() - size_) {
            good_ = false;
            return;
        }
        // The match may overlap what it writes.
        for (const size_t end = size_ + length; size_ < end; ++size_) out_[size_] = out_[size_ - distance];
        copy_literals(after);
        literals_ = after;
    }

    // False at the end of the stream.
    bool instruction(unsigned code) {
        if (code >= 64) {  // LLLDDDSS, or 01LDDDSS
            const size_t length = code >= 128 ? 5 + (code >> 5 & 3) : 3 + (code >> 5 & 1);
            const size_t high = byte();
            copy_match((high << 3) + (code >> 2 & 7) + 1, length, code & 3);
        } else if (code >= 32) {  // 001LLLLL, DDDDDDSS DDDDDDDD
            const size_t length = 2 + ((code & 31) != 0 ? code & 31 : longer(31));
            const unsigned low = byte();
            const size_t high = byte();
            copy_match((high << 6) + (low >> 2) + 1, length, low & 3);
        } else if (code >= 16) {  // 0001HLLL, DDDDDDSS DDDDDDDD
            const size_t length = 2 + ((code & 7) != 0 ? code & 7 : longer(7));
            const unsigned low = byte();
            const size_t high = byte();
            const size_t distance = (size_t{code & 8} << 11) + (high << 6) + (low >> 2);
            if (distance == 0) {
                good_ = good_ && length == 3;
                return false;
            }
            copy_match(16384 + distance, length, low & 3);
        } else if (literals_ == 0) {  // 0000LLLL
            copy_literals(3 + (code != 0 ? code : longer(15)));
            literals_ = kLongRun;
        } else {  // 0000DDSS: what it means depends on the literals before it
            const size_t high = byte();
            const size_t near = (high << 2) + (code >> 2) + 1;
            if (literals_ == kLongRun)
                copy_match(2048 + near, 3, code & 3);
            else
                copy_match(near, 2, code & 3);
        }
        return good_;
    }

    std::string_view in_;
    std::span<char> out_;
    size_t at_ = 0;
    size_t size_ = 0;
    unsigned literals_ = 0;  // how many the last instruction copied
    bool good_ = true;
};

}  // namespace

std::optional<size_t> unpack_lzo1x(std::string_view packed, std::span<char> room) {
    return Lzo1x(packed, room).run();
}

}  // namespace earlybox
