// SPDX-License-Identifier: MIT
// Layouts: include/uapi and arch/x86/include/uapi of Linux 6.12, and include/linux/compat.h for 32-bit
// programs.
#include "applets/trace-syscall/printer.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"

namespace earlybox::trace_syscall {
namespace {

constexpr size_t kLongestPath = 4096;
constexpr uint64_t kTypeOfFile = 0170000;

// "127.0.0.1"
std::string ip4_text(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) append(text, text.empty() ? "" : ".", static_cast<unsigned char>(c));
    return text;
}

// RFC 5952: the longest run of zero groups becomes "::".
std::string ip6_text(std::string_view bytes) {
    std::array<unsigned, 8> groups{};
    for (size_t i = 0; i < groups.size(); ++i)
        groups[i] =
            static_cast<unsigned char>(bytes[2 * i]) << 8 | static_cast<unsigned char>(bytes[2 * i + 1]);
    size_t best = 0;
    size_t longest = 1;
    for (size_t i = 0; i < groups.size(); ++i) {
        size_t end = i;
        while (end < groups.size() && groups[end] == 0) ++end;
        if (end - i > longest) best = i, longest = end - i;
    }
    std::string text;
    for (size_t i = 0; i < groups.size(); ++i) {
        if (longest > 1 && i == best) {
            text += i == 0 ? "::" : ":";
            i += longest - 1;
            continue;
        }
        append(text, hex(groups[i]), i + 1 < groups.size() ? ":" : "");
    }
    return text;
}

uint16_t big_endian_16(std::string_view bytes) {
    return static_cast<uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 |
                                 static_cast<unsigned char>(bytes[1]));
}

// "8192*1024" for multiples, as limits are read.
std::string limit_text(uint64_t limit, unsigned size) {
    if (size == 8 && limit == UINT64_MAX) return "RLIM64_INFINITY";
    if (size == 4 && limit == UINT32_MAX) return "RLIM_INFINITY";
    return limit > 1024 && limit % 1024 == 0 ? concat(limit / 1024, "*1024") : concat(limit);
}

std::string_view until_zero(std::string_view text) { return text.substr(0, text.find('\0')); }

}  // namespace

uint64_t Fields::take(unsigned size) {
    uint64_t value = 0;
    for (unsigned i = 0; i < size && at_ + i < bytes_.size(); ++i)
        value |= uint64_t{static_cast<unsigned char>(bytes_[at_ + i])} << (8 * i);
    at_ += size;
    return value;
}

int64_t Fields::take_signed(unsigned size) {
    const uint64_t value = take(size);
    if (size == 8) return static_cast<int64_t>(value);
    const uint64_t sign = uint64_t{1} << (8 * size - 1);
    return static_cast<int64_t>((value ^ sign) - sign);
}

std::string_view Fields::bytes(unsigned size) {
    const auto all = std::string_view(bytes_);
    const auto found = at_ < all.size() ? all.substr(at_, size) : std::string_view();
    at_ += size;
    return found;
}

std::string device_text(uint64_t number) {
    const uint64_t major = (number >> 8 & 0xfff) | (number >> 32 & 0xfffff000);
    const uint64_t minor = (number & 0xff) | (number >> 12 & 0xffffff00);
    const auto part = [](uint64_t n) { return n == 0 ? std::string("0") : "0x" + hex(n); };
    return concat("makedev(", part(major), ", ", part(minor), ")");
}

std::string statx_mask_text(uint64_t mask) {
    struct Whole {
        uint64_t bits;
        const char* name;
    };
    for (const Whole& whole : {Whole{0xfff, "STATX_ALL"}, Whole{0x7ff, "STATX_BASIC_STATS"}})
        if ((mask & whole.bits) == whole.bits)
            return concat(whole.name,
                          mask == whole.bits ? "" : "|" + kStatxMask.describe(mask & ~whole.bits));
    return kStatxMask.describe(mask);
}

