// SPDX-License-Identifier: MIT
// One row per option: it feeds parsing (over getopt_long), --help and the tests that lint it.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/text.h"

namespace earlybox {

struct OptionSpec {
    char letter;          // 0: only the long name
    const char* name;     // without dashes
    const char* metavar;  // nullptr: a flag; "[WHEN]": may be left out, and follows -x or --name= directly
    const char* help;
    bool (*store)(void* options, const char* argument);  // nullptr: none was given; false: it makes no sense
};

inline bool store_option(bool& flag, const char*) { return flag = true; }
inline bool store_option(std::string& text, const char* argument) { return text = argument, true; }
inline bool store_option(std::vector<std::string>& list, const char* argument) {
    return list.emplace_back(argument), true;
}
inline bool store_option(std::optional<uint64_t>& number, const char* argument) {
    return (number = parse_number(argument)).has_value();
}

template <class Owner, class Type>
Owner member_owner(Type Owner::*);

// Owner is there for its linkage: g++ 12 does not see that a pointer to a member of an anonymous namespace's
// type is internal, and the linker would merge the options of applets whose members have the same name.
template <class Owner, auto Member>
bool store_member(void* options, const char* argument) {
    return store_option(static_cast<Owner*>(options)->*Member, argument);
}

// A row whose value lands in a member: option<&Options::list>('l', "list", nullptr, "...").
template <auto Member>
constexpr OptionSpec option(char letter, const char* name, const char* metavar, const char* help) {
    return {letter, name, metavar, help, store_member<decltype(member_owner(Member)), Member>};
}

struct BoundOption {
    const OptionSpec* spec;
    void* target;
};

enum class OperandOrder {
    anywhere,  // options may follow operands
    command,   // everything from the first operand on belongs to a command
};

// Stores every option of `arguments` (without the program's name; reordered so that operands come last) and
// returns the operands. The error is a usage error: `what` names the argument, `remedy` a likely meaning.
Result<std::span<char*>> parse_options(std::span<char*> arguments, std::span<const BoundOption> options,
                                       OperandOrder order);

}  // namespace earlybox
