// SPDX-License-Identifier: MIT
// Any call, with any arguments, over any memory.
#include <string.h>

#include "applets/trace-syscall/decoder.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;
using namespace earlybox::trace_syscall;

namespace {

// The input, at the address that the arguments are likely to hold.
class Input : public RemoteMemory {
 public:
    explicit Input(std::string_view bytes) : bytes_(bytes) {}
    size_t read(uint64_t address, std::span<char> to) const override {
        const uint64_t offset = address & 0xffff;
        if (address >> 16 != 1 || offset >= bytes_.size()) return 0;
        const auto found = bytes_.substr(offset, to.size());
        memcpy(to.data(), found.data(), found.size());
        return found.size();
    }

 private:
    std::string_view bytes_;
};

}  // namespace

void try_text(std::string_view text) {
    struct {
        uint8_t abi, whole;
        uint16_t number;
        uint32_t result;
        uint32_t arguments[6];
    } head;
    if (text.size() < sizeof head) return;
    memcpy(&head, text.data(), sizeof head);
    const Input memory(text.substr(sizeof head));
    Call call{.abi = static_cast<Abi>(head.abi % 3), .number = head.number % 1024U, .row = {}};
    call.row = find_syscall(call.abi, call.number);
    for (size_t i = 0; i < 6; ++i)
        call.arguments[i] =
            (head.arguments[i] & 0x80) != 0 ? 0x10000 + (head.arguments[i] & 0xff7f) : head.arguments[i];
    const Style style{.whole = head.whole % 2 != 0};
    Decoder decoder(style);
    unfold(call, memory);
    std::string line;
    append_name(line, call);
    decoder.begin(memory, call);
    const unsigned printed = decoder.append_entry(line);
    decoder.begin(memory, call, static_cast<int32_t>(head.result));
    decoder.append_exit(line, printed);
    decoder.append_result(line);
    promise(printed <= 6);
    for (const char c : line) promise(c >= ' ' && c < '\x7f');
}