std::string stamp_text(int64_t seconds, int64_t nanoseconds) {
    const time_t stamp = static_cast<time_t>(seconds);
    struct tm parts;
    char text[40];
    if (localtime_r(&stamp, &parts) == nullptr) return {};
    const std::string_view zoned(text, strftime(text, sizeof text, "%FT%T%z", &parts));
    constexpr size_t kZone = 5;
    if (nanoseconds <= 0 || nanoseconds >= 1'000'000'000 || zoned.size() < kZone) return std::string(zoned);
    const std::string digits = concat(1'000'000'000 + nanoseconds);
    return concat(zoned.substr(0, zoned.size() - kZone), ".", std::string_view(digits).substr(1),
                  zoned.substr(zoned.size() - kZone));
}

std::string wait_status_text(uint32_t status) {
    const uint32_t signal = status & 0x7f;
    const uint32_t code = status >> 8 & 0xff;
    if (status == 0xffff) return "{WIFCONTINUED(s)}";
    std::string text;
    if ((status & 0xff) == 0x7f) {
        text = concat("{WIFSTOPPED(s) && WSTOPSIG(s) == ", signal_text(code & 0x7f));
        if ((code & 0x80) != 0) text += " | 0x80";
    } else if (signal != 0) {
        text = concat("{WIFSIGNALED(s) && WTERMSIG(s) == ", signal_text(signal));
        if ((status & 0x80) != 0) text += " && WCOREDUMP(s)";
    } else {
        text = concat("{WIFEXITED(s) && WEXITSTATUS(s) == ", code);
    }
    if (const uint32_t rest = status >> 16)
        append(text, "} | 0x", hex(uint64_t{rest} << 16));
    else
        text += '}';
    return text;
}

uint64_t Printer::shown(uint64_t count) const {
    constexpr uint64_t kMost = 65536;
    return std::min(count, style_.whole ? kMost : uint64_t{style_.string_limit});
}

void Printer::dirfd(int number) {
    constexpr int kAtCurrentFolder = -100;
    if (number != kAtCurrentFolder) return fd(number);
    to_ += "AT_FDCWD";
    if (style_.file_of)
        if (const auto folder = style_.file_of(number); !folder.empty()) append_named(to_, folder);
}

void Printer::mode(uint32_t bits) {
    std::string octal;
    for (; bits != 0; bits >>= 3) octal.insert(0, 1, static_cast<char>('0' + (bits & 7)));
    octal.insert(0, 1, '0');
    append(to_, std::string(octal.size() < 3 ? 3 - octal.size() : 0, '0'), octal);
}

void Printer::file_mode(uint32_t bits) {
    const auto type = kFileTypes.find(bits & kTypeOfFile);
    if (type) append(to_, *type, "|");
    for (const auto& [bit, name] : {std::pair{04000, "S_ISUID|"}, {02000, "S_ISGID|"}, {01000, "S_ISVTX|"}})
        if ((bits & static_cast<unsigned>(bit)) != 0) to_ += name;
    mode(type ? bits & 0777 : bits & ~07000U);
}

void Printer::device(uint64_t number) { to_ += device_text(number); }

std::optional<Fields> Printer::copy(uint64_t address, size_t size) const {
    std::string bytes(size, '\0');
    if (address == 0 || memory_.read(address, bytes) != size) return std::nullopt;
    return Fields(std::move(bytes), word());
}

std::optional<Fields> Printer::fields(uint64_t address, size_t size) {
    auto found = copy(address, size);
    if (!found) this->address(address);
    return found;
}

void Printer::path(uint64_t address) {
    std::string bytes(kLongestPath, '\0');
    const size_t got = address == 0 ? 0 : memory_.read(address, bytes);
    if (got == 0) return this->address(address);
    const auto text = std::string_view(bytes).substr(0, got);
    const size_t end = text.find('\0');
    if (end == text.npos && got < bytes.size()) return this->address(address);  // it runs into nothing
    append_quoted(to_, style_, text.substr(0, end), end == text.npos);
}

void Printer::string(uint64_t address) {
    std::string bytes(style_.string_limit + 1, '\0');
    const size_t got = address == 0 ? 0 : memory_.read(address, bytes);
    if (got == 0) return this->address(address);
    const auto text = std::string_view(bytes).substr(0, got);
    const size_t end = text.find('\0');
    if (end == text.npos && got < bytes.size()) return this->address(address);
    append_quoted(to_, style_, text.substr(0, std::min(end, style_.string_limit)), end == text.npos);
}

void Printer::bytes(uint64_t address, uint64_t size) {
    const uint64_t wanted = std::min<uint64_t>(size, style_.string_limit);
    std::string text(wanted, '\0');
    if (address == 0 || (wanted != 0 && memory_.read(address, text) != wanted)) return this->address(address);
    append_quoted(to_, style_, text, wanted < size);
}

void Printer::string_list(uint64_t address) {
    if (address == 0) return this->address(address);
    const size_t most = style_.whole ? 65536 : style_.string_limit;
    const size_t before = to_.size();
    to_ += '[';
    for (size_t i = 0;; ++i) {
        std::string bytes(word(), '\0');
        if (memory_.read(address + i * word(), bytes) != word()) {
            if (i == 0) {
                to_.resize(before);
                return this->address(address);
            }
            append(to_, ", ... /* 0x", hex(address + i * word()), " */");
            break;
        }
        const uint64_t pointer = Fields(std::move(bytes), word()).word();
        if (pointer == 0) break;
        if (i != 0) to_ += ", ";
        if (i == most) {
            to_ += "...";
            break;
        }
        string(pointer);
    }
    to_ += ']';
}

void Printer::environment(uint64_t address) {
    if (style_.whole) return string_list(address);
    this->address(address);
    if (address == 0) return;
    constexpr size_t kMost = 65536;
    constexpr size_t kAtOnce = 512;
    size_t count = 0;
    for (bool ended = false; !ended && count < kMost;) {
        std::string bytes(kAtOnce * word(), '\0');
        const size_t got = memory_.read(address + count * word(), bytes) / word();
        Fields pointers(std::move(bytes), word());
        size_t i = 0;
        while (i < got && pointers.word() != 0) ++i;
        count += i;
        ended = i < kAtOnce;
        if (i == got && got < kAtOnce) {
            append(to_, " /* ", count, count == 1 ? " var, unterminated */" : " vars, unterminated */");
            return;
        }
    }
    append(to_, " /* ", count, count == 1 ? " var */" : " vars */");
}

// What stands for a number in a form, behind its %.
struct Place {
    char kind;      // d u x f p _
    unsigned size;  // in bytes
};

Place next_place(std::string_view& form, unsigned word, unsigned time_field) {
    const char kind = form[0];
    const char width = form[1];
    form.remove_prefix(2);
    const unsigned size = width == 'w'   ? word
                          : width == 't' ? time_field
                          : width == 'a' ? word - 4
                                         : static_cast<unsigned>(width - '0');
    return {kind, size};
}

void Printer::filled(std::string_view form, Fields& fields, unsigned time_field,
                     std::initializer_list<const ConstantTable*> names) {
    const auto* name = names.begin();
    while (!form.empty()) {
        const size_t percent = std::min(form.find('%'), form.size());
        to_ += form.substr(0, percent);
        form.remove_prefix(percent);
        if (form.empty()) break;
        form.remove_prefix(1);
        const Place place = next_place(form, word(), time_field);
        const int64_t number = place.kind == 'd' ? fields.take_signed(place.size)
                                                 : static_cast<int64_t>(fields.take(place.size));
        if (place.kind == 'd')
            append(to_, number);
        else if (place.kind == 'u')
            append(to_, static_cast<uint64_t>(number));
        else if (place.kind == 'x')
            append(to_, number == 0 ? "" : "0x", hex(static_cast<uint64_t>(number)));
        else if (place.kind == 'p')
            this->address(static_cast<uint64_t>(number));
        else if (place.kind == 'f')
            to_ += (*name++)->describe(static_cast<uint64_t>(number));
    }
}

void Printer::structure(uint64_t address, std::string_view form, unsigned time_field,
                        std::initializer_list<const ConstantTable*> names) {
    size_t size = 0;
    for (std::string_view rest = form; !rest.empty();) {
        const size_t percent = rest.find('%');
        if (percent == rest.npos) break;
        rest.remove_prefix(percent + 1);
        size += next_place(rest, word(), time_field).size;
    }
    if (auto found = fields(address, size)) filled(form, *found, time_field, names);
}

void Printer::timespec(uint64_t address, unsigned field) {
    structure(address, "{tv_sec=%dt, tv_nsec=%dt}", field);
}

void Printer::one_utime(Fields& fields, unsigned field) {
    constexpr int64_t kNow = (1 << 30) - 1;
    constexpr int64_t kOmit = (1 << 30) - 2;
    const int64_t seconds = fields.take_signed(field);
    const int64_t nanoseconds = fields.take_signed(field);
    if (nanoseconds == kNow)
        to_ += "UTIME_NOW";
    else if (nanoseconds == kOmit)
        to_ += "UTIME_OMIT";
    else
        append(to_, "{tv_sec=", seconds, ", tv_nsec=", nanoseconds, "} /* ", stamp_text(seconds, nanoseconds),
               " */");
}

void Printer::timespec_pair(uint64_t address, unsigned field) {
    auto found = fields(address, 4 * field);
    if (!found) return;
    to_ += '[';
    one_utime(*found, field);
    to_ += ", ";
    one_utime(*found, field);
    to_ += ']';
}

void Printer::timeval(uint64_t address) { structure(address, "{tv_sec=%dt, tv_usec=%dt}", old_time_field()); }

void Printer::timeval_pair(uint64_t address) {
    const unsigned field = old_time_field();
    auto found = fields(address, 4 * field);
    if (!found) return;
    for (const char* before : {"[", ", "}) {
        const int64_t seconds = found->take_signed(field);
        const int64_t microseconds = found->take_signed(field);
        append(to_, before, "{tv_sec=", seconds, ", tv_usec=", microseconds, "} /* ",
               stamp_text(seconds, microseconds * 1000), " */");
    }
    to_ += ']';
}

void Printer::timezone(uint64_t address) { structure(address, "{tz_minuteswest=%d4, tz_dsttime=%d4}"); }

void Printer::itimerval(uint64_t address) {
    structure(address, "{it_interval={tv_sec=%dt, tv_usec=%dt}, it_value={tv_sec=%dt, tv_usec=%dt}}",
              old_time_field());
}

void Printer::itimerspec(uint64_t address, unsigned field) {
    structure(address, "{it_interval={tv_sec=%dt, tv_nsec=%dt}, it_value={tv_sec=%dt, tv_nsec=%dt}}", field);
}

void Printer::utimbuf(uint64_t address) {
    const unsigned field = old_time_field();
    auto found = fields(address, 2 * field);
    if (!found) return;
    const int64_t access = found->take_signed(field);
    const int64_t change = found->take_signed(field);
    append(to_, "{actime=", access, " /* ", stamp_text(access), " */, modtime=", change, " /* ",
           stamp_text(change), " */}");
}

void Printer::time(uint64_t address) {
    const unsigned field = old_time_field();
    if (auto found = fields(address, field)) {
        const int64_t seconds = found->take_signed(field);
        append(to_, "[", seconds, " /* ", stamp_text(seconds), " */]");
    }
}

void Printer::timex(uint64_t address, unsigned field) {
    structure(
        address,
        field == 8
            ? "{modes=%x4%_4, offset=%d8, freq=%d8, maxerror=%d8, esterror=%d8, status=%x4%_4, constant=%d8, "
              "precision=%d8, tolerance=%d8, time={tv_sec=%d8, tv_usec=%d8}, tick=%d8, ...}"
            : "{modes=%x4, offset=%d4, freq=%d4, maxerror=%d4, esterror=%d4, status=%x4, constant=%d4, "
              "precision=%d4, tolerance=%d4, time={tv_sec=%d4, tv_usec=%d4}, tick=%d4, ...}");
}

void Printer::number_behind(uint64_t address, unsigned size, bool is_signed) {
    structure(address, is_signed ? "[%dt]" : "[%ut]", size);
}

void Printer::fd_pair(uint64_t address) {
    auto found = fields(address, 8);
    if (!found) return;
    to_ += '[';
    fd(static_cast<int>(found->take_signed(4)));
    to_ += ", ";
    fd(static_cast<int>(found->take_signed(4)));
    to_ += ']';
}

void Printer::wait_status(uint64_t address) {
    if (auto found = fields(address, 4))
        append(to_, "[", wait_status_text(static_cast<uint32_t>(found->take(4))), "]");
}

void Printer::stat(uint64_t address, Argument kind) {
    struct Stat {
        uint64_t device = 0, inode = 0, mode = 0, links = 0, uid = 0, gid = 0, special = 0, blocks = 0,
                 block_size = 0;
        int64_t size = 0;
        int64_t seconds[3] = {}, nanoseconds[3] = {};
    } s;
    const bool old = kind == Argument::old_stat_out;
    auto found = fields(address, kind == Argument::stat64_out ? 96
                                 : old                        ? 32
                                 : wide() || abi_ == Abi::x32 ? 144
                                                              : 64);
    if (!found) return;
    const auto times = [&](unsigned field, bool with_nanoseconds) {
        for (size_t i = 0; i < 3; ++i) {
            s.seconds[i] = found->take_signed(field);
            if (with_nanoseconds) s.nanoseconds[i] = found->take_signed(field);
        }
    };
    if (kind == Argument::stat64_out) {  // struct stat64 of arch/x86/include/uapi/asm/stat.h
        s.device = found->take(8);
        found->skip(8);
        s.mode = found->take(4), s.links = found->take(4), s.uid = found->take(4), s.gid = found->take(4);
        s.special = found->take(8);
        found->skip(4);
        s.size = found->take_signed(8);
        s.block_size = found->take(4);
        s.blocks = found->take(8);
        times(4, true);
        s.inode = found->take(8);
    } else if (old) {  // struct __old_kernel_stat
        for (uint64_t* field : {&s.device, &s.inode, &s.mode, &s.links, &s.uid, &s.gid, &s.special})
            *field = found->take(2);
        found->skip(2);
        s.size = found->take_signed(4);
        times(4, false);
    } else if (wide() || abi_ == Abi::x32) {
        s.device = found->take(8), s.inode = found->take(8), s.links = found->take(8);
        s.mode = found->take(4), s.uid = found->take(4), s.gid = found->take(4);
        found->skip(4);
        s.special = found->take(8), s.size = found->take_signed(8);
        s.block_size = found->take(8), s.blocks = found->take(8);
        times(8, true);
    } else {  // struct compat_stat
        s.device = found->take(4), s.inode = found->take(4);
        s.mode = found->take(2), s.links = found->take(2), s.uid = found->take(2), s.gid = found->take(2);
        s.special = found->take(4), s.size = found->take_signed(4);
        s.block_size = found->take(4), s.blocks = found->take(4);
        times(4, true);
    }
    const uint64_t type = s.mode & kTypeOfFile;
    const bool has_number = type == 020000 || type == 060000;
    to_ += '{';
    if (style_.whole) append(to_, "st_dev=", device_text(s.device), ", st_ino=", s.inode, ", ");
    to_ += "st_mode=";
    file_mode(static_cast<uint32_t>(s.mode));
    if (style_.whole) {
        append(to_, ", st_nlink=", s.links, ", st_uid=", s.uid, ", st_gid=", s.gid);
        if (!old) append(to_, ", st_blksize=", s.block_size, ", st_blocks=", s.blocks);
    }
    if (has_number)
        append(to_, ", st_rdev=", device_text(s.special));
    else
        append(to_, ", st_size=", s.size);
    if (!style_.whole) {
        to_ += ", ...}";
        return;
    }
    constexpr const char* kNames[] = {"atime", "mtime", "ctime"};
    for (size_t i = 0; i < 3; ++i) {
        append(to_, ", st_", kNames[i], "=", s.seconds[i]);
        if (s.seconds[i] != 0 || s.nanoseconds[i] != 0) {
            append(to_, " /* ", stamp_text(s.seconds[i], s.nanoseconds[i]), " */");
        }
        if (!old) append(to_, ", st_", kNames[i], "_nsec=", s.nanoseconds[i]);
    }
    to_ += '}';
}

void Printer::statx(uint64_t address) {
    auto found = fields(address, 256);
    if (!found) return;
    const uint64_t mask = found->take(4);
    const uint64_t block_size = found->take(4);
    const uint64_t attributes = found->take(8);
    const uint64_t links = found->take(4), uid = found->take(4), gid = found->take(4);
    const auto bits = static_cast<uint32_t>(found->take(2));
    found->skip(2);
    const uint64_t inode = found->take(8), size = found->take(8), blocks = found->take(8);
    const uint64_t known_attributes = found->take(8);
    append(to_, "{stx_mask=", statx_mask_text(mask));
    if (style_.whole) append(to_, ", stx_blksize=", block_size);
    append(to_, ", stx_attributes=", kStatxAttributes.describe(attributes));
    if (style_.whole) append(to_, ", stx_nlink=", links, ", stx_uid=", uid, ", stx_gid=", gid);
    to_ += ", stx_mode=";
    file_mode(bits);
    if (style_.whole) append(to_, ", stx_ino=", inode);
    append(to_, ", stx_size=", size);
    if (!style_.whole) {
        to_ += ", ...}";
        return;
    }
    append(to_, ", stx_blocks=", blocks,
           ", stx_attributes_mask=", kStatxAttributes.describe(known_attributes));
    for (const char* name : {"stx_atime", "stx_btime", "stx_ctime", "stx_mtime"}) {
        const int64_t seconds = found->take_signed(8);
        append(to_, ", ", name, "={tv_sec=", seconds, ", tv_nsec=", found->take(4), "}");
        found->skip(4);
    }
    for (const char* name : {"stx_rdev_major", "stx_rdev_minor", "stx_dev_major", "stx_dev_minor"})
        append(to_, ", ", name, "=", found->take(4));
    to_ += '}';
}

void Printer::statfs(uint64_t address, bool large) {
    // struct statfs of the ABI; statfs64: 64-bit counts, packed, behind 32-bit words
    structure(address,
              "{f_type=%fw, f_bsize=%uw, f_blocks=%ut, f_bfree=%ut, f_bavail=%ut, f_files=%ut, f_ffree=%ut, "
              "f_fsid={val=[%x4, %x4]}, f_namelen=%uw, f_frsize=%uw, f_flags=%fw}",
              large ? 8 : word(), {&kFileSystemMagics, &kStatfsFlags});
}

void Printer::sockaddr(uint64_t address, uint64_t size) {
    constexpr uint64_t kLongest = 128;
    const auto length = static_cast<unsigned>(std::min(size, kLongest));
    if (address == 0 || length < 2) return this->address(address);
    auto found = fields(address, length);
    if (!found) return;
    const uint64_t family = found->take(2);
    append(to_, "{sa_family=", kSocketFamilies.describe(family));
    switch (family) {
        case 1: {  // AF_UNIX
            if (length == 2) break;
            const auto path = found->bytes(length - 2);
            to_ += ", sun_path=";
            if (path[0] == '\0') to_ += '@';
            Style style = style_;
            style.string_limit = path.size();
            append_quoted(to_, style, path[0] == '\0' ? path.substr(1) : until_zero(path), false);
            break;
        }
        case 2: {  // AF_INET
            if (length < 8) break;
            append(to_, ", sin_port=htons(", big_endian_16(found->bytes(2)), ")");
            append(to_, ", sin_addr=inet_addr(\"", ip4_text(found->bytes(4)), "\")");
            break;
        }
        case 10: {  // AF_INET6
            if (length < 24) break;
            append(to_, ", sin6_port=htons(", big_endian_16(found->bytes(2)), ")");
            const auto flow = found->bytes(4);
            append(to_, ", sin6_flowinfo=htonl(",
                   uint32_t{big_endian_16(flow)} << 16 | big_endian_16(flow.substr(2)), ")");
            append(to_, ", inet_pton(AF_INET6, \"", ip6_text(found->bytes(16)), "\", &sin6_addr)");
            if (length >= 28) append(to_, ", sin6_scope_id=", found->take(4));
            break;
        }
        case 16: {  // AF_NETLINK
            if (length < 12) break;
            found->skip(2);
            append(to_, ", nl_pid=", found->take_signed(4));
            append(to_, ", nl_groups=", hex(found->take(4), 8));
            break;
        }
        default: {
            to_ += ", sa_data=";
            append_quoted(to_, style_, found->bytes(length - 2), false);
        }
    }
    to_ += '}';
}

void Printer::one_iovec(Fields& fields, uint64_t& left) {
    const uint64_t base = fields.word();
    const uint64_t length = fields.word();
    const uint64_t here = std::min(left, length);
    left -= here;
    to_ += "{iov_base=";
    if (here == 0 && length != 0)
        address(base);
    else
        bytes(base, here);
    append(to_, ", iov_len=", length, "}");
}

void Printer::iovecs(uint64_t address, uint64_t count, std::optional<uint64_t> limit) {
    uint64_t left = limit.value_or(UINT64_MAX);
    array(address, count, 2 * word(), [&](Fields& fields) { one_iovec(fields, left); });
}

void Printer::one_message(Fields& fields, std::optional<uint64_t> received) {
    const uint64_t name = fields.word();
    const auto name_size = fields.take(4);
    if (word() == 8) fields.skip(4);
    const uint64_t vectors = fields.word(), vector_count = fields.word();
    const uint64_t control = fields.word(), control_size = fields.word();
    const uint64_t flags = fields.take(4);
    if (word() == 8) fields.skip(4);
    to_ += "{msg_name=";
    sockaddr(name, name_size);
    append(to_, ", msg_namelen=", name_size, ", msg_iov=");
    iovecs(vectors, vector_count, received);
    append(to_, ", msg_iovlen=", vector_count);
    if (control_size != 0) {
        to_ += ", msg_control=";
        address(control);
    }
    append(to_, ", msg_controllen=", control_size, ", msg_flags=", kMessageFlags.describe(flags), "}");
}

void Printer::message(uint64_t address, std::optional<uint64_t> received) {
    if (auto found = fields(address, word() == 8 ? 56 : 28)) one_message(*found, received);
}

void Printer::messages(uint64_t address, uint64_t count, bool received) {
    array(address, count, word() == 8 ? 64 : 32, [&](Fields& fields) {
        Fields whole(std::string(fields.bytes(word() == 8 ? 64 : 32)), word());
        Fields length = whole;
        length.skip(word() == 8 ? 56 : 28);
        const uint64_t got = length.take(4);
        to_ += "{msg_hdr=";
        one_message(whole, received ? std::optional(got) : std::nullopt);
        if (received) append(to_, ", msg_len=", got);
        to_ += '}';
    });
}

void Printer::signal_set(uint64_t address, uint64_t size) {
    const auto length = static_cast<unsigned>(std::min<uint64_t>(size, 8));
    if (auto found = fields(address, length)) to_ += signal_set_text(found->take(length));
}

void Printer::pselect_signal_set(uint64_t address) {
    auto found = fields(address, 2 * word());
    if (!found) return;
    const uint64_t set = found->word();
    const uint64_t size = found->word();
    if (set == 0 && size == 0) return append(to_, "NULL");
    to_ += "{sigmask=";
    signal_set(set, size);
    append(to_, ", sigsetsize=", size, "}");
}

void Printer::sigaction(uint64_t address, bool old) {
    auto found = fields(address, old ? 4 * word() : 3 * word() + 8);
    if (!found) return;
    const uint64_t handler = found->word();
    uint64_t mask = old ? found->word() : 0;
    const uint64_t flags = found->word();
    const uint64_t restorer = found->word();
    if (!old) mask = found->take(8);
    to_ += "{sa_handler=";
    if (handler == 0)
        to_ += "SIG_DFL";
    else if (handler == 1)
        to_ += "SIG_IGN";
    else
        append(to_, "0x", hex(handler));
    append(to_, ", sa_mask=", signal_set_text(mask),
           ", sa_flags=", kSignalActionFlags.describe(flags & 0xffffffff));
    constexpr uint64_t kRestorer = 0x04000000;
    if ((flags & kRestorer) != 0) {
        to_ += ", sa_restorer=";
        this->address(restorer);
    }
    to_ += '}';
}

void Printer::siginfo_fields(std::string_view bytes) {
    Fields info(std::string(bytes), word());
    const auto signal = info.take(4);
    const int64_t error = info.take_signed(4);
    const int64_t code = info.take_signed(4);
    if (word() == 8) info.skip(4);
    if (signal == 0) return append(to_, "{}");

    const ConstantTable* codes = signal == 17   ? &kChildCodes
                                 : signal == 11 ? &kSegvCodes
                                 : signal == 7  ? &kBusCodes
                                 : signal == 4  ? &kIllCodes
                                 : signal == 8  ? &kFpeCodes
                                 : signal == 5  ? &kTrapCodes
                                 : signal == 29 ? &kPollCodes
                                 : signal == 31 ? &kSysCodes
                                                : nullptr;
    auto name = kSignalCodes.find(static_cast<uint32_t>(code));
    if (!name && codes != nullptr) name = codes->find(static_cast<uint32_t>(code));
    append(to_, "{si_signo=", signal_text(signal), ", si_code=", name ? *name : concat(code));
    if (error != 0) append(to_, ", si_errno=", error);
    constexpr int64_t kTimer = -2;
    constexpr int64_t kQueue = -1;
    if (code == kTimer) {
        append(to_, ", si_timerid=", info.take_signed(4));
        append(to_, ", si_overrun=", info.take_signed(4));
        const int64_t number = info.take_signed(4);
        append(to_, ", si_int=", number, ", si_ptr=");
        address(static_cast<uint32_t>(number));
    } else if (code > 0 && signal == 17) {
        append(to_, ", si_pid=", info.take_signed(4));
        append(to_, ", si_uid=", info.take(4));
        const int64_t status = info.take_signed(4);
        const bool exited = code == 1;
        append(to_, ", si_status=", exited ? concat(status) : signal_text(static_cast<uint64_t>(status)));
        if (word() == 8) info.skip(4);
        append(to_, ", si_utime=", info.signed_word());
        append(to_, ", si_stime=", info.signed_word());
    } else if (code > 0 && codes != nullptr && signal != 29 && signal != 31) {
        to_ += ", si_addr=";
        address(info.word());
    } else if (code > 0 && signal == 31) {
        to_ += ", si_call_addr=";
        address(info.word());
        const int64_t call = info.take_signed(4);
        append(to_, ", si_syscall=", call, ", si_arch=0x", hex(info.take(4)));
    } else if (code != 0x80) {
        append(to_, ", si_pid=", info.take_signed(4));
        append(to_, ", si_uid=", info.take(4));
        if (code == kQueue) {
            const int64_t number = info.take_signed(4);
            append(to_, ", si_value={int=", number, ", ptr=");
            address(static_cast<uint32_t>(number));
            to_ += '}';
        }
    }
    to_ += '}';
}

void Printer::siginfo(uint64_t address) {
    if (auto found = fields(address, 128)) siginfo_fields(found->bytes(128));
}

void Printer::signal_stack(uint64_t address) {
    structure(address, "{ss_sp=%pw, ss_flags=%f4%_a, ss_size=%uw}", 0, {&kSignalStackFlags});
}

void Printer::one_epoll_event(Fields& fields) {
    const uint64_t events = fields.take(4);
    const uint64_t data = fields.take(8);
    append(to_, "{events=", kEpollEvents.describe(events), ", data={u32=", data & 0xffffffff, ", u64=", data,
           "}}");
}

void Printer::epoll_event(uint64_t address) {
    if (auto found = fields(address, 12)) one_epoll_event(*found);
}

void Printer::epoll_events(uint64_t address, uint64_t count) {
    array(address, count, 12, [&](Fields& fields) { one_epoll_event(fields); });
}

void Printer::poll_fds(uint64_t address, uint64_t count) {
    array(address, count, 8, [&](Fields& fields) {
        to_ += "{fd=";
        const auto number = static_cast<int>(fields.take_signed(4));
        fd(number);
        const uint64_t events = fields.take(2);
        fields.skip(2);
        if (number >= 0) append(to_, ", events=", kPollEvents.describe(events));
        to_ += '}';
    });
}

void Printer::fd_set(uint64_t address, uint64_t width) {
    constexpr uint64_t kMost = 65536;
    const auto longs = (std::min(width, kMost) + 8 * word() - 1) / (8 * word());
    auto found = fields(address, longs * word());
    if (!found) return;
    to_ += '[';
    bool first = true;
    for (uint64_t i = 0; i < longs; ++i)
        for (uint64_t bits = found->word(), bit = 0; bits != 0; bits >>= 1, ++bit) {
            if ((bits & 1) == 0) continue;
            if (!std::exchange(first, false)) to_ += ' ';
            fd(static_cast<int>(i * 8 * word() + bit));
        }
    to_ += ']';
}

void Printer::rlimit(uint64_t address, unsigned field) {
    auto found = fields(address, 2 * field);
    if (!found) return;
    append(to_, "{rlim_cur=", limit_text(found->take(field), field));
    append(to_, ", rlim_max=", limit_text(found->take(field), field), "}");
}

void Printer::rusage(uint64_t address) {
    structure(
        address,
        style_.whole
            ? "{ru_utime={tv_sec=%dw, tv_usec=%dw}, ru_stime={tv_sec=%dw, tv_usec=%dw}, ru_maxrss=%uw, "
              "ru_ixrss=%uw, ru_idrss=%uw, ru_isrss=%uw, ru_minflt=%uw, ru_majflt=%uw, ru_nswap=%uw, "
              "ru_inblock=%uw, ru_oublock=%uw, ru_msgsnd=%uw, ru_msgrcv=%uw, ru_nsignals=%uw, ru_nvcsw=%uw, "
              "ru_nivcsw=%uw}"
            : "{ru_utime={tv_sec=%dw, tv_usec=%dw}, ru_stime={tv_sec=%dw, tv_usec=%dw}, ...}");
}

void Printer::tms(uint64_t address) {
    structure(address, "{tms_utime=%uw, tms_stime=%uw, tms_cutime=%uw, tms_cstime=%uw}");
}

void Printer::sysinfo(uint64_t address) {
    constexpr std::string_view kHead =
        "{uptime=%dw, loads=[%uw, %uw, %uw], totalram=%uw, freeram=%uw, sharedram=%uw, bufferram=%uw, totalswap=%uw, "
        "freeswap=%uw, procs=%u2%_2%_a, totalhigh=%uw, freehigh=%uw, mem_unit=%u4}";
    structure(address, kHead);
}

void Printer::utsname(uint64_t address, unsigned field, unsigned count) {
    auto found = fields(address, field * count);
    if (!found) return;
    constexpr const char* kNames[] = {"sysname", "nodename", "release", "version", "machine", "domainname"};
    const unsigned shown = style_.whole ? count : 2;
    for (unsigned i = 0; i < shown; ++i) {
        append(to_, i == 0 ? "{" : ", ", kNames[i], "=");
        append_quoted(to_, style_, until_zero(found->bytes(field)), false);
    }
    to_ += style_.whole ? "}" : ", ...}";
}

void Printer::clone_args(uint64_t address, uint64_t size) {
    constexpr uint64_t kKnown = 88;
    const auto length = static_cast<unsigned>(std::min(size, kKnown));
    auto found = fields(address, length);
    if (!found) return;
    const uint64_t flags = found->take(8);
    const uint64_t pidfd = found->take(8), child = found->take(8), parent = found->take(8),
                   signal = found->take(8);
    const uint64_t stack = found->take(8), stack_size = found->take(8), tls = found->take(8);
    constexpr uint64_t kPidfd = 0x1000, kParentSettid = 0x100000, kChildIds = 0x1200000, kSettls = 0x80000;
    const uint64_t high = flags >> 32;
    std::string names =
        (flags & 0xffffffff) == 0 && high != 0 ? "" : kCloneFlags.describe(flags & 0xffffffff);
    if (high != 0) append(names, names.empty() ? "" : "|", kCloneHighFlags.describe(high));
    append(to_, "{flags=", names);
    const auto pointer = [&](const char* name, uint64_t value) {
        append(to_, ", ", name, "=");
        this->address(value);
    };
    if ((flags & kPidfd) != 0) pointer("pidfd", pidfd);
    if ((flags & kChildIds) != 0) pointer("child_tid", child);
    if ((flags & kParentSettid) != 0) pointer("parent_tid", parent);
    append(to_, ", exit_signal=", signal_text(signal));
    pointer("stack", stack);
    append(to_, ", stack_size=", stack_size == 0 ? "0" : "0x" + hex(stack_size));
    if ((flags & kSettls) != 0) pointer("tls", tls);
    to_ += '}';
}

void Printer::open_how(uint64_t address) {
    auto found = fields(address, 24);
    if (!found) return;
    constexpr uint64_t kCreates = 0100;
    const uint64_t flags = found->take(8);
    const auto bits = static_cast<uint32_t>(found->take(8));
    constexpr const char* kAccess[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
    append(to_, "{flags=", kAccess[flags & 3]);
    if ((flags & ~uint64_t{3}) != 0) append(to_, "|", kOpenFlags.describe(flags & ~uint64_t{3}));
    if (bits != 0 || (flags & kCreates) != 0) {
        to_ += ", mode=";
        mode(bits);
    }
    append(to_, ", resolve=", kResolveFlags.describe(found->take(8)), "}");
}

void Printer::mount_attributes(uint64_t address) {
    structure(address, "{attr_set=%f8, attr_clr=%f8, propagation=%f8, userns_fd=%d8}", 0,
              {&kMountAttributes, &kMountAttributes, &kMountFlags});
}

void Printer::sched_param(uint64_t address) { number_behind(address, 4, true); }

void Printer::sched_attr(uint64_t address) {
    structure(
        address,
        "{size=%u4, sched_policy=%f4, sched_flags=%x8, sched_nice=%d4, sched_priority=%u4, sched_runtime=%u8, "
        "sched_deadline=%u8, sched_period=%u8}",
        0, {&kPolicies});
}

void Printer::dirents(uint64_t address, uint64_t size, bool wide_fields) {
    constexpr uint64_t kMost = 1 << 20;
    std::string bytes(std::min(size, kMost), '\0');
    if (address == 0 || memory_.read(address, bytes) != bytes.size()) return this->address(address);
    const unsigned field = wide_fields ? 8 : word();
    std::string entries;
    size_t count = 0;
    for (size_t at = 0; at + 2 * field + 2 < bytes.size();) {
        Fields entry(bytes.substr(at, 2 * field + 3), word());
        const uint64_t inode = entry.take(field);
        const int64_t offset = entry.take_signed(field);
        const uint64_t length = entry.take(2);
        const uint64_t type = wide_fields ? entry.take(1) : 0;
        const size_t head = 2 * field + (wide_fields ? 3 : 2);
        if (length <= head || length > bytes.size() - at) break;
        const auto rest = std::string_view(bytes).substr(at + head, length - head);
        append(entries, count == 0 ? "{d_ino=" : ", {d_ino=", inode, ", d_off=", offset,
               ", d_reclen=", length);
        if (wide_fields) append(entries, ", d_type=", kDirentTypes.describe(type));
        entries += ", d_name=";
        Style style = style_;
        style.string_limit = rest.size();
        append_quoted(entries, style, until_zero(rest), false);
        if (!wide_fields)
            append(entries, ", d_type=", kDirentTypes.describe(static_cast<unsigned char>(rest.back())));
        entries += '}';
        ++count;
        at += length;
    }
    if (style_.whole)
        append(to_, "[", entries, "]");
    else {
        this->address(address);
        append(to_, " /* ", count, " entries */");
    }
}

void Printer::window_size(uint64_t address) {
    structure(address, "{ws_row=%u2, ws_col=%u2, ws_xpixel=%u2, ws_ypixel=%u2}");
}

void Printer::terminal(uint64_t address) {
    auto found = fields(address, 36);  // struct termios, as the kernel has it
    if (!found) return;
    constexpr const char* kSpeeds[] = {"B0",    "B50",   "B75",    "B110",  "B134",  "B150",
                                       "B200",  "B300",  "B600",   "B1200", "B1800", "B2400",
                                       "B4800", "B9600", "B19200", "B38400"};
    constexpr const char* kSizes[] = {"CS5", "CS6", "CS7", "CS8"};
    constexpr const char* kFastSpeeds[] = {"BOTHER",  "B57600",  "B115200", "B230400",
                                           "B460800", "B500000", "B576000", "B921600"};
    const uint64_t input = found->take(4), output = found->take(4), control = found->take(4),
                   local = found->take(4);
    append(to_, "{c_iflag=", kTtyInputFlags.describe(input), ", c_oflag=");
    // The field of output flags with NL0, CR0 … in it is named as zero where nothing is set, as strace does.
    std::string delays = "NL0|CR0|TAB0|BS0|VT0|FF0";
    append(to_, delays, (output & 0377) == 0 ? "" : "|",
           (output & 0377) == 0 ? "" : kTtyOutputFlags.describe(output & 0377));
    const uint64_t speed = control & 017;
    append(to_, ", c_cflag=", (control & 010000) != 0 ? kFastSpeeds[speed & 7] : kSpeeds[speed], "|",
           kSizes[control >> 4 & 3]);
    const uint64_t rest = control & ~uint64_t{010077 | 002003600000};
    if (rest != 0) append(to_, "|", kTtyControlFlags.describe(rest));
    append(to_, ", c_lflag=", kTtyLocalFlags.describe(local), ", ...}");
}

void Printer::segment(uint64_t address) {
    auto found = fields(address, 16);
    if (!found) return;
    append(to_, "{entry_number=", found->take_signed(4));
    append(to_, ", base_addr=0x", hex(found->take(4)));
    append(to_, ", limit=0x", hex(found->take(4), 6));
    const uint64_t bits = found->take(4);
    append(to_, ", seg_32bit=", bits & 1, ", contents=", bits >> 1 & 3);
    constexpr const char* kBits[] = {"read_exec_only", "limit_in_pages", "seg_not_present", "useable"};
    for (unsigned i = 0; i < std::size(kBits); ++i) append(to_, ", ", kBits[i], "=", bits >> (i + 3) & 1);
    to_ += '}';
}

void Printer::file_lock(uint64_t address, bool large, bool with_holder) {
    const unsigned offset = large || word() == 8 ? 8 : 4;
    structure(address,
              with_holder ? "{l_type=%f2, l_whence=%f2%_a, l_start=%dt, l_len=%dt, l_pid=%d4}"
                          : "{l_type=%f2, l_whence=%f2%_a, l_start=%dt, l_len=%dt}",
              offset, {&kLockTypes, &kWhence});
}

}  // namespace earlybox::trace_syscall
