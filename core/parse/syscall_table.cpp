// SPDX-License-Identifier: MIT
#include "core/parse/syscall_table.h"

#include <string.h>

#include <optional>

#include "core/base/text.h"
#include "core/parse/x86_decoder.h"

namespace earlybox {

namespace {

// Pages that were read are kept: a dispatcher has two or three, and its jump table as many.
class Memory {
 public:
    explicit Memory(ReadPage read_page) : read_page_(read_page) {}

    // As many as `size` bytes, fewer where the memory ends.
    std::string bytes(uint64_t address, size_t size) {
        std::string found;
        while (found.size() < size) {
            const uint64_t at = address + found.size();
            const std::string& here = page(at - at % kKernelPage);
            if (at % kKernelPage >= here.size()) break;
            found += here.substr(at % kKernelPage, size - found.size());
        }
        return found;
    }

 private:
    struct Page {
        uint64_t address;
        std::string bytes;
    };

    const std::string& page(uint64_t address) {
        for (const Page& page : pages_)
            if (page.address == address) return page.bytes;
        constexpr size_t kKept = 64;
        if (pages_.size() == kKept) pages_.clear();
        return pages_.emplace_back(Page{address, read_page_(address)}).bytes;
    }

    ReadPage read_page_;
    std::vector<Page> pages_;
};

using Kind = X86Instruction::Kind;
using Value = std::optional<uint64_t>;  // nothing: not known

enum Register : uint8_t { kRax, kRcx, kRdx, kRbx, kRsp, kRbp, kRsi, kRdi, kR8, kR11 = 11 };

struct Flags {
    bool carry = false;
    bool zero = false;
    bool sign = false;
    bool overflow = false;
};

uint64_t cut(uint64_t value, unsigned width) { return width == 4 ? value & UINT32_MAX : value; }

bool top_bit(uint64_t value, unsigned width) { return (value >> (8 * width - 1) & 1) != 0; }

// Runs a dispatcher for one number: what its registers hold, as far as it follows from the number.
class Walk {
 public:
    Walk(Memory& memory, IsHandler is_handler, uint64_t dispatcher, unsigned number)
        : memory_(memory), is_handler_(is_handler), at_(dispatcher) {
        registers_[kRsi] = number;
    }

    Result<uint64_t> run() {
        constexpr unsigned kSteps = 512;
        for (unsigned step = 0; step < kSteps; ++step) {
            const X86Instruction instruction = decode_x86(memory_.bytes(at_, kLongestX86Instruction));
            const Value next = follow(instruction);
            if (!next)
                return failure(concat("follow the dispatcher of system calls at 0x", hex(at_)), 0,
                               "what stands there does not depend on the number alone");
            if (leads_away_ && is_handler_(*next)) return *next;
            at_ = leads_away_ && instruction.kind == Kind::call ? at_ + instruction.length : *next;
        }
        return failure(concat("follow the dispatcher of system calls to 0x", hex(at_)), 0,
                       "it goes on for too long");
    }

 private:
    // Where the instruction leads; nothing where that is not known.
    Value follow(const X86Instruction& instruction) {
        const uint64_t next = at_ + instruction.length;
        next_ = next;
        leads_away_ = false;
        const bool was_begun = begun_;
        if (instruction.kind != Kind::nop) begun_ = true;
        switch (instruction.kind) {
            case Kind::nop:
            case Kind::push:
                return next;
            case Kind::pop:
                write(instruction.target, 8, {});
                return next;
            case Kind::move:
            case Kind::load_address:
            case Kind::move_sign_extended:
                move(instruction);
                return next;
            case Kind::add:
            case Kind::bitwise_or:
            case Kind::bitwise_and:
            case Kind::subtract:
            case Kind::exclusive_or:
            case Kind::compare:
            case Kind::test:
            case Kind::bit_test:
                calculate(instruction);
                return next;
            case Kind::jump_if: {
                const auto taken = holds(instruction.condition);
                if (!taken) return {};
                leads_away_ = *taken;
                return *taken ? instruction.place(at_) : next;
            }
            case Kind::jump:
            case Kind::call:
                leads_away_ = true;
                // The first call is the function tracer's, which changes nothing.
                if (instruction.kind == Kind::call && was_begun) forget_what_calls_change();
                return instruction.leads_to_fixed_place() ? instruction.place(at_)
                                                          : read(instruction.target, 8);
            case Kind::invalid:
            case Kind::other:
            case Kind::ret:
            case Kind::trap:
                break;
        }
        return {};
    }

    void forget_what_calls_change() {
        for (const Register changed : {kRax, kRcx, kRdx, kRsi, kRdi}) registers_[changed].reset();
        for (unsigned changed = kR8; changed <= kR11; ++changed) registers_[changed].reset();
        flags_.reset();
    }

    Value address_of(const X86Operand& place) const {
        if (place.in_segment) return {};
        uint64_t address = static_cast<uint64_t>(place.value) + (place.counts_from_next ? next_ : 0);
        if (place.base != X86Operand::kNoRegister) {
            if (!registers_[place.base]) return {};
            address += *registers_[place.base];
        }
        if (place.index != X86Operand::kNoRegister) {
            if (!registers_[place.index]) return {};
            address += *registers_[place.index] * place.scale;
        }
        return address;
    }

