// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/decoder.h"

#include <algorithm>

namespace earlybox::trace_syscall {
namespace {

bool read_words(const RemoteMemory& memory, uint64_t address, unsigned count, uint64_t* to) {
    uint32_t words[6] = {};
    const size_t size = count * sizeof *words;
    if (address == 0 || memory.read(address, {reinterpret_cast<char*>(words), size}) != size) return false;
    std::copy_n(words, count, to);
    return true;
}

// socketcall's numbers (include/uapi/linux/net.h), and how many arguments lie in memory.
struct SocketCall {
    std::string_view name;
    uint8_t arguments;
};
constexpr SocketCall kSocketCalls[] = {
    {"socket", 3},      {"bind", 3},        {"connect", 3},    {"listen", 2},     {"accept", 3},
    {"getsockname", 3}, {"getpeername", 3}, {"socketpair", 4}, {"send", 4},       {"recv", 4},
    {"sendto", 6},      {"recvfrom", 6},    {"shutdown", 2},   {"setsockopt", 5}, {"getsockopt", 5},
    {"sendmsg", 3},     {"recvmsg", 3},     {"accept4", 4},    {"recvmmsg", 5},   {"sendmmsg", 4},
};
// Calls of their own only here.
constexpr Argument kSend[] = {Argument::fd, Argument::bytes, Argument::size, Argument::message_flags};
constexpr Argument kReceive[] = {Argument::fd, Argument::bytes_out, Argument::size, Argument::message_flags};

void unfold_socketcall(Call& call, const RemoteMemory& memory) {
    const auto which = static_cast<uint32_t>(call.arguments[0]);
    if (which == 0 || which > std::size(kSocketCalls)) return;
    const SocketCall& meant = kSocketCalls[which - 1];
    uint64_t arguments[6] = {};
    if (!read_words(memory, call.arguments[1] & 0xffffffff, meant.arguments, arguments)) return;
    if (const auto row = find_syscall(Abi::i386, meant.name))
        call.row = row;
    else if (const auto wide_row = find_syscall(Abi::x86_64, meant.name))
        call.row = wide_row;
    else
        call.row->name = call.row->entry = meant.name;
    if (meant.name == "send") call.row->arguments = kSend;
    if (meant.name == "recv") call.row->arguments = kReceive;
    std::ranges::copy(arguments, call.arguments);
}

// ipc's numbers (include/uapi/linux/ipc.h): which of its arguments are those of the call that is meant.
struct IpcCall {
    uint8_t number;
    std::string_view name;
    uint8_t arguments[5];
};
constexpr IpcCall kIpcCalls[] = {
    {1, "semop", {1, 4, 2}},      {2, "semget", {1, 2, 3}},
    {3, "semctl", {1, 2, 3, 4}},  {4, "semtimedop", {1, 4, 2, 5}},
    {11, "msgsnd", {1, 4, 2, 3}}, {12, "msgrcv", {1, 4, 2, 5, 3}},
    {13, "msgget", {1, 2}},       {14, "msgctl", {1, 2, 4}},
    {21, "shmat", {1, 4, 2}},     {22, "shmdt", {4}},
    {23, "shmget", {1, 2, 3}},    {24, "shmctl", {1, 2, 4}},
};

void unfold_ipc(Call& call, const RemoteMemory& memory) {
    const uint32_t version = static_cast<uint32_t>(call.arguments[0]) >> 16;
    const auto* meant = std::ranges::find(kIpcCalls, call.arguments[0] & 0xffff, &IpcCall::number);
    const auto row = meant == std::end(kIpcCalls) ? std::nullopt : find_syscall(Abi::x86_64, meant->name);
    if (!row || version != 0) return;
    uint64_t arguments[6] = {};
    for (size_t i = 0; i < std::size(meant->arguments); ++i)
        if (meant->arguments[i] != 0) arguments[i] = call.arguments[meant->arguments[i]];
    constexpr uint8_t kReceive = 12, kControlSemaphores = 3;
    if (meant->number == kReceive) {
        uint64_t pair[2] = {};
        if (!read_words(memory, call.arguments[4] & 0xffffffff, 2, pair)) return;
        arguments[1] = pair[0];
        arguments[3] = pair[1];
    }
    if (meant->number == kControlSemaphores &&
        !read_words(memory, call.arguments[4] & 0xffffffff, 1, &arguments[3]))
        return;
    call.row = row;
    std::ranges::copy(arguments, call.arguments);
}

void unfold_block(Call& call, const RemoteMemory& memory, std::string_view meant, unsigned words) {
    uint64_t arguments[6] = {};
    const auto row = find_syscall(Abi::i386, meant);
    if (!row || !read_words(memory, call.arguments[0] & 0xffffffff, words, arguments)) return;
    const std::string_view name = call.row->name;
    call.row = row;
    call.row->name = name;
    if (meant == "mmap2") call.row->entry = "mmap";  // its offset counts bytes
    std::ranges::copy(arguments, call.arguments);
}

}  // namespace

void append_name(std::string& to, const Call& call) {
    if (call.row) {
        to += call.row->name;
        return;
    }
    to += "syscall_";
    append_hex(to, call.number);
}

void unfold(Call& call, const RemoteMemory& memory) {
    if (call.abi != Abi::i386 || !call.row) return;
    const std::string_view entry = call.row->entry;
    if (entry == "socketcall") unfold_socketcall(call, memory);
    if (entry == "ipc") unfold_ipc(call, memory);
    if (entry == "old_mmap") unfold_block(call, memory, "mmap2", 6);
    if (entry == "old_select") unfold_block(call, memory, "_newselect", 5);
}

void Decoder::begin(const RemoteMemory& memory, Call& call) {
    call_ = &call;
    memory_ = &memory;
    exiting_ = false;
    plan_ = {};
    if (!call.row) return;
    const std::string_view handler = call.row->is_hole() ? call.row->name : call.row->entry;
    const char* entry = handler.data();
    Known& known = known_[(reinterpret_cast<uintptr_t>(entry) >> 2) % std::size(known_)];
    if (known.entry != entry) known = {entry, plan_of(handler)};
    plan_ = known.plan;
}

void Decoder::begin(const RemoteMemory& memory, Call& call, int64_t result) {
    begin(memory, call);
    exiting_ = true;
    result_ = result;
}

Argument Decoder::kind(unsigned index) const {
    return call_->row && index < call_->row->arguments.size() ? call_->row->arguments[index] : Argument::none;
}

bool Decoder::is_silent(unsigned index) const {
    if (index == 0 || plan_.text != nullptr) return false;
    const auto is_half = [&](unsigned i) {
        return kind(i) == Argument::offset_high || kind(i) == Argument::offset_low;
    };
    unsigned halves = 0;  // in front of it
    while (halves < index && is_half(index - halves - 1)) ++halves;
    return is_half(index) && halves % 2 == 1 && kind(index) != kind(index - 1);
}

// Nothing: there is no such argument. A choice that comes last stands for all that follow.
const char* Decoder::form_of_argument(unsigned index, unsigned& slot) {
    slot = index;
    if (!call_->row) return index < 6 ? "%xr" : nullptr;
    if (plan_.text == nullptr)
        return index < call_->row->arguments.size() ? form_of(call_->row->arguments[index]) : nullptr;
    if (call_->row->entry == "clone" && index >= printer_.clone_parts()) return nullptr;
    const char* form = plan_.text;
    for (unsigned i = 0;;) {
        if (form[0] == '%' && form[1] == '~') {
            const char* rest = form + 2;
            const uint64_t value = printer_.selector(rest);
            const char* chosen = choose(take_number(rest), value);
            if (*rest == '\0') {
                if (*chosen == '\0') return nullptr;
                form = chosen;
                continue;
            }
        }
        if (i == index) return form;
        while (*form != '\0' && *form != ';') ++form;
        if (*form == '\0') return nullptr;
        ++form;
        ++i;
    }
}

unsigned Decoder::count() {
    unsigned slot = 0;
    unsigned count = 0;
    std::string nothing;
    printer_.look_at(nothing, *memory_, *call_);
    while (count < 6 && form_of_argument(count, slot) != nullptr) ++count;
    return count;
}

bool Decoder::append_argument(std::string& to, unsigned index) {
    printer_.look_at(to, *memory_, *call_);
    if (exiting_) printer_.look_after(result_);
    unsigned slot = 0;
    const char* form = form_of_argument(index, slot);
    if (form != nullptr && *form == '=') return printer_.argument("%ur", slot);
    return form == nullptr || is_silent(index) || printer_.argument(form, slot);
}

unsigned Decoder::append_entry(std::string& to) {
    printer_.look_at(to, *memory_, *call_);
    for (unsigned i = 0; i < 6; ++i)
        if (kind(i) == Argument::socklen_in_out || kind(i) == Argument::message_out) {
            const uint64_t place = printer_.raw_argument(i);
            const unsigned offset = kind(i) == Argument::message_out ? printer_.word() : 0;
            if (!printer_.take_at(place + offset, 4, call_->length)) call_->length = UINT64_MAX;
        }
    unsigned slot = 0;
    for (unsigned printed = 0;; ++printed) {
        const char* form = printed < 6 ? form_of_argument(printed, slot) : nullptr;
        if (form == nullptr) return printed;
        if (is_silent(printed)) continue;
        const bool joins = *form == '=';
        form += joins ? 1 : 0;
        if (printed != 0 && !joins) to += ", ";
        const size_t before = to.size();
        if (printer_.argument(form, slot)) continue;
        to.resize(before);  // the comma stays: more is to come
        return printed;
    }
}

void Decoder::append_exit(std::string& to, unsigned printed) {
    printer_.look_at(to, *memory_, *call_);
    printer_.look_after(result_);
    unsigned slot = 0;
    const unsigned first = printed;
    for (; printed < 6; ++printed) {
        const char* form = form_of_argument(printed, slot);
        if (form == nullptr) return;
        if (is_silent(printed)) continue;
        const bool joins = *form == '=';
        form += joins ? 1 : 0;
        if (printed != first && !joins) to += ", ";
        printer_.argument(form, slot);
    }
}

void Decoder::append_result(std::string& to) {
    if (is_restart(result_)) {
        to += "? ";
        return append_error(to, static_cast<int>(-result_));
    }
    if (is_error(result_)) {
        to += "-1 ";
        return append_error(to, static_cast<int>(-result_));
    }
    printer_.look_at(to, *memory_, *call_);
    printer_.look_after(result_);
    const auto value = static_cast<uint64_t>(result_);
    const uint64_t shown = call_->abi == Abi::x86_64 ? value : value & 0xffffffff;
    const auto command = static_cast<uint32_t>(call_->arguments[1]);
    const auto append_decimal_result = [&] {
        append_decimal(to, call_->abi == Abi::x86_64 ? result_ : static_cast<int32_t>(value));
    };
    const auto append_flags = [&](std::string_view name, Constants table) {
        append_hex(to, shown);
        to += name;
        printer_.constant(table, value & 0xffffffff);
        to += ')';
    };
    switch (plan_.outcome) {
        case Outcome::address:
            return append_hex(to, shown);
        case Outcome::fd:
            return printer_.fd(static_cast<int>(value));
        case Outcome::octal:
            return printer_.octal(value);
        case Outcome::hex:
            return append_hex(to, shown);
        case Outcome::fd_flags: {
            constexpr uint32_t kDuplicate = 0, kGetFd = 1, kGetFlags = 3, kDuplicateCloexec = 1030,
                               kGetSeals = 1034, kGetSignal = 11, kGetLease = 1025;
            if (command == kGetFlags) return append_flags(" (flags ", constants("open"));
            if (command == kGetSeals && shown != 0) return append_flags(" (seals ", constants("seals"));
            if (command == kGetLease) return append_flags(" (", constants("lock_types"));
            if (command == kDuplicate || command == kDuplicateCloexec)
                return printer_.fd(static_cast<int>(value));
            if (command == kGetFd && shown != 0) return append_flags(" (flags ", constants("fd_flags"));
            if (command == kGetFd || command == kGetSeals) return append_hex(to, shown);
            append_decimal_result();
            if (command != kGetSignal || shown == 0) return;
            to += " (";
            append_signal(to, shown);
            to += ')';
            return;
        }
        case Outcome::personality:
            return append_flags(" (", constants("personalities"));
        case Outcome::membarriers:
            if (call_->arguments[0] == 0 && shown != 0)
                return append_flags(" (", constants("membarrier_commands"));
            return append_decimal_result();
        case Outcome::policy:
            append_decimal_result();
            to += " (";
            printer_.constant(constants("policies"), value & 0xffffffff);
            to += ')';
            return;
        case Outcome::clock_state:
            append_decimal_result();
            to += " (";
            printer_.constant(constants("clock_states"), shown);
            to += ')';
            return;
        case Outcome::timeout:
            append_decimal_result();
            if (result_ == 0) to += " (Timeout)";
            return;
        case Outcome::io_priority:
            append_decimal_result();
            to += " (";
            printer_.io_priority(shown);
            to += ')';
            return;
        case Outcome::entry: {
            append_decimal_result();
            uint64_t number = 0;
            if (!printer_.take_at(printer_.raw_argument(0), 4, number)) return;
            to += " (entry_number=";
            append_decimal(to, static_cast<int32_t>(number));
            to += ')';
            return;
        }
        case Outcome::dumpable: {
            constexpr uint64_t kGetDumpable = 3;
            append_decimal_result();
            if (call_->arguments[0] != kGetDumpable || shown > 2) return;
            to += " (";
            printer_.constant(constants("dump_modes"), shown);
            to += ')';
            return;
        }
        case Outcome::poll:
            append_decimal_result();
            return printer_.poll_result();
        case Outcome::select:
            append_decimal_result();
            return printer_.select_result();
        default:
            return append_decimal_result();
    }
}

void Decoder::append_siginfo(std::string& to, std::string_view bytes) {
    constexpr uint64_t kBegin = 4096;  // any address will do
    class Bytes : public RemoteMemory {
     public:
        explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
        size_t read(uint64_t address, std::span<char> place) const override {
            if (address < kBegin || address - kBegin >= bytes_.size()) return 0;
            const auto found = bytes_.substr(address - kBegin, place.size());
            std::ranges::copy(found, place.begin());
            return found.size();
        }

     private:
        std::string_view bytes_;
    };
    const Bytes memory(bytes);
    Call none{.row = {}};
    printer_.look_at(to, memory, none);
    printer_.siginfo_behind(kBegin);
}

}  // namespace earlybox::trace_syscall
