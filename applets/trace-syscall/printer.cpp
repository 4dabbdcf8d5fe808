// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/printer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <tuple>
#include <utility>

#include "applets/trace-syscall/internet_address.h"
#include "applets/trace-syscall/packed_forms.h"
#include "core/base/result.h"

namespace earlybox::trace_syscall {
namespace {

constexpr uint64_t kMost = 65536;  // of anything that a process says it has
constexpr unsigned kDeepest = 12;  // form in a form

std::string_view until_zero(std::string_view text) { return text.substr(0, text.find('\0')); }

void append_big(std::string& to, uint64_t value, unsigned size) {
    uint64_t turned = 0;
    for (unsigned i = 0; i < size; ++i) turned = turned << 8 | (value >> (8 * i) & 0xff);
    append_unsigned(to, turned);
}

}  // namespace

size_t Pages::read(uint64_t address, char* to, size_t size) {
    size_t done = 0;
    while (done < size) {
        const auto found = piece(address + done);
        if (found.empty()) break;
        const size_t part = std::min(size - done, found.size());
        memcpy(to + done, found.data(), part);
        done += part;
    }
    return done;
}

std::string_view Pages::piece(uint64_t address) {
    for (const Page& page : pages_)
        if (address >= page.address && address - page.address < page.size)
            return std::string_view(page.bytes, page.size).substr(address - page.address);
    Page& page = pages_[oldest_];
    oldest_ ^= 1;
    page.address = address;
    page.size = memory_->read(address, std::span(page.bytes).first(kPage - address % kPage));
    return {page.bytes, page.size};
}

void Printer::look_at(std::string& to, const RemoteMemory& memory, Call& call) {
    to_ = &to;
    call_ = &call;
    pages_.look_at(memory);
    exiting_ = false;
    unreadable_ = false;
    depth_ = 0;
}

bool Printer::failed() const { return exiting_ && is_error(result_); }

uint64_t Printer::raw_argument(unsigned index) const {
    const uint64_t value = index < 6 ? call_->arguments[index] : 0;
    return call_->abi == Abi::i386 ? value & 0xffffffff : value;
}

bool Printer::argument(const char* form, unsigned index) {
    index_ = index;
    unknown_ = false;
    Source from{.slots = &call_->arguments[index]};
    run(form, from);
    return !unknown_;
}

bool Printer::take_memory(uint64_t address, unsigned size, uint64_t& value) {
    value = 0;
    return pages_.read(address, reinterpret_cast<char*>(&value), size) == size;
}

uint64_t Printer::take(Source& from, unsigned size) {
    uint64_t value = 0;
    if (from.slots != nullptr) {
        value = *from.slots++;
        if (size < 8) value &= (uint64_t{1} << (8 * size)) - 1;
    } else {
        if (!take_memory(from.address, size, value)) unreadable_ = true;
        from.address += size;
    }
    return last_ = value;
}

int64_t Printer::take_signed(Source& from, unsigned size) {
    const uint64_t value = take(from, size);
    if (size == 8) return static_cast<int64_t>(value);
    const uint64_t sign = uint64_t{1} << (8 * size - 1);
    return static_cast<int64_t>((value ^ sign) - sign);
}

unsigned Printer::size_of(char code, const Source& from) const {
    switch (code) {
        case 'r':
        case 't':
            return is_i386() ? 4 : 8;
        case 'w':
            return from.slots != nullptr && !is_i386() ? 8 : word();
        default:
            return static_cast<unsigned>(code - '0');
    }
}

uint64_t Printer::count_of(char code) const {
    const auto result = static_cast<uint64_t>(result_);
    switch (code) {
        case 'N':
            return raw_argument(index_ + 1);
        case 'P':
            return raw_argument(index_ - 1) & 0xffffffff;
        case 'R':
            return std::min(result, raw_argument(index_ + 1));
        case 'E':
            return result;
        case 'G':
            return std::min(raw_argument(index_ - 1) & 0xffffffff, result);
        case 'L':
            return last_;
        default:
            return raw_argument(static_cast<unsigned>(code - '0'));
    }
}

uint64_t Printer::selector(const char*& form) const {
    uint64_t value = count_of(*form++);
    if (*form != '&') return value;
    uint64_t mask = 0;
    while (*++form != '.')
        mask = mask << 4 | static_cast<unsigned>(*form <= '9' ? *form - '0' : *form - 'a' + 10);
    ++form;
    return value & mask;
}

bool Printer::run(const char* form, Source& from) {
    if (depth_ == kDeepest) return true;
    ++depth_;
    bool goes_on = true;
    while (goes_on && !unreadable_ && *form != '\0' && *form != ';') {
        const char* text = form;
        while (*form != '\0' && *form != '%' && *form != ';') ++form;
        to_->append(text, form);
        if (*form == '%') goes_on = item(++form, from);
    }
    --depth_;
    return goes_on;
}

// False: the form ends here.
bool Printer::item(const char*& form, Source& from) {
    Way way = Way::always;
    if (*form == '>' || *form == '<') way = *form++ == '>' ? Way::on_success : Way::on_return;
    const char letter = *form++;
    switch (letter) {
        case '.':
            if (style_.whole) return true;
            put(", ...}");
            return false;
        case '^':
            if (!failed()) return true;
            put('}');
            return false;
        case '(':
            if (!style_.whole)
                for (form += 2; form[-2] != '%' || form[-1] != ')';) ++form;
            return true;
        case ')':
            return true;
        case '@': {
            unsigned offset = 0;
            while (*form != '.') offset = offset * 10 + static_cast<unsigned>(*form++ - '0');
            ++form;
            if (from.slots != nullptr)
                from.slots = &call_->arguments[index_ = offset];
            else
                from.address = from.begin + offset;
            return true;
        }
        case 'a':
            from.address += word() - 4;
            return true;
        case '{':
            run(form_text(take_number(form)), from);
            return true;
        case '~': {
            const uint64_t value = selector(form);
            run(choose(take_number(form), value), from);
            return true;
        }
        default:
            break;
    }
    const unsigned size = size_of(*form++, from);
    if (way != Way::always && !exiting_) {
        unknown_ = true;
        return false;
    }
    if (letter != '*' && letter != '[' && letter != '!' && letter != 'B' && letter != 's' && letter != 'S') {
        number(letter, size, form, from);
        return true;
    }
    const unsigned name = letter == '*' || letter == '[' || letter == '!' ? take_number(form) : 0;
    const char operand = letter == '[' || letter == 'B' ? *form++ : '\0';
    const uint64_t value = size == 0 ? 0 : take(from, size);
    if (unreadable_) return false;
    if (way == Way::on_success && failed()) {
        address(value);
        return true;
    }
    switch (letter) {
        case '*':
            by_form(name, value);
            break;
        case '[':
            list(value, count_of(operand), [&](Source& element) { run(form_text(name), element); });
            break;
        case 'B':
            bytes(value, count_of(operand), style_.hex);
            break;
        case 's':
            path(value);
            break;
        case 'S':
            string(value);
            break;
        default:
            part(name, value, size, from);
    }
    return true;
}

void Printer::number(char letter, unsigned size, const char*& form, Source& from) {
    const auto table = letter == 'c' || letter == 'n' || letter == 'h'
                           ? static_cast<Constants>(take_number(form))
                           : Constants{};
    if (letter == 'd') {
        const int64_t value = take_signed(from, size);
        if (!unreadable_) decimal(value);
        return;
    }
    const uint64_t value = take(from, size);
    if (unreadable_) return;
    const auto small = static_cast<int32_t>(value);
    switch (letter) {
        case 'u':
            return unsigned_number(value);
        case 'x':
            return hexadecimal(value);
        case 'p':
            return address(value);
        case 'o':
            return octal(value);
        case 'M':
            return file_mode(value);
        case 'D':
            return device(value);
        case 'f':
        case 'F':
            return fd(small);
        case 'i':
            return value == (size == 2 ? UINT16_MAX : UINT32_MAX) ? put("-1") : unsigned_number(value);
        case 'g':
            return append_signal(*to_, value);
        case 'c':
            return constant(table, value);
        case 'n':
            if (!append_constant_name(*to_, table, value)) decimal(small);
            return;
        case 'h':
            if (!append_constant_name(*to_, table, value)) hexadecimal(value);
            return;
        default:
            return;
    }
}

void Printer::constant(Constants table, uint64_t value) {
    if (style_.constants == Style::Constants::names) return append_constants(*to_, table, value);
    hexadecimal(value);
    if (style_.constants == Style::Constants::numbers) return;
    const size_t before = to_->size();
    put(" /* ");
    const size_t name = to_->size();
    append_constants(*to_, table, value);
    if (to_->find("/*", name) != to_->npos || to_->compare(name, 2, "0x") == 0 || (*to_)[name] == '0')
        to_->resize(before);
    else
        put(" */");
}

// What lies at a pointer, or where that cannot be read the pointer.
void Printer::behind(uint64_t pointer, FunctionRef<void(Source&)> write) {
    const bool was = std::exchange(unreadable_, pointer == 0 || style_.pointers);
    const size_t before = to_->size();
    Source from{.address = pointer, .begin = pointer};
    if (!unreadable_) write(from);
    if (unreadable_) {
        to_->resize(before);
        address(pointer);
    }
    unreadable_ = was;
}

void Printer::by_form(unsigned form, uint64_t pointer) {
    behind(pointer, [&](Source& from) { run(form_text(form), from); });
}

// "[one, two]"; "[one, ... /* 0x7f0000001000 */]" where the rest cannot be read; "[one, ...]" where it is not
// shown.
void Printer::list(uint64_t pointer, uint64_t count, FunctionRef<void(Source&)> write) {
    if (pointer == 0 || style_.pointers) return address(pointer);
    const bool was = std::exchange(unreadable_, false);
    const size_t before = to_->size();
    const uint64_t shown = std::min(count, style_.whole ? kMost : uint64_t{style_.string_limit});
    put('[');
    Source from{.address = pointer, .begin = pointer};
    uint64_t i = 0;
    for (; i < shown; ++i) {
        const uint64_t here = from.begin = from.address;
        const size_t written = to_->size();
        if (i != 0) put(", ");
        write(from);
        if (!unreadable_) continue;
        to_->resize(written);
        if (i == 0) break;
        put(", ... /* ");
        address(here);
        put(" */");
        break;
    }
    if (unreadable_ && i == 0) {
        to_->resize(before);
        address(pointer);
    } else {
        if (!unreadable_ && shown < count) put(shown == 0 ? "..." : ", ...");
        put(']');
    }
    unreadable_ = was;
}

// --- single numbers
// -------------------------------------------------------------------------------------------

void Printer::fd(int number) {
    constexpr int kCurrentFolder = -100;
    if (number == kCurrentFolder && style_.constants == Style::Constants::names)
        put("AT_FDCWD");
    else
        decimal(number);
    if (number == kCurrentFolder && style_.constants == Style::Constants::both) put(" /* AT_FDCWD */");
    if (style_.descriptors != nullptr && (number >= 0 || number == kCurrentFolder))
        style_.descriptors->append(*to_, call_->process, number);
}

// At least three digits, the first of them a zero.
void Printer::octal(uint64_t bits) {
    char digits[24];
    char* const end = digits + sizeof digits;
    char* begin = end;
    for (; bits != 0; bits >>= 3) *--begin = static_cast<char>('0' + (bits & 7));
    do *--begin = '0';
    while (end - begin < 3);
    to_->append(begin, end);
}

void Printer::file_mode(uint64_t bits) {
    constexpr uint64_t kType = 0170000;
    const bool typed = append_constant_name(*to_, constants("file_types"), bits & kType);
    if (typed) put('|');
    if (typed || (bits & kType) == 0) {
        if ((bits & 04000) != 0) put("S_ISUID|");
        if ((bits & 02000) != 0) put("S_ISGID|");
        if ((bits & 01000) != 0) put("S_ISVTX|");
    }
    octal(typed || (bits & kType) == 0 ? bits & ~(kType | 07000) : bits);
}

void Printer::device(uint64_t number) {
    put("makedev(");
    hexadecimal((number >> 8 & 0xfff) | (number >> 32 & 0xfffff000));
    put(", ");
    hexadecimal((number & 0xff) | (number >> 12 & 0xffffff00));
    put(')');
}

// Negative: of a process, a thread, or a device (include/linux/posix-timers.h).
void Printer::clock(int32_t id) {
    constexpr std::string_view kWhat[] = {"PROF", "VIRT", "SCHED", "FD"};
    if (id >= 0 || (id & 7) == 7) return constant(constants("clocks"), static_cast<uint32_t>(id));
    if ((id & 3) == 3) {
        put("FD_TO_CLOCKID(");
        decimal(~(id >> 3));
        return put(')');
    }
    put((id & 4) != 0 ? "MAKE_THREAD_CPUCLOCK(" : "MAKE_PROCESS_CPUCLOCK(");
    decimal(~(id >> 3));
    put(", CPUCLOCK_");
    put(kWhat[id & 3]);
    put(')');
}

void Printer::statx_mask(uint64_t mask) {
    for (const auto& [bits, name] : {std::pair{0xfffU, "STATX_ALL"}, {0x7ffU, "STATX_BASIC_STATS"}}) {
        if ((mask & bits) != bits) continue;
        put(name);
        if (mask == bits) return;
        put('|');
        return constant(constants("statx_mask"), mask & ~uint64_t{bits});
    }
    constant(constants("statx_mask"), mask);
}

// --- text
// -----------------------------------------------------------------------------------------------------

void Printer::path(uint64_t pointer) {
    constexpr size_t kLongest = 4095;
    std::string text;
    for (;;) {
        const auto piece = pointer == 0 ? std::string_view() : pages_.piece(pointer + text.size());
        if (piece.empty()) return address(pointer);
        const size_t end = piece.find('\0');
        text += piece.substr(0, end);
        if (end != piece.npos || text.size() > kLongest) break;
    }
    const bool cut = text.size() > kLongest;
    append_quoted(*to_, style_.hex, std::string_view(text).substr(0, kLongest), cut);
}

void Printer::string(uint64_t pointer) {
    std::string text;
    while (text.size() <= style_.string_limit) {
        const auto piece = pointer == 0 ? std::string_view() : pages_.piece(pointer + text.size());
        if (piece.empty()) return address(pointer);
        const auto part = piece.substr(0, style_.string_limit + 1 - text.size());
        const size_t end = part.find('\0');
        text += part.substr(0, end);
        if (end != part.npos) return append_quoted(*to_, style_.hex, text, false);
    }
    append_quoted(*to_, style_.hex, std::string_view(text).substr(0, style_.string_limit), true);
}

void Printer::bytes(uint64_t pointer, uint64_t size, Style::Hex hex) {
    const uint64_t wanted = std::min<uint64_t>(size, style_.string_limit);
    if (pointer == 0) return address(0);
    auto piece = wanted == 0 ? std::string_view() : pages_.piece(pointer);
    if (piece.size() >= wanted) return append_quoted(*to_, hex, piece.substr(0, wanted), wanted < size);
    std::string text(wanted, '\0');
    if (pages_.read(pointer, text.data(), wanted) != wanted) return address(pointer);
    append_quoted(*to_, hex, text, wanted < size);
}

// Bytes of a structure itself.
void Printer::rest_of(Source& from, uint64_t size, Style::Hex hex) {
    const uint64_t wanted = std::min(size, kMost);
    std::string text(wanted, '\0');
    if (pages_.read(from.address, text.data(), wanted) != wanted) unreadable_ = true;
    from.address += wanted;
    if (!unreadable_) append_quoted(*to_, hex, text, false);
}

void Printer::strings(uint64_t pointer) {
    if (pointer == 0) return address(0);
    const size_t most = style_.whole ? kMost : style_.string_limit;
    const size_t before = to_->size();
    put('[');
    for (size_t i = 0;; ++i) {
        uint64_t text = 0;
        if (!take_memory(pointer + i * word(), word(), text)) {
            if (i == 0) {
                to_->resize(before);
                return address(pointer);
            }
            put(", ... /* ");
            address(pointer + i * word());
            put(" */");
            break;
        }
        if (text == 0) break;
        if (i != 0) put(", ");
        if (i == most) {
            put("...");
            break;
        }
        string(text);
    }
    put(']');
}

void Printer::environment(uint64_t pointer) {
    if (style_.whole) return strings(pointer);
    address(pointer);
    if (pointer == 0) return;
    uint64_t count = 0;
    uint64_t text = 0;
    bool readable = take_memory(pointer, word(), text);
    if (!readable) return;
    while (count < kMost && (readable = take_memory(pointer + count * word(), word(), text)) && text != 0)
        ++count;
    put(" /* ");
    unsigned_number(count);
    put(count == 1 ? " var" : " vars");
    put(readable ? " */" : ", unterminated */");
}

// --- messages and sockets
// -------------------------------------------------------------------------------------

void Printer::iovecs(uint64_t pointer, uint64_t count, uint64_t limit) {
    uint64_t left = limit;
    list(pointer, count, [&](Source& from) {
        const uint64_t base = take(from, word());
        const uint64_t length = take(from, word());
        if (unreadable_) return;
        const uint64_t here = std::min(left, length);
        if (limit != UINT64_MAX) left -= here;
        put("{iov_base=");
        if (failed())
            address(base);
        else
            bytes(base, here, style_.hex);
        put(", iov_len=");
        unsigned_number(length);
        put('}');
    });
}

// RFC 5952: the longest run of zero groups becomes "::".
void Printer::internet_address(Source& from, unsigned size) {
    char bytes[16];
    for (char& byte : std::span(bytes).first(size)) byte = static_cast<char>(take(from, 1));
    put('"');
    put(trace_syscall::internet_address({bytes, size}));
    put('"');
}

void Printer::sockaddr(uint64_t pointer, uint64_t size) {
    constexpr uint64_t kLongest = 128;
    const uint64_t length = std::min(size, kLongest);
    if (length < 2) return address(pointer);
    behind(pointer, [&](Source& from) {
        char all[kLongest];
        const uint64_t family = take(from, 2);
        if (pages_.read(pointer, all, length) != length) unreadable_ = true;
        if (unreadable_) return;
        put("{sa_family=");
        constant(constants("socket_families"), family);
        left_ = length - 2;
        struct Shortest {
            uint8_t family, size;
        };
        constexpr Shortest kShortest[] = {{1, 3}, {2, 8}, {10, 24}, {16, 12}, {17, 12}};
        bool fits = length > 2;
        for (const Shortest& shortest : kShortest)
            if (shortest.family == family) fits = length >= shortest.size;
        const uint64_t chosen = fits ? family : UINT32_MAX;
        if (length > 2) run(choose(choice("sockaddr"), chosen), from);
        unreadable_ = false;
        put('}');
    });
}

// The size of an address: "[16]", "[128 => 16]" where it was another one before.
void Printer::length(uint64_t pointer) {
    behind(pointer, [&](Source& from) {
        const uint64_t now = take(from, 4);
        put('[');
        decimal(static_cast<int32_t>(failed() ? call_->length : now));
        if (!failed() && now != call_->length) {
            to_->resize(to_->rfind('[') + 1);
            decimal(static_cast<int32_t>(call_->length));
            put(" => ");
            decimal(static_cast<int32_t>(now));
        }
        put(']');
    });
}

void Printer::control(uint64_t pointer, uint64_t size) {
    const unsigned header = 2 * word() == 16 ? 16 : 12;
    if (pointer == 0 || size < header) return address(pointer);
    const uint64_t all = std::min(size, kMost);
    const size_t before = to_->size();
    put('[');
    for (uint64_t at = 0; at + header <= all;) {
        Source from{.address = pointer + at, .begin = pointer + at};
        const bool was = std::exchange(unreadable_, false);
        const uint64_t length = take(from, word());
        const uint64_t level = take(from, 4);
        const uint64_t type = take(from, 4);
        const bool lost = std::exchange(unreadable_, was);
        if (lost) {
            if (at == 0) to_->resize(before), address(pointer);
            return;
        }
        if (at != 0) put(", ");
        put("{cmsg_len=");
        unsigned_number(length);
        put(", cmsg_level=");
        constant(constants("socket_levels"), level);
        put(", cmsg_type=");
        const bool of_socket = level == 1;
        if (of_socket)
            constant(constants("control_messages"), type);
        else
            hexadecimal(type);
        const uint64_t data = length > header ? std::min(length, all - at) - header : 0;
        if (data != 0) {
            put(", cmsg_data=");
            if (of_socket && type == 1)
                list(from.address, data / 4, [&](Source& one) {
                    const auto number = static_cast<int>(take_signed(one, 4));
                    if (!unreadable_) fd(number);
                });
            else if (of_socket && type == 2 && data >= 12)
                by_form(form("credentials"), from.address);
            else
                bytes(from.address, data, style_.hex);
        }
        put('}');
        if (length < header) break;
        at += (length + word() - 1) / word() * word();
    }
    put(']');
}

void Printer::message(Source& from, bool received, uint64_t bytes_received) {
    const unsigned gap = word() - 4;
    const uint64_t name = take(from, word());
    const uint64_t name_size = take(from, 4);
    from.address += gap;
    const uint64_t vectors = take(from, word());
    const uint64_t count = take(from, word());
    const uint64_t control_at = take(from, word());
    const uint64_t control_size = take(from, word());
    const uint64_t flags = take(from, 4);
    from.address += gap;
    if (unreadable_) return;
    if (received && failed()) {
        put("{msg_namelen=");
        unsigned_number(name_size);
        return put('}');
    }
    put("{msg_name=");
    sockaddr(name, name_size);
    put(", msg_namelen=");
    if (received && call_->length != name_size && call_->length != UINT64_MAX) {
        decimal(static_cast<int32_t>(call_->length));
        put(" => ");
    }
    decimal(static_cast<int32_t>(name_size));
    put(", msg_iov=");
    iovecs(vectors, count, received ? bytes_received : UINT64_MAX);
    put(", msg_iovlen=");
    unsigned_number(count);
    if (control_size != 0) {
        put(", msg_control=");
        control(control_at, control_size);
    }
    put(", msg_controllen=");
    unsigned_number(control_size);
    put(", msg_flags=");
    constant(constants("message_flags"), flags);
    put('}');
}

void Printer::messages(uint64_t pointer, uint64_t count, bool received) {
    list(pointer, count, [&](Source& from) {
        uint64_t got = 0;
        const uint64_t behind_header = from.address + (word() == 8 ? 56 : 28);
        if (!take_memory(behind_header, 4, got)) unreadable_ = true;
        if (unreadable_) return;
        put("{msg_hdr=");
        message(from, received, got);
        if (received) {
            put(", msg_len=");
            unsigned_number(got);
        }
        put('}');
        from.address = behind_header + word();
    });
}

void Printer::option(uint64_t pointer, uint64_t size) {
    const uint64_t level = raw_argument(1) & 0xffffffff;
    const uint64_t name = raw_argument(2) & 0xffffffff;
    constexpr uint64_t kSocket = 1, kLinger = 13, kCredentials = 17, kReceiveTimeout = 20, kSendTimeout = 21;
    if (level == kSocket && name == kLinger && size == 8) return by_form(form("linger"), pointer);
    if (level == kSocket && name == kCredentials && size == 12) return by_form(form("credentials"), pointer);
    if (level == kSocket && (name == kReceiveTimeout || name == kSendTimeout) && size >= uint64_t{2} * word())
        return by_form(form("timeval"), pointer);
    if (size == 4) return by_form(form("s32"), pointer);
    bytes(pointer, size, style_.hex);
}

// --- signals
// --------------------------------------------------------------------------------------------------

void Printer::signal_set(uint64_t pointer, uint64_t size) {
    const auto length = static_cast<unsigned>(std::min<uint64_t>(size, 8));
    behind(pointer, [&](Source& from) {
        const uint64_t set = take(from, length);
        if (!unreadable_) append_signal_set(*to_, set, 8 * length);
    });
}

void Printer::sigaction(uint64_t pointer, bool old) {
    behind(pointer, [&](Source& from) {
        const uint64_t handler = take(from, word());
        uint64_t mask = old ? take(from, word()) : 0;
        const uint64_t flags = take(from, word());
        const uint64_t restorer = take(from, word());
        if (!old) mask = take(from, 8);
        if (unreadable_) return;
        put("{sa_handler=");
        if (!append_constant_name(*to_, constants("signal_handlers"), handler)) address(handler);
        put(", sa_mask=");
        append_signal_set(*to_, mask, old ? 32 : 64);
        put(", sa_flags=");
        constant(constants("signal_action_flags"), flags);
        constexpr uint64_t kRestorer = 0x04000000;
        if ((flags & kRestorer) != 0) {
            put(", sa_restorer=");
            address(restorer);
        }
        put('}');
    });
}

void Printer::siginfo(uint64_t pointer) {
    behind(pointer, [&](Source& from) { siginfo_fields(from); });
}

void Printer::siginfo_fields(Source& from) {
    const uint64_t signal = take(from, 4);
    const int64_t error = take_signed(from, 4);
    const int64_t code = take_signed(from, 4);
    from.address += word() - 4;
    uint64_t last = 0;
    if (unreadable_ || !take_memory(from.begin + 124, 4, last)) {
        unreadable_ = true;
        return;
    }
    if (signal == 0 && code == 0) return put("{}");
    put("{si_signo=");
    append_signal(*to_, signal);
    put(", si_code=");
    struct Codes {
        uint8_t signal;
        Constants table;
    };
    static constexpr Codes kCodes[] = {
        {17, constants("child_codes")}, {11, constants("segv_codes")}, {7, constants("bus_codes")},
        {4, constants("ill_codes")},    {8, constants("fpe_codes")},   {5, constants("trap_codes")},
        {29, constants("poll_codes")},  {31, constants("sys_codes")},
    };
    const auto* codes =
        std::ranges::find(kCodes, signal, [](const Codes& row) { return uint64_t{row.signal}; });
    const auto code32 = static_cast<uint32_t>(code);
    if (!append_constant_name(*to_, constants("signal_codes"), code32) &&
        (codes == std::end(kCodes) || !append_constant_name(*to_, codes->table, code32)))
        hexadecimal(code32);
    if (error != 0) {
        put(", si_errno=");
        const std::string name = errno_name(static_cast<int>(error));
        put(name.starts_with('E') ? std::string_view(name)
                                  : std::string_view(name).substr(name.rfind(' ') + 1));
    }
    constexpr int64_t kTimer = -2, kKernel = 0x80, kExited = 1;
    const bool faults = signal == 11 || signal == 7 || signal == 4 || signal == 8 || signal == 5;
    if (code == kTimer) {
        run(form_text(form("timer_info")), from);
    } else if (code > 0 && code != kKernel && signal == 17) {
        run(form_text(form("process_info")), from);
        put(", si_status=");
        const auto status = static_cast<int32_t>(take_signed(from, 4));
        if (code == kExited)
            decimal(status);
        else
            append_signal(*to_, static_cast<uint32_t>(status));
        from.address += word() - 4;
        run(form_text(form("times_info")), from);
    } else if (code > 0 && code != kKernel && faults) {
        run(form_text(form("fault_info")), from);
    } else if (code > 0 && code != kKernel && signal == 31) {
        put(", si_call_addr=");
        address(take(from, word()));
        const auto number = static_cast<unsigned>(take(from, 4));
        const uint64_t arch = take(from, 4);
        constexpr uint64_t kI386 = 0x40000003;
        Call made{.abi = arch == kI386 ? Abi::i386 : Abi::x86_64, .number = number, .row = {}};
        made.row = find_syscall(made.abi, number);
        put(", si_syscall=__NR_");
        append_name(*to_, made);
        put(", si_arch=");
        constant(constants("audit_machines"), arch);
    } else if (code > 0 && code != kKernel && signal == 29) {
        run(form_text(form("poll_info")), from);
    } else if (code != kKernel) {
        run(form_text(form("process_info")), from);
        if (code != 0) run(form_text(form("queue_info")), from);
    }
    put('}');
}

void Printer::sigevent(uint64_t pointer) {
    behind(pointer, [&](Source& from) {
        const uint64_t value = take(from, word());
        const uint64_t signal = take(from, 4);
        const uint64_t way = take(from, 4);
        const uint64_t first = take(from, 4);
        uint64_t last = 0;
        if (!take_memory(from.begin + 60, 4, last)) unreadable_ = true;
        if (unreadable_) return;
        put('{');
        if (value != 0) {
            put("sigev_value={sival_int=");
            decimal(static_cast<int32_t>(value));
            put(", sival_ptr=");
            address(value);
            put("}, ");
        }
        put("sigev_signo=");
        append_signal(*to_, signal);
        put(", sigev_notify=");
        constant(constants("event_ways"), way);
        constexpr uint64_t kThread = 2, kThreadId = 4;
        if (way == kThreadId) {
            put(", sigev_notify_thread_id=");
            decimal(static_cast<int32_t>(first));
        } else if (way == kThread) {
            from.address = from.begin + 8 + word();
            put(", sigev_notify_function=");
            address(take(from, word()));
            put(", sigev_notify_attributes=");
            address(take(from, word()));
        }
        put('}');
    });
}

// The mask in the frame that the handler returns to (arch/x86/include/asm/sigframe.h): in its ucontext; for
// i386's old call in its sigcontext and behind the floating-point state.
void Printer::saved_mask() {
    const bool i386 = call_->abi == Abi::i386;
    uint64_t set = 0;
    bool found = false;
    if (call_->row && call_->row->entry == "sigreturn") {
        uint64_t high = 0;
        found = take_memory(call_->stack + 80, 4, set) && take_memory(call_->stack + 712, 4, high);
        set |= high << 32;
    } else {
        uint64_t context = call_->stack;
        if (i386) (void)take_memory(call_->stack + 8, 4, context);
        found = take_memory(context + (i386 ? 108 : 296), 8, set);
    }
    if (!found) return address(call_->stack);
    put("{mask=");
    append_signal_set(*to_, set);
    put('}');
}

// --- descriptors
// ----------------------------------------------------------------------------------------------

void Printer::poll_fds(uint64_t pointer, uint64_t count) {
    list(pointer, count, [&](Source& from) {
        const auto number = static_cast<int>(take_signed(from, 4));
        const uint64_t events = take(from, 2);
        (void)take(from, 2);
        if (unreadable_) return;
        put("{fd=");
        fd(number);
        if (number >= 0) {
            put(", events=");
            constant(constants("poll_events"), events);
        }
        put('}');
    });
}

void Printer::poll_result() {
    if (result_ == 0) return put(" (Timeout)");
    put(" ([");
    const uint64_t count = std::min(raw_argument(1) & 0xffffffff, kMost);
    const uint64_t pointer = raw_argument(0);
    bool first = true;
    uint64_t descriptor = 0;
    uint64_t events = 0;
    for (uint64_t i = 0; i < count && take_memory(pointer + 8 * i, 4, descriptor) &&
                         take_memory(pointer + 8 * i + 6, 2, events);
         ++i) {
        if (events == 0) continue;
        if (!std::exchange(first, false)) put(", ");
        put("{fd=");
        fd(static_cast<int>(descriptor));
        put(", revents=");
        constant(constants("poll_events"), events);
        put('}');
    }
    put(']');
    if (call_->row->entry != "poll" && raw_argument(2) != 0) {
        put(", left ");
        by_form(call_->row->entry == "ppoll" ? form("timespec64") : form("timespec32"), raw_argument(2));
    }
    put(')');
}

void Printer::fd_set(uint64_t pointer, uint64_t width) {
    const unsigned bits = 8 * word();
    const uint64_t longs = (std::min<uint64_t>(width, 1 << 20) + bits - 1) / bits;
    behind(pointer, [&](Source& from) {
        put('[');
        bool first = true;
        for (uint64_t i = 0; i < longs && !unreadable_; ++i)
            for (uint64_t rest = take(from, word()), bit = i * bits; rest != 0 && bit < width;
                 rest >>= 1, ++bit) {
                if ((rest & 1) == 0) continue;
                if (!std::exchange(first, false)) put(' ');
                fd(static_cast<int>(bit));
            }
        put(']');
    });
}

void Printer::select_result() {
    if (result_ == 0) return put(" (Timeout)");
    put(" (");
    bool first = true;
    const auto separate = [&](const char* name) {
        if (!std::exchange(first, false)) put(", ");
        put(name);
    };
    for (const auto& [index, name] : {std::pair{1U, "in "}, {2U, "out "}, {3U, "except "}}) {
        if (raw_argument(index) == 0) continue;
        const size_t before = to_->size();
        const bool was_first = first;
        separate(name);
        const size_t set = to_->size();
        fd_set(raw_argument(index), static_cast<uint32_t>(raw_argument(0)));
        if (std::string_view(*to_).substr(set) != "[]") continue;
        to_->resize(before);
        first = was_first;
    }
    if (raw_argument(4) != 0) {
        separate("left ");
        const std::string_view entry = call_->row->entry;
        by_form(entry == "pselect6"          ? form("timespec64")
                : entry == "pselect6_time32" ? form("timespec32")
                                             : form("timeval"),
                raw_argument(4));
    }
    put(')');
}

void Printer::ioctl(uint64_t command) {
    if (style_.constants == Style::Constants::numbers) return hexadecimal(command);
    if (append_constant_name(*to_, constants("ioctls"), command)) return;
    constexpr std::string_view kDirections[] = {"_IOC_NONE", "_IOC_WRITE", "_IOC_READ",
                                                "_IOC_READ|_IOC_WRITE"};
    put("_IOC(");
    put(kDirections[command >> 30 & 3]);
    for (const unsigned shift : {8U, 0U, 16U}) {
        put(", ");
        hexadecimal(command >> shift & (shift == 16 ? 0x3fff : 0xff));
    }
    put(')');
}

// --- files
// ----------------------------------------------------------------------------------------------------

void Printer::stamp_comment(int64_t seconds, int64_t part, unsigned digits) {
    const size_t before = to_->size();
    put(" /* ");
    if (append_stamp(*to_, seconds, part, digits))
        put(" */");
    else
        to_->resize(before);
}

void Printer::time_pair(int64_t seconds, unsigned size, Source& from, bool micro) {
    constexpr int64_t kNow = (1 << 30) - 1;
    constexpr int64_t kOmit = (1 << 30) - 2;
    const int64_t part = take_signed(from, size);
    if (unreadable_) return;
    if (!micro && part == kNow) return put("UTIME_NOW");
    if (!micro && part == kOmit) return put("UTIME_OMIT");
    put("{tv_sec=");
    decimal(seconds);
    put(micro ? ", tv_usec=" : ", tv_nsec=");
    decimal(part);
    put('}');
    if (part < 0 || part >= (micro ? 1'000'000 : 1'000'000'000) || (seconds == 0 && part == 0)) return;
    stamp_comment(seconds, part, micro ? 6 : 9);
}

namespace {

// Where struct stat has its fields, in the order in which they are shown: offset, and size in bytes.
struct Place {
    uint8_t offset, size;
};
enum StatField : uint8_t {
    dev,
    ino,
    mode,
    nlink,
    uid,
    gid,
    blksize,
    blocks,
    size,
    rdev,
    atime,
    mtime = atime + 2,
    ctime = mtime + 2
};
constexpr size_t kStatFields = ctime + 2;
constexpr Place kStatLayouts[][kStatFields] = {
    // x86_64, x32
    {{0, 8},
     {8, 8},
     {24, 4},
     {16, 8},
     {28, 4},
     {32, 4},
     {56, 8},
     {64, 8},
     {48, 8},
     {40, 8},
     {72, 8},
     {80, 8},
     {88, 8},
     {96, 8},
     {104, 8},
     {112, 8}},
    // struct compat_stat
    {{0, 4},
     {4, 4},
     {8, 2},
     {10, 2},
     {12, 2},
     {14, 2},
     {24, 4},
     {28, 4},
     {20, 4},
     {16, 4},
     {32, 4},
     {36, 4},
     {40, 4},
     {44, 4},
     {48, 4},
     {52, 4}},
    // struct stat64
    {{0, 8},
     {88, 8},
     {16, 4},
     {20, 4},
     {24, 4},
     {28, 4},
     {52, 4},
     {56, 8},
     {44, 8},
     {32, 8},
     {64, 4},
     {68, 4},
     {72, 4},
     {76, 4},
     {80, 4},
     {84, 4}},
    // struct __old_kernel_stat
    {{0, 2},
     {2, 2},
     {4, 2},
     {6, 2},
     {8, 2},
     {10, 2},
     {0, 0},
     {0, 0},
     {16, 4},
     {12, 2},
     {20, 4},
     {0, 0},
     {24, 4},
     {0, 0},
     {28, 4},
     {0, 0}},
};

}  // namespace

void Printer::stat(uint64_t pointer, unsigned layout) {
    const auto& places = kStatLayouts[layout];
    const bool old = layout == 3;
    behind(pointer, [&](Source& from) {
        std::array<uint64_t, kStatFields> values{};
        for (size_t i = 0; i < values.size(); ++i) {
            if (places[i].size == 0) continue;
            from.address = pointer + places[i].offset;
            const bool is_signed = i >= atime || i == size;
            values[i] = is_signed ? static_cast<uint64_t>(take_signed(from, places[i].size))
                                  : take(from, places[i].size);
        }
        if (unreadable_) return;
        constexpr uint64_t kCharacters = 020000, kBlocks = 060000, kType = 0170000;
        const uint64_t type = values[mode] & kType;
        const bool has_number = type == kCharacters || type == kBlocks;
        constexpr std::string_view kNames[] = {"dev", "ino",     "mode",   "nlink", "uid",
                                               "gid", "blksize", "blocks", "size",  "rdev"};
        put('{');
        for (unsigned i = dev; i <= rdev; ++i) {
            if (!style_.whole && i != mode && i != size && i != rdev) continue;
            if ((i == size && has_number) || (i == rdev && !has_number)) continue;
            if (old && (i == blksize || i == blocks)) continue;
            if (to_->back() != '{') put(", ");
            put("st_");
            put(kNames[i]);
            put('=');
            if (i == dev || i == rdev)
                device(values[i]);
            else if (i == mode)
                file_mode(values[i]);
            else
                unsigned_number(values[i]);
        }
        if (!style_.whole) return put(", ...}");
        constexpr std::string_view kTimes[] = {"atime", "mtime", "ctime"};
        for (unsigned i = 0; i < 3; ++i) {
            const auto seconds = static_cast<int64_t>(values[atime + 2 * i]);
            const auto nanoseconds = static_cast<int64_t>(values[atime + 2 * i + 1]);
            put(", st_");
            put(kTimes[i]);
            put('=');
            decimal(seconds);
            if (seconds != 0 || nanoseconds != 0) { stamp_comment(seconds, nanoseconds, 9); }
            if (old) continue;
            put(", st_");
            put(kTimes[i]);
            put("_nsec=");
            decimal(nanoseconds);
        }
        put('}');
    });
}

void Printer::dirents(uint64_t pointer, uint64_t size, bool wide_fields) {
    const unsigned field = wide_fields ? 8 : word();
    const unsigned head = 2 * field + (wide_fields ? 3 : 2);
    const uint64_t all = std::min<uint64_t>(size, 1 << 20);
    const size_t before = to_->size();
    uint64_t count = 0;
    put('[');
    for (uint64_t at = 0; at + head < all; ++count) {
        Source from{.address = pointer + at, .begin = pointer + at};
        const bool was = std::exchange(unreadable_, false);
        const uint64_t inode = take(from, field);
        const int64_t offset = take_signed(from, field);
        const uint64_t length = take(from, 2);
        uint64_t type = wide_fields ? take(from, 1) : 0;
        bool lost = std::exchange(unreadable_, was) || length <= head || length > all - at;
        std::string name(lost ? 0 : length - head, '\0');
        lost = lost || pages_.read(from.address, name.data(), name.size()) != name.size();
        if (lost) break;
        if (!wide_fields) type = static_cast<unsigned char>(name.back());
        at += length;
        if (!style_.whole) continue;
        put(count == 0 ? "{d_ino=" : ", {d_ino=");
        unsigned_number(inode);
        put(", d_off=");
        decimal(offset);
        put(", d_reclen=");
        unsigned_number(length);
        const auto put_type = [&] {
            put(", d_type=");
            constant(constants("dirent_types"), type);
        };
        if (wide_fields) put_type();
        put(", d_name=");
        append_quoted(*to_, style_.hex, until_zero(name), false);
        if (!wide_fields) put_type();
        put('}');
    }
    if (style_.whole && pointer != 0) return put(']');
    to_->resize(before);
    address(pointer);
    put(" /* ");
    unsigned_number(count);
    put(" entries */");
}

// --- processes
// ------------------------------------------------------------------------------------------------

void Printer::wait_status(uint64_t pointer) {
    if (result_ == 0) return address(pointer);  // WNOHANG found nobody
    behind(pointer, [&](Source& from) {
        const uint64_t status = take(from, 4);
        if (unreadable_) return;
        const uint64_t signal = status & 0x7f;
        const uint64_t code = status >> 8 & 0xff;
        put("[{");
        if ((status & 0xffff) == 0xffff) {
            put("WIFCONTINUED(s)");
        } else if ((status & 0xff) == 0x7f) {
            put("WIFSTOPPED(s) && WSTOPSIG(s) == ");
            append_signal(*to_, code & 0x7f);
            if ((code & 0x80) != 0) put(" | 0x80");
        } else if (signal != 0) {
            put("WIFSIGNALED(s) && WTERMSIG(s) == ");
            append_signal(*to_, signal);
            if ((status & 0x80) != 0) put(" && WCOREDUMP(s)");
        } else {
            put("WIFEXITED(s) && WEXITSTATUS(s) == ");
            unsigned_number(code);
        }
        put('}');
        if (status >> 16 != 0) {
            put(" | ");
            hexadecimal(status & 0xffff0000);
        }
        put(']');
    });
}

namespace {
constexpr uint64_t kPidfd = 0x1000, kParentSettid = 0x100000, kChildIds = 0x1200000, kSettls = 0x80000,
                   kParentIds = kPidfd | kParentSettid;
}

void Printer::clone_args(uint64_t pointer, uint64_t size) {
    if (size < 64) return address(pointer);
    behind(pointer, [&](Source& from) {
        uint64_t words[11] = {};
        for (unsigned i = 0; i < std::min<uint64_t>(size / 8, 11); ++i) words[i] = take(from, 8);
        if (unreadable_) return;
        const auto& [flags, pidfd, child, parent, signal, stack, stack_size, tls, ids, id_count, cgroup] =
            words;
        const auto pointer_field = [&](const char* name, uint64_t value) {
            put(name);
            address(value);
        };
        put("{flags=");
        constant(constants("clone_flags"), flags);
        if ((flags & kPidfd) != 0) pointer_field(", pidfd=", pidfd);
        if ((flags & kChildIds) != 0) pointer_field(", child_tid=", child);
        if ((flags & kParentSettid) != 0) pointer_field(", parent_tid=", parent);
        put(", exit_signal=");
        append_signal(*to_, signal);
        pointer_field(", stack=", stack);
        put(", stack_size=");
        hexadecimal(stack_size);
        if ((flags & kSettls) != 0) pointer_field(", tls=", tls);
        if (id_count != 0) {
            put(", set_tid=");
            list(ids, id_count, [&](Source& one) {
                const int64_t id = take_signed(one, 4);
                if (!unreadable_) decimal(id);
            });
            put(", set_tid_size=");
            unsigned_number(id_count);
        }
        constexpr uint64_t kIntoCgroup = 0x200000000;
        if ((flags & kIntoCgroup) != 0) {
            put(", cgroup=");
            fd(static_cast<int>(cgroup));
        }
        put('}');
    });
}

unsigned Printer::clone_parts() const {
    const uint64_t flags = raw_argument(0);
    return 2 + ((flags & kParentIds) != 0 ? 1 : 0) + ((flags & kSettls) != 0 ? 1 : 0) +
           ((flags & kChildIds) != 0 ? 1 : 0);
}

// The stack comes first, and what the flags do not ask for is left out (CONFIG_CLONE_BACKWARDS is i386's).
void Printer::clone_part() {
    const uint64_t flags = raw_argument(0);
    const bool backwards = call_->abi == Abi::i386;
    if (index_ == 0) {
        put("child_stack=");
        return address(raw_argument(1));
    }
    if (index_ == 1) {
        put("flags=");
        const uint64_t names = flags & ~uint64_t{0xff};
        const uint64_t signal = flags & 0xff;
        if (names != 0) constant(constants("clone_flags"), names);
        if (names != 0 && signal != 0) put('|');
        if (signal != 0) append_signal(*to_, signal);
        if (names == 0 && signal == 0) put('0');
        return;
    }
    struct Part {
        uint64_t condition;
        const char* name;
        unsigned argument;
    };
    const Part parts[] = {{kParentIds, "parent_tid=", 2},
                          {kSettls, "tls=", backwards ? 3U : 4U},
                          {kChildIds, "child_tidptr=", backwards ? 4U : 3U}};
    unsigned at = 2;
    for (const Part& part : parts) {
        if ((flags & part.condition) == 0 || at++ != index_) continue;
        const uint64_t value = raw_argument(part.argument);
        if (part.argument == 2 && !exiting_) {
            unknown_ = true;
            return;
        }
        put(part.name);
        if (part.argument == 2 && !failed())
            by_form(form("s32"), value);
        else if (part.condition == kSettls && backwards)
            user_desc(value);
        else
            address(value);
        return;
    }
}

void Printer::cpu_set(uint64_t pointer, uint64_t size) {
    fd_set(pointer, std::min<uint64_t>(size, 1024) * 8);
}

void Printer::futex(uint64_t operation) {
    constexpr uint64_t kPrivate = 0x80, kRealtime = 0x100, kOperation = 0x7f;
    if ((operation & ~(kPrivate | kRealtime | kOperation)) != 0)
        return append_constants(*to_, constants("futex_operations"), operation);
    if (style_.constants != Style::Constants::names)
        return constant(constants("futex_operations"), operation);
    if (!append_constant_name(*to_, constants("futex_operations"), operation & kOperation))
        return append_constants(*to_, constants("futex_operations"), operation);
    if ((operation & kPrivate) != 0) put("_PRIVATE");
    if ((operation & kRealtime) != 0) put("|FUTEX_CLOCK_REALTIME");
}

void Printer::wake_operation(uint64_t value) {
    constexpr std::string_view kOperations[] = {"SET", "ADD", "OR", "ANDN", "XOR", "???", "???", "???"};
    constexpr std::string_view kComparisons[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
    const uint64_t comparison = value >> 24 & 15;
    if ((value >> 31 & 1) != 0) put("FUTEX_OP_OPARG_SHIFT<<28|");
    put("FUTEX_OP_");
    put(kOperations[value >> 28 & 7]);
    put("<<28|");
    hexadecimal(value >> 12 & 0xfff);
    put("<<12|FUTEX_OP_CMP_");
    put(comparison < 6 ? kComparisons[comparison] : "???");
    put("<<24|");
    hexadecimal(value & 0xfff);
}

void Printer::capability_set(uint64_t pointer) {
    behind(pointer, [&](Source& from) {
        uint64_t words[6] = {};
        uint64_t version = 0;
        (void)take_memory(raw_argument(0), 4, version);
        constexpr uint64_t kSecond = 0x20071026, kThird = 0x20080522;
        const unsigned halves = version == kSecond || version == kThird ? 2 : 1;
        for (unsigned i = 0; i < 3 * halves; ++i) words[i] = take(from, 4);
        if (unreadable_) return;
        constexpr std::string_view kNames[] = {"{effective=", ", permitted=", ", inheritable="};
        for (unsigned i = 0; i < 3; ++i) {
            put(kNames[i]);
            uint64_t set = words[i] | (halves == 2 ? words[i + 3] << 32 : 0);
            if (set == 0) put('0');
            for (bool first = true; set != 0; set &= set - 1) {
                const auto bit = static_cast<unsigned>(__builtin_ctzll(set));
                if (!std::exchange(first, false)) put('|');
                const size_t before = to_->size();
                put("1<<");
                if (append_constant_name(*to_, constants("capabilities"), bit)) continue;
                to_->resize(before);
                hexadecimal(set);
                break;
            }
        }
        put('}');
    });
}

void Printer::utsname(uint64_t pointer, unsigned field, unsigned fields) {
    behind(pointer, [&](Source& from) {
        constexpr std::string_view kNames[] = {
            "{sysname=", ", nodename=", ", release=", ", version=", ", machine=", ", domainname="};
        std::string all(size_t{field} * fields, '\0');
        if (pages_.read(from.address, all.data(), all.size()) != all.size()) unreadable_ = true;
        if (unreadable_) return;
        const unsigned shown = style_.whole ? fields : 2;
        for (unsigned i = 0; i < shown; ++i) {
            put(kNames[i]);
            append_quoted(*to_, style_.hex,
                          until_zero(std::string_view(all).substr(size_t{i} * field, field)), false);
        }
        put(style_.whole ? "}" : ", ...}");
    });
}

// struct user_desc of arch/x86/include/uapi/asm/ldt.h
void Printer::user_desc(uint64_t pointer) {
    behind(pointer, [&](Source& from) {
        const int64_t entry = take_signed(from, 4);
        const uint64_t base = take(from, 4);
        const uint64_t limit = take(from, 4);
        const uint64_t bits = take(from, 4);
        if (unreadable_) return;
        constexpr std::string_view kBits[] = {
            ", read_exec_only=", ", limit_in_pages=", ", seg_not_present=", ", useable="};
        put("{entry_number=");
        decimal(entry);
        put(", base_addr=");
        padded_hex(base, 8);
        put(", limit=");
        padded_hex(limit, 8);
        put(", seg_32bit=");
        unsigned_number(bits & 1);
        put(", contents=");
        unsigned_number(bits >> 1 & 3);
        for (unsigned i = 0; i < std::size(kBits); ++i) {
            put(kBits[i]);
            unsigned_number(bits >> (i + 3) & 1);
        }
        if (wide()) {
            put(", lm=");
            unsigned_number(bits >> 7 & 1);
        }
        put('}');
    });
}

// A set of memory nodes, as many bits as the next argument says.
void Printer::node_mask(uint64_t pointer) {
    const uint64_t bits = raw_argument(index_ + 1);
    const unsigned size = word();
    const uint64_t held = uint64_t{8} * size;
    list(pointer, (std::min(bits, kMost) + held - 1) / held, [&](Source& from) {
        const uint64_t value = take(from, size);
        if (unreadable_) return;
        padded_hex(value, 2 * size);
    });
}

// As printf's %#0*x: zero has no 0x.
void Printer::padded_hex(uint64_t value, unsigned width) {
    put(value == 0 ? "00" : "0x");
    unsigned digits = width - 2;
    while (digits < 16 && value >> (4 * digits) != 0) ++digits;
    for (unsigned shift = 4 * digits; shift != 0;) {
        shift -= 4;
        put("0123456789abcdef"[value >> shift & 15]);
    }
}

// What the call says how large its set of signals is.
uint64_t Printer::set_size() const {
    for (unsigned i = index_ + 1; i < call_->row->arguments.size(); ++i)
        if (call_->row->arguments[i] == Argument::size) return raw_argument(i);
    return 8;
}

void Printer::io_priority(uint64_t value) {
    put("IOPRIO_PRIO_VALUE(");
    constant(constants("ioprio_classes"), value >> 13);
    put(", ");
    unsigned_number(value & 0x1fff);
    put(')');
}

void Printer::message_text(uint64_t pointer, uint64_t size) {
    if (failed()) return address(pointer);
    behind(pointer, [&](Source& from) {
        const int64_t type = take_signed(from, word());
        if (unreadable_) return;
        put("{mtype=");
        decimal(type);
        put(", mtext=");
        bytes(from.address, size, style_.hex);
        put('}');
    });
}

void Printer::terminal(uint64_t pointer) {
    behind(pointer, [&](Source& from) {
        const uint64_t input = take(from, 4);
        const uint64_t output = take(from, 4);
        const uint64_t control = take(from, 4);
        const uint64_t local = take(from, 4);
        uint64_t last = 0;
        if (!take_memory(pointer + 32, 4, last)) unreadable_ = true;
        if (unreadable_) return;
        put("{c_iflag=");
        constant(constants("tty_input_flags"), input);
        // What is a field and not a flag is named as zero, too.
        put(", c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0");
        if ((output & 0377) != 0) {
            put('|');
            constant(constants("tty_output_flags"), output & 0377);
        }
        put(", c_cflag=");
        constexpr uint64_t kSpeed = 010017, kExtra = 010000;
        const uint64_t speed = (control & 017) | ((control & kExtra) != 0 ? kExtra : 0);
        constant(constants("tty_speeds"), speed);
        put("|CS");
        put(static_cast<char>('5' + (control >> 4 & 3)));
        if (const uint64_t rest = control & ~uint64_t{kSpeed | 060 | 002003600000}) {
            put('|');
            constant(constants("tty_control_flags"), rest);
        }
        put(", c_lflag=");
        constant(constants("tty_local_flags"), local);
        put(", ...}");
    });
}

// --- parts of forms
// -------------------------------------------------------------------------------------------

void Printer::part(unsigned which, uint64_t value, unsigned size, Source& from) {
    const uint64_t next = raw_argument(index_ + 1);
    const uint64_t before = index_ == 0 ? 0 : raw_argument(index_ - 1);
    const auto got = static_cast<uint64_t>(result_);
    switch (which) {
        case part_number("offset"): {
            const auto kind = [&](unsigned index) {
                return index < call_->row->arguments.size() ? call_->row->arguments[index] : Argument::none;
            };
            const bool narrow = call_->abi == Abi::i386;
            if (kind(index_) == Argument::offset_high)
                value = value << 32 | raw_argument(index_ + 1);
            else if (narrow && kind(index_ + 1) == Argument::offset_high)
                value |= next << 32;
            return decimal(static_cast<int64_t>(value));
        }
        case part_number("length64"):  // in two registers
            return unsigned_number(value | next << 32);
        case part_number("strings"):
            return strings(value);
        case part_number("environment"):
            return environment(value);
        case part_number("iovecs"):
            return iovecs(value, next, UINT64_MAX);
        case part_number("iovecs_out"):
            return iovecs(value, next, failed() ? 0 : got);
        case part_number("sockaddr"):
            return sockaddr(value, next & 0xffffffff);
        case part_number("sockaddr_out"): {
            uint64_t length = 0;
            if (!take_memory(next, 4, length)) return address(value);
            return sockaddr(value, std::min(length, call_->length));
        }
        case part_number("length_out"):
            return length(value);
        case part_number("message"):
            return behind(value, [&](Source& there) { message(there, false, 0); });
        case part_number("message_out"):
            return behind(value, [&](Source& there) { message(there, true, got); });
        case part_number("messages"):
            return messages(value, next & 0xffffffff, false);
        case part_number("messages_out"):
            return messages(value, got, true);
        case part_number("signal_set"):
            return set_size() > 8 ? address(value) : signal_set(value, set_size());
        case part_number("word_set"):
            return signal_set(value, word());
        case part_number("set_here"): {
            const uint64_t length = take(from, word());
            if (unreadable_) return;
            if (value == 0 && length == 0) return put("NULL");
            put("{sigmask=");
            signal_set(value, length);
            put(", sigsetsize=");
            unsigned_number(length);
            return put('}');
        }
        case part_number("sigaction"):
            return sigaction(value, false);
        case part_number("old_action"):
            return sigaction(value, true);
        case part_number("siginfo"):
            return siginfo(value);
        case part_number("poll_fds"):
            return poll_fds(value, next & 0xffffffff);
        case part_number("fd_set"):
            return fd_set(value, raw_argument(0) & 0xffffffff);
        case part_number("wait_status"):
            return wait_status(value);
        case part_number("stat"):
            return stat(value, call_->abi == Abi::i386 ? 1 : 0);
        case part_number("stat64"):
            return stat(value, 2);
        case part_number("old_stat"):
            return stat(value, 3);
        case part_number("dirents"):
            return dirents(value, got, false);
        case part_number("dirents64"):
            return dirents(value, got, true);
        case part_number("utime"):
        case part_number("utimeval"): {
            const int64_t seconds = size == 4 ? static_cast<int32_t>(value) : static_cast<int64_t>(value);
            return time_pair(seconds, size, from, which == part_number("utimeval"));
        }
        case part_number("seconds"): {
            const int64_t seconds = size == 4 ? static_cast<int32_t>(value) : static_cast<int64_t>(value);
            decimal(seconds);
            return seconds == 0 ? void() : stamp_comment(seconds, 0, 0);
        }
        case part_number("stamp"): {
            unsigned_number(value);
            from.address += 4;
            put('}');
            uint64_t seconds = 0;
            if (!take_memory(from.address - 16, 8, seconds) || (seconds == 0 && value == 0)) return;
            return stamp_comment(static_cast<int64_t>(seconds), static_cast<int64_t>(value), 9);
        }
        case part_number("remaining"):
            // What is left of a sleep is told where it was interrupted.
            if (!is_restart(result_)) return address(value);
            return by_form(call_->row->entry.ends_with("time32") ? form("timespec32") : form("timespec64"),
                           value);
        case part_number("open_how"): {
            const uint64_t flags = last_;
            const uint64_t bits = take(from, 8);
            constexpr uint64_t kCreates = 0100, kTemporary = 020200000;
            if (unreadable_) return;
            if (bits == 0 && (flags & kCreates) == 0 && (flags & kTemporary) != kTemporary) return;
            put(", mode=");
            return octal(bits & 0xffff);
        }
        case part_number("clone_args"):
            return clone_args(value, next);
        case part_number("clone_size"): {
            uint64_t flags = 0;
            const uint64_t structure = raw_argument(0);
            constexpr uint64_t kPidfdAt = 8, kParentAt = 24;
            if (!failed() && take_memory(structure, 8, flags) && (flags & kParentIds) != 0) {
                put(" => {");
                for (const auto& [flag, name, at] :
                     {std::tuple{kPidfd, "pidfd=", kPidfdAt}, {kParentSettid, "parent_tid=", kParentAt}}) {
                    uint64_t pointer = 0;
                    if ((flags & flag) == 0 || !take_memory(structure + at, 8, pointer)) continue;
                    if (to_->back() != '{') put(", ");
                    put(name);
                    by_form(flag == kPidfd ? form("one_fd") : form("s32"), pointer);
                }
                put('}');
            }
            put(", ");
            return unsigned_number(value);
        }
        case part_number("clone_part"):
            return clone_part();
        case part_number("terminal"):
            return terminal(value);
        case part_number("cpu_set"):
            return cpu_set(value,
                           exiting_ && call_->row->entry == "sched_getaffinity" ? got : before & 0xffffffff);
        case part_number("random"):
            return bytes(value, got, Style::Hex::always);
        case part_number("option"):
            return option(value, next & 0xffffffff);
        case part_number("option_out"): {
            uint64_t length = 0;
            if (!take_memory(next, 4, length)) return address(value);
            return option(value, length);
        }
        case part_number("wake_operation"):
            return wake_operation(value);
        case part_number("futex"):
            return futex(value);
        case part_number("sigevent"):
            return sigevent(value);
        case part_number("bitset"):
            return value == 0xffffffff ? put("FUTEX_BITSET_MATCH_ANY") : hexadecimal(value);
        case part_number("signal_value"):
            put(", si_int=");
            decimal(static_cast<int32_t>(value));
            put(", si_ptr=");
            return address(value);
        case part_number("ipc_command"): {
            constexpr uint64_t k64 = 0x100;
            const char kind = call_->row->entry[1];
            if ((value & k64) != 0) put("IPC_64|");
            return constant(kind == 'h'   ? constants("shm_commands")
                            : kind == 's' ? constants("msg_commands")
                                          : constants("sem_commands"),
                            value & ~k64);
        }
        case part_number("swap_flags"): {
            constexpr uint64_t kPriority = 0x7fff, kPrefer = 0x8000;
            if ((value & ~kPriority) != 0 || value == 0)
                constant(constants("swap_flags"), value & ~kPriority);
            if ((value & kPrefer) == 0 && (value & kPriority) == 0) return;
            if ((value & ~kPriority) != 0) put('|');
            return unsigned_number(value & kPriority);
        }
        case part_number("interrupted"):
            put("<... resuming interrupted ");
            put(call_->before.empty() ? "system call" : call_->before);
            return put(" ...>");
        case part_number("mask_here"):
            return append_signal_set(*to_, value, 32);
        case part_number("old_mask"):
            return append_signal_set(*to_, raw_argument(2), 32);
        case part_number("ipc_mode"): {
            constexpr uint64_t kMode = 0777;
            const bool shared = call_->row->entry == "shmget";
            if ((value & ~kMode) != 0) {
                constant(shared ? constants("shm_flags") : constants("ipc_flags"), value & ~kMode);
                put('|');
            }
            return octal(value & kMode);
        }
        case part_number("ioctl"):
            return ioctl(value);
        case part_number("limit"):
            if (size == 8 && value == UINT64_MAX) return put("RLIM64_INFINITY");
            if (size == 4 && value == UINT32_MAX) return put("RLIM_INFINITY");
            if (value <= 1024 || value % 1024 != 0) return unsigned_number(value);
            unsigned_number(value / 1024);
            return put("*1024");
        case part_number("capability_set"):
            return capability_set(value);
        case part_number("chars"): {  // of an AF_UNIX address
            std::string text(left_, '\0');
            if (pages_.read(from.address, text.data(), text.size()) != text.size()) unreadable_ = true;
            if (unreadable_ || text.empty()) return;
            if (text[0] == '\0') put('@');
            return append_quoted(*to_, style_.hex,
                                 text[0] == '\0' ? std::string_view(text).substr(1) : until_zero(text),
                                 false);
        }
        case part_number("port"):
            return append_big(*to_, value, size);
        case part_number("address4"):
            return internet_address(from, 4);
        case part_number("address6"):
            return internet_address(from, 16);
        case part_number("hardware"): {
            const uint64_t length = std::min<uint64_t>(last_, 8);
            put(", sll_addr=[");
            for (uint64_t i = 0; i < length; ++i) {
                if (i != 0) put(", ");
                hexadecimal(take(from, 1));
            }
            return put(']');
        }
        case part_number("utsname"):
            return utsname(value, 65, 6);
        case part_number("utsname5"):
            return utsname(value, 65, 5);
        case part_number("utsname9"):
            return utsname(value, 9, 5);
        case part_number("handle"):
            (void)take_memory(from.begin, 4, left_);
            return rest_of(from, std::min<uint64_t>(left_, 128), Style::Hex::always);
        case part_number("statfs_flags"): {
            constexpr uint64_t kValid = 0x20;
            if ((value & kValid) == 0) return;
            put(", f_flags=");
            return constant(constants("statfs_flags"), value);
        }
        case part_number("ticks"): {  // at 100 Hz
            unsigned_number(value);
            if (value == 0) return;
            put(" /* ");
            unsigned_number(value / 100);
            put('.');
            append_padded(*to_, value % 100, 2, '0');
            return put(" s */");
        }
        case part_number("mount_type"):
        case part_number("mount_data"): {
            // Those that take neither a type nor data, or no type.
            constexpr uint64_t kRemount = 0x20, kMoves = 0x3000 | 0x1e0000;
            const uint64_t flags = raw_argument(3);
            const bool is_type = which == part_number("mount_type");
            const bool ignored = (flags & kRemount) != 0 ? is_type : (flags & kMoves) != 0;
            return ignored ? address(value) : string(value);
        }
        case part_number("text_rest"):
            return rest_of(from, left_, style_.hex);
        case part_number("personality"):
            if (value == 0xffffffff) return put("0xffffffff");
            return constant(constants("personalities"), value);
        case part_number("rusage"):
            if (call_->row->entry == "wait4" && result_ == 0) return address(value);
            return by_form(form("rusage"), value);
        case part_number("clock"):
            return clock(static_cast<int32_t>(value));
        case part_number("statx_mask"):
            return statx_mask(value);
        case part_number("user_desc"):
            return user_desc(value);
        case part_number("node_mask"):
            return node_mask(value);
        case part_number("page_bytes"): {
            constexpr uint64_t kPage = 4096;
            return list(value, (before + kPage - 1) / kPage, [&](Source& there) {
                const uint64_t byte = take(there, 1);
                if (!unreadable_) unsigned_number(byte & 1);
            });
        }
        case part_number("quota_command"):
            put("QCMD(");
            constant(constants("quota_commands"), value >> 8);
            put(", ");
            constant(constants("quota_types"), value & 0xff);
            return put(')');
        case part_number("saved_mask"):
            return saved_mask();
        case part_number("message_text"):
            return message_text(value, next);
        case part_number("name16"): {
            char name[16];
            if (pages_.read(from.address, name, sizeof name) != sizeof name) unreadable_ = true;
            if (!unreadable_) append_quoted(*to_, style_.hex, until_zero({name, sizeof name}), false);
            return;
        }
        case part_number("sockaddr16"):
            return sockaddr(from.address, 16);
        case part_number("hardware6"):
            for (unsigned i = 0; i < 6; ++i) {
                const uint64_t byte = take(from, 1);
                if (i != 0) put(':');
                put("0123456789abcdef"[byte >> 4]);
                put("0123456789abcdef"[byte & 15]);
            }
            return;
        case part_number("pages_offset"):
            return hexadecimal(value << 12);
        case part_number("shown_hex"): {
            for (unsigned shift = 32; shift != 0;) put("0123456789abcdef"[value >> (shift -= 4) & 15]);
            return;
        }
        case part_number("syslog_action"):
            decimal(static_cast<int32_t>(value));
            put(" /* ");
            if (!append_constant_name(*to_, constants("syslog_actions"), value)) put("SYSLOG_ACTION_???");
            return put(" */");
        case part_number("magic"): {
            constexpr uint64_t kMagic = 0xc0ed0000, kMask = 0xffffffffffff0000;
            const bool magic = (value & kMask) == kMagic;
            if (magic) put("MS_MGC_VAL");
            if (magic && (value & ~kMask) != 0) put('|');
            if (!magic || (value & ~kMask) != 0)
                constant(constants("mount_flags"), magic ? value & ~kMask : value);
            return;
        }
        case part_number("io_priority"):
            return io_priority(value);
        case part_number("lock_of_word"): {
            const bool gets = raw_argument(1) == 5;  // F_GETLK
            if (gets && !exiting_) {
                unknown_ = true;
                return;
            }
            if (gets && failed()) return address(value);
            const bool large = word() == 8;
            return by_form(gets ? (large ? form("get_lock64") : form("get_lock32"))
                                : (large ? form("set_lock64") : form("set_lock32")),
                           value);
        }
        default:
            return address(value);
    }
}

}  // namespace earlybox::trace_syscall
