// SPDX-License-Identifier: MIT
// Internet addresses as text, as glibc's inet_ntop() writes them.
#pragma once
#include <string>
#include <string_view>

namespace earlybox::trace_syscall {

// "127.0.0.1" for 4 bytes, "fe80::1" for 16, in the network's order.
std::string internet_address(std::string_view bytes);

}  // namespace earlybox::trace_syscall
