// SPDX-License-Identifier: MIT
// The forms of forms.h and call_forms.h as they are stored: names in { } have become numbers of two bytes,
// each with its highest bit set.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "applets/trace-syscall/call_forms.h"

namespace earlybox::trace_syscall {

// All texts live as long as the program and end in a zero byte.
const char* form_text(unsigned number);
const char* form_of(Argument kind);
const char* choose(unsigned choice, uint64_t value);
// Takes a name's number off a form.
inline unsigned take_number(const char*& form) {
    const unsigned high = static_cast<unsigned char>(form[0]) & 0x7f;
    const unsigned low = static_cast<unsigned char>(form[1]) & 0x7f;
    form += 2;
    return high << 7 | low;
}

struct CallPlan {
    const char* text = nullptr;  // nothing: by the arguments' kinds
    Outcome outcome = Outcome::decimal;
};
CallPlan plan_of(std::string_view entry);

// The number of one of kParts.
void stop_compiling_no_such_part();
consteval unsigned part_number(std::string_view name) {
    const auto* found = std::ranges::find(kParts, name);
    if (found == std::end(kParts)) stop_compiling_no_such_part();
    return static_cast<unsigned>(found - std::begin(kParts));
}
consteval unsigned form(std::string_view name) {
    const auto* found = std::ranges::find(kForms, name, &Form::name);
    if (found == std::end(kForms)) stop_compiling_no_such_part();
    return static_cast<unsigned>(found - std::begin(kForms));
}
consteval unsigned choice(std::string_view name) {
    const auto* found = std::ranges::find(kChoices, name, &Choice::name);
    if (found == std::end(kChoices)) stop_compiling_no_such_part();
    return static_cast<unsigned>(found - std::begin(kChoices));
}

}  // namespace earlybox::trace_syscall
