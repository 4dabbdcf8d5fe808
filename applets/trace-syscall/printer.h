// SPDX-License-Identifier: MIT
// Writes what lies behind the pointers of a call: structures of every ABI's width, each as strace writes it.
// Whatever cannot be read is shown as the address that it was to be read from.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "applets/trace-syscall/style.h"
#include "core/abi/constants.h"
#include "core/abi/syscalls.h"
#include "core/base/text.h"

namespace earlybox::trace_syscall {

// Bytes of a structure, copied from another process once: fields are taken off its front, in order.
class Fields {
 public:
    Fields(std::string bytes, unsigned word) : bytes_(std::move(bytes)), word_(word) {}
    uint64_t take(unsigned size);  // unsigned; zero behind the end
    int64_t take_signed(unsigned size);
    uint64_t word() { return take(word_); }
    int64_t signed_word() { return take_signed(word_); }
    void skip(unsigned size) { at_ += size; }
    std::string_view bytes(unsigned size);

 private:
    std::string bytes_;
    size_t at_ = 0;
    unsigned word_;
};

class Printer {
 public:
    Printer(std::string& to, const Style& style, const RemoteMemory& memory, Abi abi)
        : to_(to), style_(style), memory_(memory), abi_(abi) {}

    template <class... Parts>
    void put(const Parts&... parts) {
        append(to_, parts...);
    }
    const Style& style() const { return style_; }
    Abi abi() const { return abi_; }
    bool wide() const { return abi_ == Abi::x86_64; }
    // Bytes of a long or a pointer in the structures of the ABI.
    unsigned word() const { return wide() ? 8 : 4; }

    void address(uint64_t value) { append_address(to_, value); }
    void fd(int number) { append_fd(to_, style_, number); }
    void dirfd(int number);
    void value(const ConstantTable& names, uint64_t value) { to_ += names.describe(value); }
    void mode(uint32_t bits);       // 0644
    void file_mode(uint32_t bits);  // S_IFREG|0644
    void device(uint64_t number);

    const RemoteMemory& memory() const { return memory_; }
    // `size` bytes at `address`; nothing where they cannot be read.
    std::optional<Fields> copy(uint64_t address, size_t size) const;
    // The same, but where that fails writes the address.
    std::optional<Fields> fields(uint64_t address, size_t size);

    void path(uint64_t address);
    void string(uint64_t address);  // zero-terminated
    void bytes(uint64_t address, uint64_t size);
    void string_list(uint64_t address);
    void environment(uint64_t address);
    // `count` numbers of `size` bytes; `write_one` writes each. At most as many as -s says.
    template <class WriteOne>
    void array(uint64_t address, uint64_t count, unsigned size, WriteOne&& write_one);

    // A structure whose form is a text with a place for each of its numbers, in their order: %d signed, %u
    // unsigned, %x in hexadecimal, %p an address, %f by the next of `names`, %_ skipped; behind it the size
    // in bytes, w for a word of the ABI, t for `time_field`, a for what aligns the next word behind four
    // bytes.
    void structure(uint64_t address, std::string_view form, unsigned time_field = 0,
                   std::initializer_list<const ConstantTable*> names = {});

    void timespec(uint64_t address, unsigned field);
    void timespec_pair(uint64_t address, unsigned field);
    void timeval(uint64_t address);
    void timeval_pair(uint64_t address);
    void timezone(uint64_t address);
    void itimerval(uint64_t address);
    void itimerspec(uint64_t address, unsigned field);
    void utimbuf(uint64_t address);
    void time(uint64_t address);
    void timex(uint64_t address, unsigned field);

    void number_behind(uint64_t address, unsigned size, bool is_signed);  // [3]
    void fd_pair(uint64_t address);
    void wait_status(uint64_t address);
    void stat(uint64_t address, Argument kind);
    void statx(uint64_t address);
    void statfs(uint64_t address, bool large);
    void sockaddr(uint64_t address, uint64_t size);
    void message(uint64_t address, std::optional<uint64_t> received);
    void messages(uint64_t address, uint64_t count, bool received);
    void iovecs(uint64_t address, uint64_t count, std::optional<uint64_t> limit);
    void signal_set(uint64_t address, uint64_t size);
    void pselect_signal_set(uint64_t address);
    void sigaction(uint64_t address, bool old);
    void siginfo(uint64_t address);
    void signal_stack(uint64_t address);
    void epoll_event(uint64_t address);
    void epoll_events(uint64_t address, uint64_t count);
    void poll_fds(uint64_t address, uint64_t count);
    void fd_set(uint64_t address, uint64_t width);
    void rlimit(uint64_t address, unsigned field);
    void rusage(uint64_t address);
    void tms(uint64_t address);
    void sysinfo(uint64_t address);
    void utsname(uint64_t address, unsigned field, unsigned fields);
    void clone_args(uint64_t address, uint64_t size);
    void open_how(uint64_t address);
    void mount_attributes(uint64_t address);
    void sched_param(uint64_t address);
    void sched_attr(uint64_t address);
    void dirents(uint64_t address, uint64_t size, bool wide_fields);
    void window_size(uint64_t address);
    void terminal(uint64_t address);
    void segment(uint64_t address);  // struct user_desc
    void file_lock(uint64_t address, bool large, bool with_holder);

    // Of siginfo's bytes; also what a signal's own line shows.
    void siginfo_fields(std::string_view bytes);

 private:
    void filled(std::string_view form, Fields& fields, unsigned time_field,
                std::initializer_list<const ConstantTable*> names);
    unsigned old_time_field() const { return abi_ == Abi::i386 ? 4 : 8; }
    void one_utime(Fields& fields, unsigned field);
    void one_iovec(Fields& fields, uint64_t& left);
    void one_message(Fields& fields, std::optional<uint64_t> received);
    void one_epoll_event(Fields& fields);
    // How many of `count` are shown.
    uint64_t shown(uint64_t count) const;

    std::string& to_;
    const Style& style_;
    const RemoteMemory& memory_;
    Abi abi_;
};

// "S_IFREG|0644", "makedev(0x8, 0x1)" and other texts of single numbers.
std::string device_text(uint64_t number);
// "STATX_ALL|STATX_MNT_ID"
std::string statx_mask_text(uint64_t mask);
// "2026-11-22T16:40:00+0000", "2026-11-22T16:40:00.123456789+0000"
std::string stamp_text(int64_t seconds, int64_t nanoseconds = 0);
// "{WIFEXITED(s) && WEXITSTATUS(s) == 0}"
std::string wait_status_text(uint32_t status);

template <class WriteOne>
void Printer::array(uint64_t address, uint64_t count, unsigned size, WriteOne&& write_one) {
    const uint64_t wanted = shown(count);
    std::string bytes(wanted * size, '\0');
    const size_t got = address == 0 || wanted == 0 ? 0 : memory_.read(address, bytes) / size;
    if (address == 0 || (got == 0 && count != 0)) return this->address(address);
    Fields fields(std::move(bytes), word());
    to_ += '[';
    for (uint64_t i = 0; i < got; ++i) {
        if (i != 0) to_ += ", ";
        write_one(fields);
    }
    if (got < wanted)
        append(to_, ", ... /* 0x", hex(address + got * size), " */");
    else if (wanted < count)
        to_ += ", ...";
    to_ += ']';
}

}  // namespace earlybox::trace_syscall
