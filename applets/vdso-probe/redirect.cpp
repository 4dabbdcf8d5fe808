// SPDX-License-Identifier: MIT
#include "applets/vdso-probe/redirect.h"

namespace earlybox::vdso_probe {
namespace {

using namespace std::string_view_literals;

// What a function call may change: r11 and the flags.
std::string stub(MachineCode code, uint64_t counter, uint64_t offset, uint64_t function) {
    std::string bytes;
    if (code == MachineCode::x86_64) {
        bytes += "\x49\xbb"sv;  // movabs $counter, %r11
        put_number(bytes, counter, 8);
        bytes += "\xf0\x49\xff\x03"sv;  // lock incq (%r11)
    } else {
        bytes += "\xf0\xff\x05"sv;  // lock incl counter
        put_number(bytes, counter, 4);
        bytes += "\x75\x07"sv;      // jnz 1f
        bytes += "\xf0\xff\x05"sv;  // lock incl counter+4
        put_number(bytes, counter + 4, 4);
    }
    return bytes + relative_branch(kJump, offset + bytes.size(), function);  // 1:
}

}  // namespace

Result<Redirection> redirect_to_counters(const Vdso& vdso, MachineCode code, uint64_t counters) {
    return redirect(vdso, [&](size_t index, uint64_t offset, uint64_t function) {
        return stub(code, counters + 8 * index, offset, function);
    });
}

}  // namespace earlybox::vdso_probe