    // Only widths of 4 and 8 are known.
    Value read(const X86Operand& operand, unsigned width) {
        if (width < 4) return {};
        if (operand.kind == X86Operand::Kind::immediate)
            return cut(static_cast<uint64_t>(operand.value), width);
        if (operand.kind == X86Operand::Kind::reg) {
            const Value value = registers_[operand.reg];
            return value ? Value(cut(*value, width)) : Value();
        }
        const Value address = address_of(operand);
        if (!address) return {};
        const std::string bytes = memory_.bytes(*address, width);
        if (bytes.size() < width) return {};
        uint64_t value = 0;
        memcpy(&value, bytes.data(), width);
        return value;
    }

    void write(const X86Operand& target, unsigned width, Value value) {
        if (target.kind == X86Operand::Kind::reg) registers_[target.reg] = width < 4 ? Value() : value;
    }

    void move(const X86Instruction& instruction) {
        const X86Operand& target = instruction.target;
        const X86Operand& source = instruction.source;
        if (instruction.kind == Kind::move) {
            write(target, instruction.width, read(source, instruction.width));
        } else if (instruction.kind == Kind::load_address) {
            const Value address = address_of(source);
            write(target, instruction.width, address ? Value(cut(*address, instruction.width)) : Value());
        } else {
            const Value value = read(source, 4);
            write(target, 8,
                  value ? Value(static_cast<uint64_t>(int64_t{static_cast<int32_t>(*value)})) : Value());
        }
    }

    void calculate(const X86Instruction& instruction) {
        const unsigned width = instruction.width;
        const bool is_same_register = instruction.target.kind == X86Operand::Kind::reg &&
                                      instruction.source.kind == X86Operand::Kind::reg &&
                                      instruction.target.reg == instruction.source.reg;
        Value left = read(instruction.target, width);
        Value right = read(instruction.source, width);
        if (instruction.kind == Kind::exclusive_or && is_same_register && width >= 4) left = right = 0;
        const bool changes_target = instruction.kind != Kind::compare && instruction.kind != Kind::test &&
                                    instruction.kind != Kind::bit_test;
        if (!left || !right) {
            flags_.reset();
            if (changes_target) write(instruction.target, width, {});
            return;
        }
        if (instruction.kind == Kind::bit_test) {
            flags_ = Flags{.carry = (*left >> (*right % (uint64_t{8} * width)) & 1) != 0};
            return;
        }
        const uint64_t result = combine(instruction.kind, *left, *right, width);
        if (changes_target) write(instruction.target, width, result);
    }

    uint64_t combine(Kind kind, uint64_t left, uint64_t right, unsigned width) {
        Flags flags;
        uint64_t result = 0;
        if (kind == Kind::add) {
            result = cut(left + right, width);
            flags.carry = result < left;
            flags.overflow = top_bit(~(left ^ right) & (left ^ result), width);
        } else if (kind == Kind::subtract || kind == Kind::compare) {
            result = cut(left - right, width);
            flags.carry = left < right;
            flags.overflow = top_bit((left ^ right) & (left ^ result), width);
        } else if (kind == Kind::bitwise_or) {
            result = left | right;
        } else if (kind == Kind::exclusive_or) {
            result = left ^ right;
        } else {
            result = left & right;
        }
        flags.zero = result == 0;
        flags.sign = top_bit(result, width);
        flags_ = flags;
        return result;
    }

    std::optional<bool> holds(uint8_t condition) const {
        if (!flags_) return {};
        const bool is_less = flags_->sign != flags_->overflow;
        constexpr unsigned kParity = 5;
        const unsigned test = condition >> 1;
        if (test == kParity) return {};
        const bool tests[] = {flags_->overflow, flags_->carry, flags_->zero, flags_->carry || flags_->zero,
                              flags_->sign,     false,         is_less,      is_less || flags_->zero};
        return tests[test] != ((condition & 1) != 0);
    }

    Memory& memory_;
    IsHandler is_handler_;
    uint64_t at_;
    uint64_t next_ = 0;
    bool leads_away_ = false;  // the last instruction is a jump that is made, or a call
    bool begun_ = false;       // something else than nops came by
    Value registers_[16];
    std::optional<Flags> flags_;
};

}  // namespace

Result<std::vector<uint64_t>> follow_dispatcher(ReadPage read_page, uint64_t dispatcher, unsigned count,
                                                IsHandler is_handler) {
    Memory memory(read_page);
    std::vector<uint64_t> handlers;
    for (unsigned number = 0; number < count; ++number)
        handlers.push_back(TRY(Walk(memory, is_handler, dispatcher, number).run()));
    return handlers;
}

Result<std::vector<uint64_t>> read_pointer_table(ReadPage read_page, uint64_t table, unsigned count,
                                                 IsHandler is_handler) {
    Memory memory(read_page);
    std::vector<uint64_t> handlers;
    while (handlers.size() < count) {
        uint64_t handler = 0;
        const std::string entry = memory.bytes(table + handlers.size() * sizeof handler, sizeof handler);
        if (entry.size() < sizeof handler) break;
        memcpy(&handler, entry.data(), sizeof handler);
        if (!is_handler(handler)) break;
        handlers.push_back(handler);
    }
    if (handlers.empty())
        return failure(concat("read the system call table at 0x", hex(table)), 0,
                       "no pointer to a system call's handler is there");
    return handlers;
}

}  // namespace earlybox
