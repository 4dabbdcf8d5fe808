// SPDX-License-Identifier: MIT
// The C++ run-time support of the shipped binary, without exceptions: these definitions keep the unwinder,
// the exception classes and the terminate machinery out of the link; and libc's classes of wide characters
// without its 13 kB of Unicode tables, since in the C locale, which is never left, only ASCII has any. The
// tests use the libraries' own.
#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>
#include <wctype.h>

#include <new>
#include <string_view>

namespace {

[[noreturn]] void die(std::string_view reason) {
    (void)!::write(STDERR_FILENO, reason.data(), reason.size());
    abort();
}

}  // namespace

void* operator new(size_t size) {
    while (true) {
        if (void* memory = malloc(size == 0 ? 1 : size)) return memory;
        if (const auto wait_for_memory = std::get_new_handler()) {
            wait_for_memory();
            continue;
        }
        constexpr std::string_view kMessage = "earlybox: out of memory\n";
        (void)!::write(STDERR_FILENO, kMessage.data(), kMessage.size());
        _exit(3);  // the job could not be done
    }
}
void* operator new[](size_t size) { return ::operator new(size); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return malloc(size == 0 ? 1 : size); }
void operator delete(void* memory) noexcept { free(memory); }
void operator delete[](void* memory) noexcept { free(memory); }
void operator delete(void* memory, size_t) noexcept { free(memory); }
void operator delete[](void* memory, size_t) noexcept { free(memory); }

namespace std {
void __throw_bad_alloc() { die("earlybox: bad_alloc\n"); }
void __throw_bad_array_new_length() { die("earlybox: bad_array_new_length\n"); }
void __throw_length_error(const char*) { die("earlybox: length_error\n"); }
void __throw_logic_error(const char*) { die("earlybox: logic_error\n"); }
void __throw_out_of_range(const char*) { die("earlybox: out_of_range\n"); }
void __throw_out_of_range_fmt(const char*, ...) { die("earlybox: out_of_range\n"); }
void __throw_invalid_argument(const char*) { die("earlybox: invalid_argument\n"); }
void __throw_bad_optional_access() { die("earlybox: bad_optional_access\n"); }
void __throw_bad_variant_access(const char*) { die("earlybox: bad_variant_access\n"); }
}  // namespace std

extern "C" void __cxa_pure_virtual() { die("earlybox: pure virtual call\n"); }

extern "C" {
int iswalpha(wint_t c) { return c < 0x80 && isalpha(static_cast<int>(c)) != 0; }
int iswpunct(wint_t c) { return c < 0x80 && ispunct(static_cast<int>(c)) != 0; }
wint_t towlower(wint_t c) { return c - 'A' < 26 ? c | 0x20 : c; }
wint_t towupper(wint_t c) { return c - 'a' < 26 ? c & ~0x20U : c; }
}
