// SPDX-License-Identifier: MIT
// Writes arguments and what lies behind pointers, by forms. Total: whatever cannot be read is shown as the
// address that it was to be read from; nothing read is trusted.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "applets/trace-syscall/call.h"
#include "applets/trace-syscall/style.h"
#include "core/abi/constants.h"
#include "core/base/function_ref.h"

namespace earlybox::trace_syscall {

// Keeps what was read last: a structure's fields are many, reads of another process' memory are dear.
class Pages {
 public:
    void look_at(const RemoteMemory& memory) {
        memory_ = &memory;
        for (Page& page : pages_) page.size = 0;
    }
    // Bytes read, from the first on.
    size_t read(uint64_t address, char* to, size_t size);
    // What can be seen at `address` without another read; empty: nothing.
    std::string_view piece(uint64_t address);

 private:
    static constexpr size_t kPage = 4096;
    struct Page {
        uint64_t address = 0;
        size_t size = 0;
        char bytes[kPage];
    };
    const RemoteMemory* memory_ = nullptr;
    Page pages_[2];
    unsigned oldest_ = 0;
};

// From where numbers are taken: another process' memory, or the arguments themselves.
struct Source {
    uint64_t address = 0;             // of the next byte
    const uint64_t* slots = nullptr;  // or the next argument
    uint64_t begin = 0;               // where the structure begins
};

class Printer {
 public:
    explicit Printer(const Style& style) : style_(style) {}

    // What is written next is about this call, before or after it.
    void look_at(std::string& to, const RemoteMemory& memory, Call& call);
    void look_after(int64_t result) {
        exiting_ = true;
        result_ = result;
    }

    // Writes an argument by a form; false: it is not known yet.
    bool argument(const char* form, unsigned index);
    // The number that a choice depends on: %~'s c and &mask.
    uint64_t selector(const char*& form) const;
    uint64_t raw_argument(unsigned index) const;
    void siginfo_behind(uint64_t address) { siginfo(address); }

    bool failed() const;
    // A signal's information, which belongs to no call, comes as the kernel's own programs see it.
    bool wide() const { return call_ == nullptr || call_->abi == Abi::x86_64; }
    bool is_i386() const { return call_ != nullptr && call_->abi == Abi::i386; }
    // Bytes of a long or a pointer in the structures of the ABI.
    unsigned word() const { return wide() ? 8 : 4; }
    void constant(Constants table, uint64_t value);
    void fd(int number);
    bool take_at(uint64_t address, unsigned size, uint64_t& value) {
        return take_memory(address, size, value);
    }
    void poll_result();
    void select_result();
    void octal(uint64_t bits);
    void io_priority(uint64_t value);
    unsigned clone_parts() const;

 private:
    enum class Way : uint8_t { always, on_success, on_return };

    bool run(const char* form, Source& from);
    bool item(const char*& form, Source& from);
    void number(char letter, unsigned size, const char*& form, Source& from);
    void part(unsigned which, uint64_t value, unsigned size, Source& from);

    unsigned size_of(char code, const Source& from) const;
    uint64_t count_of(char code) const;
    uint64_t take(Source& from, unsigned size);
    int64_t take_signed(Source& from, unsigned size);
    bool take_memory(uint64_t address, unsigned size, uint64_t& value);

    void put(std::string_view text) { *to_ += text; }
    void put(char c) { *to_ += c; }
    void decimal(int64_t value) { append_decimal(*to_, value); }
    void unsigned_number(uint64_t value) { append_unsigned(*to_, value); }
    void hexadecimal(uint64_t value) { append_hex(*to_, value); }
    void address(uint64_t value) { append_address(*to_, value); }
    void behind(uint64_t pointer, FunctionRef<void(Source&)> write);
    void list(uint64_t pointer, uint64_t count, FunctionRef<void(Source&)> write);
    void by_form(unsigned form, uint64_t pointer);

    void path(uint64_t pointer);
    void string(uint64_t pointer);
    void bytes(uint64_t pointer, uint64_t size, Style::Hex hex);
    void file_mode(uint64_t bits);
    void device(uint64_t number);
    void rest_of(Source& from, uint64_t size, Style::Hex hex);

    void strings(uint64_t pointer);
    void environment(uint64_t pointer);
    void iovecs(uint64_t pointer, uint64_t count, uint64_t limit);
    void sockaddr(uint64_t pointer, uint64_t size);
    void length(uint64_t pointer);
    void message(Source& from, bool received, uint64_t bytes_received);
    void control(uint64_t pointer, uint64_t size);
    void messages(uint64_t pointer, uint64_t count, bool received);
    void signal_set(uint64_t pointer, uint64_t size);
    void sigaction(uint64_t pointer, bool old);
    void siginfo(uint64_t pointer);
    void siginfo_fields(Source& from);
    void sigevent(uint64_t pointer);
    void poll_fds(uint64_t pointer, uint64_t count);
    void fd_set(uint64_t pointer, uint64_t width);
    void wait_status(uint64_t pointer);
    void stat(uint64_t pointer, unsigned layout);
    void dirents(uint64_t pointer, uint64_t size, bool wide_fields);
    void stamp_comment(int64_t seconds, int64_t part, unsigned digits);
    void time_pair(int64_t seconds, unsigned size, Source& from, bool micro);
    void clone_args(uint64_t pointer, uint64_t size);
    void clone_part();
    void terminal(uint64_t pointer);
    void cpu_set(uint64_t pointer, uint64_t size);
    void option(uint64_t pointer, uint64_t size);
    void futex(uint64_t operation);
    void wake_operation(uint64_t value);
    void ioctl(uint64_t command);
    void capability_set(uint64_t pointer);
    void internet_address(Source& from, unsigned size);
    void utsname(uint64_t pointer, unsigned field, unsigned fields);
    void clock(int32_t id);
    void statx_mask(uint64_t mask);
    void user_desc(uint64_t pointer);
    void padded_hex(uint64_t value, unsigned width);
    uint64_t set_size() const;
    void node_mask(uint64_t pointer);
    void saved_mask();
    void message_text(uint64_t pointer, uint64_t size);

    const Style& style_;
    Pages pages_;
    std::string* to_ = nullptr;
    Call* call_ = nullptr;
    unsigned index_ = 0;  // of the argument that is written
    unsigned depth_ = 0;  // of forms in forms
    bool exiting_ = false;
    bool unknown_ = false;     // an argument is not known yet
    bool unreadable_ = false;  // what is taken is not there
    int64_t result_ = 0;
    uint64_t last_ = 0;  // number taken
    uint64_t left_ = 0;  // bytes behind the pointer that the call knows of
};

}  // namespace earlybox::trace_syscall
